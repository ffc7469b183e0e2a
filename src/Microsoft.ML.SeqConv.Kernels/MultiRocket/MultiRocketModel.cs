namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Fitted MultiRocket (Tan, Dempster, Bergmeir and Webb 2022, arXiv:2102.00457): the kernels of MiniRocket on a series
/// and on its first difference, each output pooled in four ways. With a bias subtracted, PPV is the proportion of
/// positive values, in [0, 1]; LSPV the longest stretch of them, in points; MPV their mean (with the bias added to the
/// values instead, as published), 0 where there is none; MIPV the mean of their indices, in points, -1 where there is
/// none. Features are in the order of the published code: representation, pooling, dilation, kernel, bias.
/// </summary>
/// <remarks>
/// A series may have any length of one point or more, as for <see cref="MiniRocketModel"/>. In the transform of the
/// difference the published code reads the four taps left of the centre one point later than their dilation says,
/// though not in its fit; so does this, since published results were made so. A model may be pruned: then it holds the
/// biases that some pooling is kept of, and no other.
/// </remarks>
public sealed class MultiRocketModel : PrunableFeaturizer<MultiRocketModel>
{
    // [representation][pooling, bias]: which feature that is, -1 where it is not kept.
    private readonly int[][] _places;

    /// <summary>Puts fitted values together and checks that they fit.</summary>
    /// <param name="series">Kernels and biases of the series.</param>
    /// <param name="difference">
    /// Kernels and biases of the first difference: of the same channels, and in the full model as many.
    /// </param>
    /// <param name="keptFeatures">
    /// The features of a pruned model, ascending, by their numbers in the full one; <paramref name="series"/> and
    /// <paramref name="difference"/> then hold the biases that have one, of either maybe none.
    /// <see langword="null"/>: all.
    /// </param>
    /// <exception cref="ArgumentException">The values contradict each other.</exception>
    internal MultiRocketModel(MiniRocketModel series, MiniRocketModel difference, int[]? keptFeatures = null)
    {
        ArgumentNullException.ThrowIfNull(series);
        ArgumentNullException.ThrowIfNull(difference);
        if (series.NumberOfChannels != difference.NumberOfChannels)
            throw new ArgumentException($"The difference has {difference.NumberOfChannels} channels, "
                + $"the series {series.NumberOfChannels}.", nameof(difference));
        if (series.NumberOfFullFeatures != difference.NumberOfFullFeatures)
            throw new ArgumentException($"The difference has {difference.NumberOfFullFeatures} biases, "
                + $"the series {series.NumberOfFullFeatures}.", nameof(difference));
        if (series.AlternatesPadding != difference.AlternatesPadding)
            throw new ArgumentException(
                "Padding alternates for the series or for the difference only.", nameof(difference));
        if (series.NumberOfFullFeatures > Array.MaxLength / MultiRocketSettings.FeaturesPerBias)
            throw new ArgumentException($"There are {series.NumberOfFullFeatures} biases; "
                + "their features are more than an array can hold.", nameof(series));
        if (series.IsPruned != keptFeatures is not null || difference.IsPruned != keptFeatures is not null)
            throw new ArgumentException("Of the series, the difference and their features some are pruned and some "
                + "not.", nameof(keptFeatures));
        Series = series;
        Difference = difference;
        Selection = new FeatureSelection(keptFeatures,
            MultiRocketSettings.FeaturesPerBias * (long)series.NumberOfFullFeatures);
        _places = FindPlaces();
    }

    /// <inheritdoc/>
    public override int NumberOfChannels => Series.NumberOfChannels;

    /// <summary>Kernels and biases of the series.</summary>
    internal MiniRocketModel Series { get; }

    /// <summary>Kernels and biases of the first difference.</summary>
    internal MiniRocketModel Difference { get; }

    /// <inheritdoc/>
    public override string FeatureName(int index)
    {
        MultiRocketFeature feature = Feature(index);
        string kernel = feature.OfDifference
            ? Difference.FeatureName(feature.Bias) + " difference"
            : Series.FeatureName(feature.Bias);
        return MultiRocketPooling.Names[(int)feature.Pooling] + kernel["ppv".Length..];
    }

    /// <summary>What a feature is.</summary>
    /// <param name="index">0 to <see cref="SeriesFeaturizer.NumberOfFeatures"/> - 1.</param>
    internal MultiRocketFeature Feature(int index)
    {
        (int representation, int pooling, int bias) = InFull(NumberInFull(index));
        return new(representation == 1, (MultiRocketPoolings)pooling,
            KernelsOf(representation).Selection.IndexOf(bias));
    }

    /// <summary>Kernels and biases of a representation.</summary>
    /// <param name="representation">0: the series; 1: the difference.</param>
    internal MiniRocketModel KernelsOf(int representation) => representation == 0 ? Series : Difference;

    internal override MultiRocketModel KeepChosen(int[] chosen)
    {
        MultiRocketFeature[] kept = Array.ConvertAll(chosen, Feature);
        int[] Biases(bool ofDifference) =>
            [.. kept.Where(one => one.OfDifference == ofDifference).Select(one => one.Bias).Distinct().Order()];
        return new(Series.KeepChosen(Biases(ofDifference: false)), Difference.KeepChosen(Biases(ofDifference: true)),
            Selection.InFull(chosen));
    }

    /// <inheritdoc/>
    private protected override double AttributeFeatures(ReadOnlySpan<float> series, ReadOnlySpan<float> features,
        ReadOnlySpan<double> weights, Span<double> contributions)
        => MultiRocketAttribution.Apply(this, series, features, weights, contributions);

    /// <inheritdoc/>
    internal override FeaturizerWorker CreateWorker(KernelPath path)
        => path == KernelPath.Scalar ? new ScalarMultiRocketWorker(this) : new VectorMultiRocketWorker(this, path);

    /// <summary>Which feature a pooling of a bias is; -1 where a pruned model does not keep it.</summary>
    /// <param name="representation">0: of the series; 1: of the difference.</param>
    /// <param name="pooling">0 to 3.</param>
    /// <param name="bias">Feature of <see cref="Series"/> or of <see cref="Difference"/>.</param>
    internal int Place(int representation, int pooling, int bias)
        => _places[representation][pooling * KernelsOf(representation).NumberOfFeatures + bias];

    private (int Representation, int Pooling, int Bias) InFull(int number)
    {
        (int part, int bias) = Math.DivRem(number, Series.NumberOfFullFeatures);
        (int representation, int pooling) = Math.DivRem(part, MultiRocketPooling.Count);
        return (representation, pooling, bias);
    }

    private int[][] FindPlaces()
    {
        int[][] places = [NoPlaces(Series), NoPlaces(Difference)];
        int part = 0;           // features ascend part after part: without a division for each
        int before = 0;
        for (int i = 0; i < NumberOfFeatures; i++)
        {
            for (; Selection.NumberAt(i) - before >= Series.NumberOfFullFeatures; part++)
                before += Series.NumberOfFullFeatures;
            (int representation, int pooling) = Math.DivRem(part, MultiRocketPooling.Count);
            int number = Selection.NumberAt(i) - before;
            MiniRocketModel biases = KernelsOf(representation);
            int bias = biases.Selection.IndexOf(number);
            if (bias < 0)
            {
                throw new ArgumentException($"Kept feature {i} is of bias {number}, which is not among those of its "
                    + $"{(representation == 0 ? "series" : "difference")}.", nameof(biases));
            }

            places[representation][pooling * biases.NumberOfFeatures + bias] = i;
        }

        return places;
    }

    private static int[] NoPlaces(MiniRocketModel biases)
    {
        var places = new int[MultiRocketPooling.Count * biases.NumberOfFeatures];
        Array.Fill(places, -1);
        return places;
    }
}

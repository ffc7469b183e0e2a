namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Fitted MultiRocket (Tan, Dempster, Bergmeir and Webb 2022, arXiv:2102.00457): the kernels of MiniRocket on a series and on its first difference, each output pooled in
/// four ways. With a bias subtracted, PPV is the proportion of positive values, in [0, 1]; LSPV the longest stretch of them, in points; MPV their mean (with the bias added
/// to the values instead, as published), 0 where there is none; MIPV the mean of their indices, in points, -1 where there is none. Features are in the order of the published
/// code: representation, pooling, dilation, kernel, bias.
/// </summary>
/// <remarks>
/// A series may have any length of one point or more, as for <see cref="MiniRocketModel"/>. In the transform of the difference the published code reads the four taps left
/// of the centre one point later than their dilation says, though not in its fit; so does this, since published results were made so.
/// </remarks>
public sealed class MultiRocketModel : SeriesFeaturizer
{
    /// <summary>Puts fitted values together and checks that they fit.</summary>
    /// <param name="series">Kernels and biases of the series.</param>
    /// <param name="difference">Kernels and biases of the first difference: of the same channels, and as many.</param>
    /// <exception cref="ArgumentException">The two contradict each other.</exception>
    public MultiRocketModel(MiniRocketModel series, MiniRocketModel difference)
    {
        ArgumentNullException.ThrowIfNull(series);
        ArgumentNullException.ThrowIfNull(difference);
        if (series.NumberOfChannels != difference.NumberOfChannels)
            throw new ArgumentException($"The difference has {difference.NumberOfChannels} channels, the series {series.NumberOfChannels}.", nameof(difference));
        if (series.NumberOfFeatures != difference.NumberOfFeatures)
            throw new ArgumentException($"The difference has {difference.NumberOfFeatures} biases, the series {series.NumberOfFeatures}.", nameof(difference));
        if (series.AlternatesPadding != difference.AlternatesPadding)
            throw new ArgumentException("Padding alternates for the series or for the difference only.", nameof(difference));
        if (series.NumberOfFeatures > Array.MaxLength / MultiRocketSettings.FeaturesPerBias)
            throw new ArgumentException($"There are {series.NumberOfFeatures} biases; their features are more than an array can hold.", nameof(series));
        Series = series;
        Difference = difference;
    }

    /// <inheritdoc/>
    public override int NumberOfChannels => Series.NumberOfChannels;

    /// <inheritdoc/>
    public override int NumberOfFeatures => MultiRocketSettings.FeaturesPerBias * Series.NumberOfFeatures;

    /// <summary>Kernels and biases of the series.</summary>
    public MiniRocketModel Series { get; }

    /// <summary>Kernels and biases of the first difference.</summary>
    public MiniRocketModel Difference { get; }

    /// <inheritdoc/>
    public override string FeatureName(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, NumberOfFeatures);
        (int part, int bias) = Math.DivRem(index, Series.NumberOfFeatures);
        string kernel = Series.FeatureName(bias);
        (int representation, int pooling) = Math.DivRem(part, MultiRocketPooling.Count);
        if (representation == 1)
            kernel = Difference.FeatureName(bias) + " difference";
        return MultiRocketPooling.Names[pooling] + kernel["ppv".Length..];
    }

    /// <inheritdoc/>
    protected override double AttributeFeatures(ReadOnlySpan<float> series, ReadOnlySpan<float> features, ReadOnlySpan<double> weights, Span<double> contributions)
        => MultiRocketAttribution.Apply(this, series, features, weights, contributions);

    /// <inheritdoc/>
    public override FeaturizerWorker CreateWorker(KernelPath path) => path == KernelPath.Scalar ? new ScalarMultiRocketWorker(this) : new VectorMultiRocketWorker(this, path);
}

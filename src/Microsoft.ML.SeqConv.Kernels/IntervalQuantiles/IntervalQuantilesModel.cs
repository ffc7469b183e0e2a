namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// QUANT (Dempster, Schmidt and Webb 2024, arXiv:2308.00928): quantiles of intervals of a series, of its smoothed
/// first difference, of its second difference and of the magnitudes of its Fourier transform. Features are in the order
/// of the published code: representation, interval, channel, quantile. Optionally each feature is the normal score of
/// its rank among the training series.
/// </summary>
/// <remarks>
/// A series may have any length of one point or more. The number of intervals and of their quantiles is that of the
/// reference length; a series of another length is divided into as many intervals of its own, whose quantiles are
/// interpolated. Values up to 1e30 give finite features.
/// </remarks>
public sealed class IntervalQuantilesModel : PrunableFeaturizer<IntervalQuantilesModel>
{
    /// <summary>The longest series.</summary>
    internal const int MaxLength = 1 << 24;

    private readonly Lazy<IntervalPlan> _plan;

    /// <summary>Puts fitted values together and checks that they fit.</summary>
    /// <param name="numberOfChannels">Channels of a series, at least 1.</param>
    /// <param name="length">Points of a series that the numbers of intervals and quantiles are for.</param>
    /// <param name="depth">Levels of intervals.</param>
    /// <param name="pointsPerQuantile">Points of an interval for each quantile.</param>
    /// <param name="scores">The normal scores of the kept features; <see langword="null"/>: none.</param>
    /// <param name="keptFeatures">
    /// The features, ascending, by their numbers in the full model; <see langword="null"/>: all.
    /// </param>
    /// <exception cref="ArgumentException">A value is out of range or lengths contradict each other.</exception>
    internal IntervalQuantilesModel(int numberOfChannels, int length, int depth, int pointsPerQuantile,
        NormalScores? scores = null, int[]? keptFeatures = null)
    {
        Guard.AtLeast(numberOfChannels, 1);
        Guard.Within(length, 1, MaxLength);
        new IntervalQuantilesSettings { Depth = depth, PointsPerQuantile = pointsPerQuantile }.Validate();
        NumberOfChannels = numberOfChannels;
        Length = length;
        Depth = depth;
        PointsPerQuantile = pointsPerQuantile;
        Blocks = [.. MakeBlocks()];
        long full = Blocks[^1].First + (long)numberOfChannels * Blocks[^1].Quantiles;
        if (full > Array.MaxLength)
            throw new ArgumentException($"Series of {length} points and {numberOfChannels} channels have {full} "
                + $"features; at most {Array.MaxLength} are possible.", nameof(length));
        FullCount = (int)full;
        Selection = new FeatureSelection(keptFeatures, full);
        if (scores is not null && scores.NumberOfFeatures != NumberOfFeatures)
            throw new ArgumentException($"The normal scores are for {scores.NumberOfFeatures} features; "
                + $"there are {NumberOfFeatures}.", nameof(scores));
        Scores = scores;
        _plan = new Lazy<IntervalPlan>(() => new IntervalPlan(this, Length));
    }

    /// <inheritdoc/>
    public override int NumberOfChannels { get; }

    /// <summary>Points of a series that the numbers of intervals and quantiles are for.</summary>
    internal int Length { get; }

    /// <summary>Levels of intervals.</summary>
    internal int Depth { get; }

    /// <summary>Points of an interval for each quantile.</summary>
    internal int PointsPerQuantile { get; }

    /// <summary>The normal scores; <see langword="null"/>: none.</summary>
    internal NormalScores? Scores { get; }

    /// <summary>All intervals of all representations, in the order of their features in the full model.</summary>
    internal QuantileBlock[] Blocks { get; }

    /// <summary>Features of the full model.</summary>
    internal int FullCount { get; }

    /// <summary>The same features with normal scores.</summary>
    /// <param name="scores">For as many features.</param>
    internal IntervalQuantilesModel With(NormalScores scores)
        => new(NumberOfChannels, Length, Depth, PointsPerQuantile, scores, Selection.Chosen);

    /// <inheritdoc/>
    public override string FeatureName(int index)
    {
        IntervalQuantilesFeature feature = Feature(index);
        QuantileBlock block = BlockOf(NumberInFull(index));
        string shifted = block.Interval.IsShifted ? " shifted" : "";
        string representation = feature.Representation switch
        {
            SeriesRepresentation.Series => "",
            SeriesRepresentation.Difference => " difference",
            SeriesRepresentation.SecondDifference => " second difference",
            _ => " spectrum",
        };
        string channel = NumberOfChannels == 1 ? "" : $" c{feature.Channel}";
        return $"q{feature.Quantile + 1}/{block.Quantiles} i{block.Interval.Index + 1}/{block.Interval.Parts}"
            + $"{shifted}{representation}{channel}";
    }

    /// <summary>What a feature is.</summary>
    /// <param name="index">0 to <see cref="SeriesFeaturizer.NumberOfFeatures"/> - 1.</param>
    internal IntervalQuantilesFeature Feature(int index)
    {
        int number = NumberInFull(index);
        QuantileBlock block = BlockOf(number);
        (int channel, int quantile) = Math.DivRem((int)(number - block.First), block.Quantiles);
        return new(block.Representation, block.Number, channel, quantile);
    }

    /// <summary>Whether a channel of an interval has a feature.</summary>
    internal bool Needs(QuantileBlock block, int channel)
    {
        if (!IsPruned)
            return true;
        long first = block.First + (long)channel * block.Quantiles;
        int place = Array.BinarySearch(Selection.Chosen!, (int)first);
        place = place < 0 ? ~place : place;
        return place < NumberOfFeatures && Selection.NumberAt(place) < first + block.Quantiles;
    }

    /// <summary>The intervals of series of a length.</summary>
    internal IntervalPlan PlanOf(int length) => length == Length ? _plan.Value : new IntervalPlan(this, length);

    /// <inheritdoc/>
    internal override IntervalQuantilesModel KeepChosen(int[] chosen)
        => new(NumberOfChannels, Length, Depth, PointsPerQuantile, Scores?.Of(chosen), Selection.InFull(chosen));

    /// <inheritdoc/>
    private protected override double AttributeFeatures(ReadOnlySpan<float> series, ReadOnlySpan<float> features,
        ReadOnlySpan<double> weights, Span<double> contributions)
        => new IntervalQuantilesAttribution(this, series.Length / NumberOfChannels)
            .Apply(series, features, weights, contributions);

    /// <inheritdoc/>
    internal override FeaturizerWorker CreateWorker(KernelPath path)
        => path == KernelPath.Scalar
            ? new ScalarIntervalQuantilesWorker(this)
            : new MergingIntervalQuantilesWorker(this);

    private IEnumerable<QuantileBlock> MakeBlocks()
    {
        long first = 0;
        for (int i = 0; i < SeriesRepresentations.Count; i++)
        {
            var representation = (SeriesRepresentation)i;
            int points = SeriesRepresentations.LengthOf(representation, Length);
            int number = 0;
            foreach (DyadicInterval interval in DyadicInterval.Of(points, Depth))
            {
                (int start, int end) = interval.Within(points);
                int quantiles = QuantileRanks.CountOf(end - start, PointsPerQuantile);
                yield return new(representation, number++, interval, quantiles, first);
                first += (long)NumberOfChannels * quantiles;
            }
        }
    }

    private QuantileBlock BlockOf(int number)
    {
        int low = 0;
        for (int high = Blocks.Length - 1; low < high;)
        {
            int middle = (low + high + 1) / 2;
            (low, high) = Blocks[middle].First <= number ? (middle, high) : (low, middle - 1);
        }

        return Blocks[low];
    }
}

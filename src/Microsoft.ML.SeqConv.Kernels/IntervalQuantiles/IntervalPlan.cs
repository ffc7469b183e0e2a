namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>Where the intervals of a model lie in series of one length. Immutable.</summary>
internal sealed class IntervalPlan
{
    /// <param name="model">Gives the intervals.</param>
    /// <param name="length">Points of the series.</param>
    public IntervalPlan(IntervalQuantilesModel model, int length)
    {
        Length = length;
        var ranks = new Dictionary<(int Points, int Count), QuantileRanks>();
        Representations = [.. Enumerable.Range(0, SeriesRepresentations.Count).Select(i =>
        {
            var representation = (SeriesRepresentation)i;
            int points = SeriesRepresentations.LengthOf(representation, length);
            return new PlannedRepresentation(points,
                [.. model.Blocks.Where(block => block.Representation == representation)
                    .Select(block => Place(model, block, points, ranks))]);
        })];
        if (Representations[(int)SeriesRepresentation.Spectrum].IsNeeded)
            Fourier = new FourierTransform(length);
    }

    /// <summary>Points of the series.</summary>
    public int Length { get; }

    /// <summary>[representation].</summary>
    public PlannedRepresentation[] Representations { get; }

    /// <summary>The Fourier transform of that length; <see langword="null"/> where no feature needs it.</summary>
    public FourierTransform? Fourier { get; }

    private static PlannedInterval Place(IntervalQuantilesModel model, QuantileBlock block, int points,
        Dictionary<(int Points, int Count), QuantileRanks> ranks)
    {
        (int start, int end) = block.Interval.Within(points);
        (int, int) key = (end - start, block.Quantiles);
        if (!ranks.TryGetValue(key, out QuantileRanks? shared))
            ranks[key] = shared = new QuantileRanks(end - start, block.Quantiles);
        bool[] needed = [.. Enumerable.Range(0, model.NumberOfChannels).Select(c => model.Needs(block, c))];
        return new(block.Interval, start, end, shared, (int)block.First, needed);
    }
}

/// <summary>The intervals of one representation.</summary>
internal sealed class PlannedRepresentation
{
    /// <param name="points">Points of the representation.</param>
    /// <param name="intervals">In the order of the model.</param>
    public PlannedRepresentation(int points, PlannedInterval[] intervals)
    {
        Points = points;
        Intervals = intervals;
        Levels = [.. intervals.GroupBy(interval => interval.Interval.Parts).Select(level => new IntervalLevel(
            level.Key, [.. level.Where(one => !one.Interval.IsShifted)],
            [.. level.Where(one => one.Interval.IsShifted)]))];
        NeededChannels = [.. Enumerable.Range(0, intervals[0].NeededChannels.Length)
            .Select(channel => intervals.Any(interval => interval.NeededChannels[channel]))];
    }

    /// <summary>Points of the representation.</summary>
    public int Points { get; }

    /// <summary>In the order of the model.</summary>
    public PlannedInterval[] Intervals { get; }

    /// <summary>The same by their lengths, the longest first.</summary>
    public IntervalLevel[] Levels { get; }

    /// <summary>[channel]: whether a feature is of it.</summary>
    public bool[] NeededChannels { get; }

    /// <summary>Whether a feature is of the representation.</summary>
    public bool IsNeeded => NeededChannels.Contains(true);
}

/// <summary>The intervals of about one length.</summary>
/// <param name="Parts">The number of intervals that cover the representation.</param>
/// <param name="Covering">These.</param>
/// <param name="Shifted">Those that are moved by half their length; none, or one fewer.</param>
internal sealed record IntervalLevel(int Parts, PlannedInterval[] Covering, PlannedInterval[] Shifted);

/// <summary>An interval and its features.</summary>
/// <param name="Interval">Which interval.</param>
/// <param name="Start">Its first point.</param>
/// <param name="End">The point after its last.</param>
/// <param name="Ranks">Its quantiles.</param>
/// <param name="First">The number of its first feature in the full model.</param>
/// <param name="NeededChannels">[channel]: whether a feature is of it.</param>
internal sealed record PlannedInterval(DyadicInterval Interval, int Start, int End, QuantileRanks Ranks, int First,
    bool[] NeededChannels)
{
    /// <summary>Its features of one channel.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="all">[feature of the full model].</param>
    public Span<float> FeaturesIn(Span<float> all, int channel)
        => all.Slice(First + channel * Ranks.Count, Ranks.Count);
}

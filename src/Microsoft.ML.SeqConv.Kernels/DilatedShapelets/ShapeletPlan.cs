namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Which windows of which training series become shapelets: all that is drawn from the numbers, lengths and classes of
/// series, before any value is read.
/// </summary>
internal sealed class ShapeletPlan
{
    private const int MaxChannels = 9;
    private const int DrawsPerReport = 64;

    private ShapeletPlan(int numberOfChannels, int shapeletLength, ShapeletDraw[] draws)
    {
        NumberOfChannels = numberOfChannels;
        ShapeletLength = shapeletLength;
        Draws = draws;
    }

    /// <summary>Channels of a series.</summary>
    public int NumberOfChannels { get; }

    /// <summary>Points of a shapelet.</summary>
    public int ShapeletLength { get; }

    /// <summary>In the order of the model.</summary>
    public ShapeletDraw[] Draws { get; }

    /// <summary>The series that a fit reads: for each draw its own, then for each the other.</summary>
    public int[] Series => [.. Draws.Select(draw => draw.Series), .. Draws.Select(draw => draw.Other)];

    /// <summary>
    /// Draws shapelets (section 3.2). Their length is that of the settings, or half of the median series where that is
    /// less; dilations are 2^U, U uniform from 0 to that at which a shapelet spans the median series.
    /// </summary>
    /// <param name="lengths">[series]: points a channel, at least 1.</param>
    /// <param name="classes">
    /// [series]: numbers of classes; below zero: the series gives no shapelet. Empty where there are none.
    /// </param>
    /// <param name="numberOfChannels">Channels, at least 1.</param>
    /// <param name="settings">Hyperparameters.</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <param name="progress">Called with the fraction done; may throw to stop.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="ArgumentException">There are no series, or none has a class.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public static ShapeletPlan Draw(ReadOnlySpan<int> lengths, ReadOnlySpan<int> classes, int numberOfChannels,
        DilatedShapeletsSettings settings, ulong seed, IProgress<double>? progress = null,
        CancellationToken cancellation = default)
    {
        if (lengths.IsEmpty)
            throw new ArgumentException("There are no series; a fit needs at least one.", nameof(lengths));
        if (!classes.IsEmpty && classes.Length != lengths.Length)
            throw new ArgumentException(
                $"There are {classes.Length} classes for {lengths.Length} series.", nameof(classes));
        settings.Validate();
        int median = Median(lengths);
        int points = Math.Min(Math.Max(2, median / 2), settings.ShapeletLength);
        var random = new SeededRandom(seed);
        double exponents = Math.Log2(Math.Max(1, (median - 1) / (points - 1)));
        var kinds = new (int Dilation, bool IsNormalized)[settings.NumberOfShapelets];
        foreach (ref (int Dilation, bool IsNormalized) kind in kinds.AsSpan())
        {
            kind = ((int)Math.Pow(2, exponents * random.NextDouble()),
                random.NextDouble() < settings.NormalizedFraction);
        }

        Array.Sort(kinds);
        var others = new SeriesOfClasses(classes, lengths.Length);
        var draws = new List<ShapeletDraw>(kinds.Length);
        FreeWindows? free = null;
        for (int i = 0; i < kinds.Length; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (i % DrawsPerReport == 0)
                progress?.Report((double)i / kinds.Length);
            if (i == 0 || kinds[i] != kinds[i - 1])
                free = new FreeWindows(lengths, classes, kinds[i].Dilation, points, continues: median < points);
            if (free!.Draw(random) is not (int series, int start))
                continue;       // Every window is taken: the training set is small.
            draws.Add(new(kinds[i].Dilation, kinds[i].IsNormalized, DrawChannels(random, numberOfChannels), series,
                start, others.Draw(random, series), random.NextDouble()));
        }

        if (draws.Count == 0)
            throw new ArgumentException($"None of {lengths.Length} series has a class and {points} points or more; a "
                + "fit draws shapelets from at least one.", nameof(classes));
        return new(numberOfChannels, points, [.. draws]);
    }

    // Half of the series have at least so many points: one outlier decides nothing.
    private static int Median(ReadOnlySpan<int> lengths)
    {
        int[] sorted = lengths.ToArray();
        Array.Sort(sorted);
        return sorted[(sorted.Length - 1) / 2];
    }

    // Deviation: the paper is univariate. As many channels as MiniRocket combines, without repetition.
    private static int[] DrawChannels(SeededRandom random, int numberOfChannels)
    {
        if (numberOfChannels == 1)
            return [0];
        double exponent = Math.Log2(Math.Min(numberOfChannels, MaxChannels) + 1) * random.NextDouble();
        var channels = new int[(int)Math.Pow(2, exponent)];
        random.NextDistinct(numberOfChannels, channels);
        return channels;
    }

    /// <summary>The series that are like another.</summary>
    private sealed class SeriesOfClasses
    {
        private readonly int _count;
        private readonly int[] _ranks;          // [series]: its place among those of its class
        private readonly Dictionary<int, List<int>> _members = [];
        private readonly int[] _classes;

        public SeriesOfClasses(ReadOnlySpan<int> classes, int count)
        {
            _count = count;
            _classes = classes.ToArray();
            _ranks = new int[_classes.Length];
            for (int i = 0; i < _classes.Length; i++)
            {
                if (!_members.TryGetValue(_classes[i], out List<int>? members))
                    _members[_classes[i]] = members = [];
                _ranks[i] = members.Count;
                members.Add(i);
            }
        }

        // Another series of the class, another one where the class has none, itself where there is none.
        public int Draw(SeededRandom random, int series)
        {
            if (_count == 1)
                return series;
            if (_classes.Length > 0 && _members[_classes[series]] is { Count: > 1 } members)
                return members[OtherThan(_ranks[series], members.Count)];
            return OtherThan(series, _count);

            int OtherThan(int rank, int count)
            {
                int other = random.NextInt32(count - 1);
                return other < rank ? other : other + 1;
            }
        }
    }
}

/// <summary>One shapelet to be.</summary>
/// <param name="Dilation">Points of a series from one point of the shapelet to the next.</param>
/// <param name="IsNormalized">Whether it is compared with z-normalised windows.</param>
/// <param name="Channels">Its channels.</param>
/// <param name="Series">The series that it is a window of.</param>
/// <param name="Start">The first point of that window.</param>
/// <param name="Other">The series whose distances give the threshold.</param>
/// <param name="Fraction">How far the threshold lies between their quantiles, from 0 to 1.</param>
internal readonly record struct ShapeletDraw(
    int Dilation, bool IsNormalized, int[] Channels, int Series, int Start, int Other, double Fraction);

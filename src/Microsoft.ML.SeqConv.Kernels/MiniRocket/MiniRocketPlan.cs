namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// What is settled before a series is seen: the dilations, how many features each gets, and the channels that each
/// combination of a dilation and a kernel sums over. Combinations are numbered dilation by dilation, 84 kernels each.
/// </summary>
internal sealed class MiniRocketPlan
{
    /// <summary>Plans features.</summary>
    /// <param name="referenceLength">
    /// Points of a training series, of the longest when ragged; at least 1. The largest dilation spans it.
    /// </param>
    /// <param name="numberOfChannels">Channels, at least 1.</param>
    /// <param name="settings">Hyperparameters.</param>
    /// <param name="random">Draws the channels of each combination; not used for one channel.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public MiniRocketPlan(int referenceLength, int numberOfChannels, MiniRocketSettings settings, SeededRandom random)
        : this(referenceLength, numberOfChannels, settings, [], [])
    {
        ArgumentNullException.ThrowIfNull(random);
        if (numberOfChannels > 1)
            (ChannelsPerCombination, ChannelIndices) = DrawChannels(numberOfChannels, NumberOfCombinations, random);
    }

    /// <summary>Plans features with channels that were drawn elsewhere.</summary>
    /// <param name="referenceLength">Points of a training series, of the longest when ragged; at least 1.</param>
    /// <param name="numberOfChannels">Channels, at least 1.</param>
    /// <param name="settings">Hyperparameters.</param>
    /// <param name="channelsPerCombination">
    /// How many channels each combination sums over; empty for one channel.
    /// </param>
    /// <param name="channelIndices">Those channels, combination after combination.</param>
    public MiniRocketPlan(int referenceLength, int numberOfChannels, MiniRocketSettings settings,
        int[] channelsPerCombination, int[] channelIndices)
    {
        Guard.AtLeast(referenceLength, 1);
        Guard.AtLeast(numberOfChannels, 1);
        ArgumentNullException.ThrowIfNull(settings);
        settings.Validate();
        ReferenceLength = referenceLength;
        NumberOfChannels = numberOfChannels;
        Settings = settings;
        (Dilations, FeaturesPerDilation) = SpreadOverDilations(referenceLength, settings);
        ChannelsPerCombination = channelsPerCombination;
        ChannelIndices = channelIndices;
    }

    /// <summary>Points of a training series, of the longest when ragged.</summary>
    public int ReferenceLength { get; }

    /// <summary>Channels of a series.</summary>
    public int NumberOfChannels { get; }

    /// <summary>Hyperparameters.</summary>
    public MiniRocketSettings Settings { get; }

    /// <summary>Combinations of a dilation and a kernel.</summary>
    public int NumberOfCombinations => Dilations.Length * MiniRocketKernel.Count;

    /// <summary>Ascending.</summary>
    internal int[] Dilations { get; }

    /// <summary>Biases, and so features, that each kernel gets at each dilation.</summary>
    internal int[] FeaturesPerDilation { get; }

    internal int[] ChannelsPerCombination { get; }

    internal int[] ChannelIndices { get; }

    /// <summary>Draws the series whose convolution gives a combination its biases.</summary>
    /// <param name="numberOfSeries">Training series, at least 1.</param>
    /// <param name="random">Draws.</param>
    /// <returns>One index a combination.</returns>
    public int[] DrawBiasSeries(int numberOfSeries, SeededRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        var indices = new int[NumberOfCombinations];
        foreach (ref int index in indices.AsSpan())
            index = random.NextInt32(numberOfSeries);
        return indices;
    }

    // Exponents evenly spaced from 0 to log2((T - 1) / 8); equal dilations merge; what rounding leaves over is dealt
    // round-robin (section 3.1.3).
    private static (int[] Dilations, int[] Features) SpreadOverDilations(int length, MiniRocketSettings settings)
    {
        int featuresPerKernel = settings.NumberOfFeatures / MiniRocketKernel.Count;
        int most = Math.Min(featuresPerKernel, settings.MaxDilationsPerKernel);
        double featuresPerSlot = (double)featuresPerKernel / most;
        double maxExponent = Math.Max(0, Math.Log2((length - 1) / (MiniRocketKernel.Length - 1.0)));
        double step = most > 1 ? maxExponent / (most - 1) : 0;

        var slots = new SortedDictionary<int, int>();
        for (int i = 0; i < most; i++)
        {
            int dilation = (int)Math.Pow(2, i == most - 1 && most > 1 ? maxExponent : i * step);
            slots[dilation] = slots.GetValueOrDefault(dilation) + 1;
        }

        int[] features = [.. slots.Values.Select(count => (int)(count * featuresPerSlot))];
        for (int rest = featuresPerKernel - features.Sum(), i = 0; rest > 0; rest--, i = (i + 1) % features.Length)
            features[i]++;
        return ([.. slots.Keys], features);
    }

    // The size of each subset is 2^U(0, log2(min(C, 9) + 1)), rounded down.
    private static (int[] Counts, int[] Indices) DrawChannels(int channels, int combinations, SeededRandom random)
    {
        double maxExponent = Math.Log2(Math.Min(channels, MiniRocketKernel.Length) + 1);
        var counts = new int[combinations];
        foreach (ref int count in counts.AsSpan())
            count = (int)Math.Pow(2, random.NextDouble() * maxExponent);

        var indices = new int[counts.Sum()];
        int start = 0;
        foreach (int count in counts)
        {
            random.NextDistinct(channels, indices.AsSpan(start, count));
            start += count;
        }

        return (counts, indices);
    }
}

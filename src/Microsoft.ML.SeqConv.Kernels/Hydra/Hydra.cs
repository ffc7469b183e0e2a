namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Draws the kernels of Hydra (Dempster, Schmidt and Webb 2023, arXiv:2203.13652) and fits the scaling of its features.
/// </summary>
public static class Hydra
{
    private const int BatchSize = 256;

    /// <summary>Draws kernels and fits the scaling on training series.</summary>
    /// <param name="series">Training series, at least one, of any lengths.</param>
    /// <param name="settings">Hyperparameters.</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <param name="numberOfThreads">Threads to use; 0 means all processors. The result does not depend on it.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="ArgumentException">There are no series.</exception>
    public static HydraModel Fit(SeriesSet series, HydraSettings settings, ulong seed, int numberOfThreads = 0,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(series);
        if (series.Count == 0)
            throw new ArgumentException("There are no series; a fit needs at least one.", nameof(series));
        HydraModel model = Draw(series.MaxLength, series.NumberOfChannels, settings, seed);
        var scaling = new SparseScalingFit(model.NumberOfFeatures);
        for (int first = 0; first < series.Count; first += BatchSize)
        {
            int count = Math.Min(BatchSize, series.Count - first);
            float[][] batch = [.. Enumerable.Range(first, count).Select(i => series[i].ToArray())];
            scaling.Add(model, new SeriesSet(batch, series.NumberOfChannels), numberOfThreads, cancellation);
        }

        return model.With(scaling.Solve());
    }

    /// <summary>Draws kernels. Features are not scaled.</summary>
    /// <param name="referenceLength">
    /// Points of a training series, of the longest when ragged; at least 1. The largest dilation spans it.
    /// </param>
    /// <param name="numberOfChannels">Channels, at least 1.</param>
    /// <param name="settings">Hyperparameters.</param>
    /// <param name="seed">Seed of the draws.</param>
    internal static HydraModel Draw(int referenceLength, int numberOfChannels, HydraSettings settings, ulong seed)
    {
        Guard.AtLeast(referenceLength, 1);
        Guard.AtLeast(numberOfChannels, 1);
        ArgumentNullException.ThrowIfNull(settings);
        settings.Validate();
        int[] dilations = Dilations(referenceLength);
        int groups = dilations.Length * settings.Representations * (settings.NumberOfGroups / settings.Representations);
        var random = new SeededRandom(seed);
        var weights = new float[(long)groups * settings.KernelsPerGroup * HydraSettings.KernelLength];
        for (int start = 0; start < weights.Length; start += HydraSettings.KernelLength)
            DrawKernel(random, weights.AsSpan(start, HydraSettings.KernelLength));

        // Channels are drawn with repetition: as many as half of them, from 2 to 8 (the authors' extension
        // to many channels).
        int channelsPerGroup = numberOfChannels == 1 ? 0 : Math.Clamp(numberOfChannels / 2, 2, 8);
        var channels = new int[groups * channelsPerGroup];
        foreach (ref int channel in channels.AsSpan())
            channel = random.NextInt32(numberOfChannels);
        return new HydraModel(numberOfChannels, dilations, settings.Representations, settings.KernelsPerGroup, weights,
            channelsPerGroup, channels, null);
    }

    // 2^0, 2^1, ... as long as nine taps span no more than the series.
    private static int[] Dilations(int length)
    {
        var dilations = new List<int> { 1 };
        while (2L * dilations[^1] * (HydraSettings.KernelLength - 1) <= length - 1)
            dilations.Add(2 * dilations[^1]);
        return [.. dilations];
    }

    // Normal draws, their mean subtracted, divided by the sum of their absolute values.
    private static void DrawKernel(SeededRandom random, Span<float> weights)
    {
        Span<double> draws = stackalloc double[HydraSettings.KernelLength];
        double mean = 0;
        foreach (ref double draw in draws)
        {
            draw = random.NextNormal();
            mean += draw / HydraSettings.KernelLength;
        }

        double sum = 0;
        foreach (double draw in draws)
            sum += Math.Abs(draw - mean);
        for (int tap = 0; tap < weights.Length; tap++)
            weights[tap] = (float)((draws[tap] - mean) / sum);
    }
}

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Fits MiniRocket (Dempster, Schmidt and Webb 2021, arXiv:2012.08791): each bias is a quantile of the convolution
/// output of a training series, the quantiles being the low-discrepancy sequence (i phi) mod 1.
/// </summary>
public static class MiniRocket
{
    /// <summary>Plans, draws and fits in one call.</summary>
    /// <param name="series">Training series, at least one.</param>
    /// <param name="settings">Hyperparameters.</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <param name="numberOfThreads">Threads to use; 0 means all processors. The result does not depend on it.</param>
    /// <param name="progress">Called on the calling thread with the fraction done; may throw to stop.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="ArgumentException">
    /// There are no series, or lengths differ though <see cref="MiniRocketSettings.Ragged"/> is false.
    /// </exception>
    public static MiniRocketModel Fit(SeriesSet series, MiniRocketSettings settings, ulong seed,
        int numberOfThreads = 0, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(series);
        ArgumentNullException.ThrowIfNull(settings);
        if (series.Count == 0)
            throw new ArgumentException("There are no series; a fit needs at least one.", nameof(series));
        for (int i = 0; i < series.Count && !settings.Ragged; i++)
        {
            if (series.LengthOf(i) != series.MaxLength)
            {
                throw new ArgumentException($"Series {i} has {series.LengthOf(i)} points, "
                    + $"another has {series.MaxLength}. "
                    + "Set Ragged, or make lengths equal.", nameof(series));
            }
        }

        var random = new SeededRandom(seed);
        var plan = new MiniRocketPlan(series.MaxLength, series.NumberOfChannels, settings, random);
        return settings.Deterministic
            ? FitDeterministic(plan, series, numberOfThreads, progress, cancellation)
            : Fit(plan, series, plan.DrawBiasSeries(series.Count, random), numberOfThreads, progress, cancellation);
    }

    /// <summary>Fits the biases of a plan on drawn series.</summary>
    /// <param name="plan">What was settled before.</param>
    /// <param name="series">The series that were drawn, or all.</param>
    /// <param name="biasSeries">
    /// For each combination of dilation and kernel the index in <paramref name="series"/> of the series
    /// that gives its biases.
    /// </param>
    /// <param name="numberOfThreads">Threads to use; 0 means all processors. The result does not depend on it.</param>
    /// <param name="progress">Called on the calling thread with the fraction done; may throw to stop.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="ArgumentException">Channels differ, or there is not one index a combination.</exception>
    internal static MiniRocketModel Fit(
        MiniRocketPlan plan, SeriesSet series, ReadOnlySpan<int> biasSeries, int numberOfThreads = 0,
        IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        Check(plan, series);
        if (biasSeries.Length != plan.NumberOfCombinations)
            throw new ArgumentException($"There are {biasSeries.Length} drawn series for {plan.NumberOfCombinations} "
                + "combinations of dilation and kernel.", nameof(biasSeries));
        int[] drawn = biasSeries.ToArray();
        return FitBiases(plan, (fitter, combination, channels, biases, quantiles) =>
            fitter.Fit(series, drawn[combination], drawn[combination] + 1, combination, channels, biases, quantiles),
            numberOfThreads, progress, cancellation);
    }

    /// <summary>Fits the biases of a plan on the whole training set, without a draw: MiniRocket-DV.</summary>
    /// <param name="plan">What was settled before.</param>
    /// <param name="series">All training series.</param>
    /// <param name="numberOfThreads">Threads to use; 0 means all processors. The result does not depend on it.</param>
    /// <param name="progress">Called on the calling thread with the fraction done; may throw to stop.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="ArgumentException">Channels differ.</exception>
    internal static MiniRocketModel FitDeterministic(MiniRocketPlan plan, SeriesSet series, int numberOfThreads = 0,
        IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        Check(plan, series);
        return FitBiases(plan, (fitter, combination, channels, biases, quantiles) =>
            fitter.Fit(series, 0, series.Count, combination, channels, biases, quantiles),
            numberOfThreads, progress, cancellation);
    }

    private delegate void CombinationFit(BiasFitter fitter, int combination, ReadOnlySpan<int> channels,
        Span<float> biases, ReadOnlySpan<float> quantiles);

    private static void Check(MiniRocketPlan plan, SeriesSet series)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(series);
        if (series.Count == 0)
            throw new ArgumentException("There are no series; a fit needs at least one.", nameof(series));
        if (series.NumberOfChannels != plan.NumberOfChannels)
            throw new ArgumentException($"The series have {series.NumberOfChannels} channels; "
                + $"the plan is for {plan.NumberOfChannels}.", nameof(series));
    }

    private static MiniRocketModel FitBiases(MiniRocketPlan plan, CombinationFit fit, int numberOfThreads,
        IProgress<double>? progress, CancellationToken cancellation)
    {
        var biases = new float[plan.FeaturesPerDilation.Sum() * MiniRocketKernel.Count];
        float[] quantiles = Quantiles(biases.Length);
        (int[] featureStarts, int[] channelStarts) = Starts(plan);

        // One kernel of every dilation is one step; between steps progress is reported on the calling thread.
        for (int first = 0; first < plan.NumberOfCombinations; first += MiniRocketKernel.Count)
        {
            cancellation.ThrowIfCancellationRequested();
            progress?.Report((double)first / plan.NumberOfCombinations);
            var options = new ParallelOptions
            {
                MaxDegreeOfParallelism = numberOfThreads == 0 ? Environment.ProcessorCount : numberOfThreads,
                CancellationToken = cancellation,
            };
            Parallel.For(first, first + MiniRocketKernel.Count, options,
                () => new BiasFitter(plan), (combination, _, fitter) =>
                {
                    int start = featureStarts[combination];
                    int count = plan.FeaturesPerDilation[combination / MiniRocketKernel.Count];
                    ReadOnlySpan<int> channels = plan.NumberOfChannels == 1 ? [0] : plan.ChannelIndices.AsSpan(
                        channelStarts[combination], plan.ChannelsPerCombination[combination]);
                    fit(fitter, combination, channels, biases.AsSpan(start, count), quantiles.AsSpan(start, count));
                    return fitter;
                }, static _ => { });
        }

        progress?.Report(1);
        bool alternates = !plan.Settings.Ragged;
        return new MiniRocketModel(plan.NumberOfChannels, plan.ReferenceLength, alternates, plan.Dilations,
            plan.FeaturesPerDilation, biases, plan.ChannelsPerCombination, plan.ChannelIndices);
    }

    private static (int[] Features, int[] Channels) Starts(MiniRocketPlan plan)
    {
        var features = new int[plan.NumberOfCombinations];
        var channels = new int[plan.NumberOfCombinations];
        for (int i = 1; i < features.Length; i++)
        {
            features[i] = features[i - 1] + plan.FeaturesPerDilation[(i - 1) / MiniRocketKernel.Count];
            channels[i] = channels[i - 1] + (plan.NumberOfChannels == 1 ? 0 : plan.ChannelsPerCombination[i - 1]);
        }

        return (features, channels);
    }

    // Multiples of the golden ratio modulo 1, in float32 (section 3.1.4).
    private static float[] Quantiles(int count)
    {
        double phi = (Math.Sqrt(5) + 1) / 2;
        var quantiles = new float[count];
        for (int i = 0; i < count; i++)
            quantiles[i] = (float)((i + 1) * phi % 1);
        return quantiles;
    }
}

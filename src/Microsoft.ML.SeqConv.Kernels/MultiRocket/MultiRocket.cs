namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Fits MultiRocket (Tan, Dempster, Bergmeir and Webb 2022, arXiv:2102.00457): MiniRocket on the series, and apart from
/// it on their first difference.
/// </summary>
public static class MultiRocket
{
    // The published transform moves the taps left of the centre by the length of the series, where the difference is
    // one point shorter.
    internal const int LeftShiftOfDifference = 1;

    /// <summary>Plans, draws and fits in one call.</summary>
    /// <param name="series">Training series, at least one.</param>
    /// <param name="settings">Hyperparameters.</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <param name="numberOfThreads">Threads to use; 0 means all processors. The result does not depend on it.</param>
    /// <param name="progress">Called on the calling thread with the fraction done; may throw to stop.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="ArgumentException">
    /// There are no series, or lengths differ though <see cref="MultiRocketSettings.Ragged"/> is false.
    /// </exception>
    public static MultiRocketModel Fit(SeriesSet series, MultiRocketSettings settings, ulong seed,
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
        var plan = new MultiRocketPlan(series.MaxLength, series.NumberOfChannels, settings, random);
        return Fit(plan, series, plan.DrawBiasSeries(series.Count, random), numberOfThreads, progress, cancellation);
    }

    /// <summary>Fits the biases of a plan on drawn series.</summary>
    /// <param name="plan">What was settled before.</param>
    /// <param name="series">The series that were drawn, or all.</param>
    /// <param name="biasSeries">
    /// For each combination of dilation and kernel the index in <paramref name="series"/> of the series that gives its
    /// biases: first those of the series, then those of the difference.
    /// </param>
    /// <param name="numberOfThreads">Threads to use; 0 means all processors. The result does not depend on it.</param>
    /// <param name="progress">Called on the calling thread with the fraction done; may throw to stop.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="ArgumentException">Channels differ, or there is not one index a combination.</exception>
    internal static MultiRocketModel Fit(
        MultiRocketPlan plan, SeriesSet series, ReadOnlySpan<int> biasSeries, int numberOfThreads = 0,
        IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(series);
        if (biasSeries.Length != plan.NumberOfCombinations)
            throw new ArgumentException($"There are {biasSeries.Length} drawn series for {plan.NumberOfCombinations} "
                + "combinations of dilation and kernel.", nameof(biasSeries));
        int ofSeries = plan.Series.NumberOfCombinations;
        MiniRocketModel ofTheSeries = MiniRocket.Fit(plan.Series, series, biasSeries[..ofSeries], numberOfThreads,
            Half(progress, from: 0), cancellation);
        MiniRocketModel ofTheDifference = MiniRocket.Fit(plan.Difference, FirstDifference.Of(series),
            biasSeries[ofSeries..], numberOfThreads, Half(progress, from: 0.5), cancellation);
        return new MultiRocketModel(ofTheSeries, ofTheDifference);
    }

    private static HalfOfProgress? Half(IProgress<double>? progress, double from)
        => progress is null ? null : new HalfOfProgress(progress, from);

    private sealed class HalfOfProgress(IProgress<double> whole, double from) : IProgress<double>
    {
        public void Report(double value) => whole.Report(from + value / 2);
    }
}

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Fits QUANT (Dempster, Schmidt and Webb 2024, arXiv:2308.00928): quantiles of intervals of a series, and the normal
/// scores of their ranks among the training series.
/// </summary>
public static class IntervalQuantiles
{
    private const int BatchSize = 256;

    /// <summary>Fits the normal scores on training series.</summary>
    /// <param name="series">Training series, at least one, of any lengths.</param>
    /// <param name="settings">Hyperparameters.</param>
    /// <param name="seed">Seed of the choice of rows where not all are held.</param>
    /// <param name="numberOfThreads">Threads to use; 0 means all processors. The result does not depend on it.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="ArgumentException">There are no series.</exception>
    public static IntervalQuantilesModel Fit(SeriesSet series, IntervalQuantilesSettings settings, ulong seed,
        int numberOfThreads = 0, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(series);
        if (series.Count == 0)
            throw new ArgumentException("There are no series; a fit needs at least one.", nameof(series));
        IntervalQuantilesModel model = Divide(series.MaxLength, series.NumberOfChannels, settings);
        if (!settings.NormalScores)
            return model;
        var scores = new NormalScoresFit(model.NumberOfFeatures, series.Count, settings.MaxKnots, seed);
        for (int first = 0; first < series.Count; first += BatchSize)
        {
            int count = Math.Min(BatchSize, series.Count - first);
            float[][] batch = [.. Enumerable.Range(first, count).Select(i => series[i].ToArray())];
            scores.Add(model, new SeriesSet(batch, series.NumberOfChannels), numberOfThreads, cancellation);
        }

        return model.With(scores.Solve(numberOfThreads));
    }

    /// <summary>Divides series of a length into intervals. Features have no normal scores.</summary>
    /// <param name="length">Points of the longest series.</param>
    /// <param name="numberOfChannels">Channels of a series.</param>
    /// <param name="settings">Hyperparameters.</param>
    internal static IntervalQuantilesModel Divide(int length, int numberOfChannels, IntervalQuantilesSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        settings.Validate();
        return new(numberOfChannels, length, settings.Depth, settings.PointsPerQuantile);
    }
}

using System.Collections.Concurrent;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Draws random dilated shapelets from training series (Guillaume, Vrain and Elloumi 2022, arXiv:2109.13514). As in the
/// published code, a constant window may be drawn, for example of a flat channel: its distances then measure how much
/// the windows of a series vary.
/// </summary>
public static class DilatedShapelets
{
    // The threshold lies between these quantiles of the distances from another series of the class (section 3.2).
    private static readonly float[] Quantiles = [0.05f, 0.1f];

    /// <summary>Draws shapelets.</summary>
    /// <param name="series">Training series, at least one, of any lengths.</param>
    /// <param name="classes">
    /// [series]: the number of its class; below zero: the series gives no shapelet. Empty where there are none: the
    /// threshold of a shapelet is then found on any other series.
    /// </param>
    /// <param name="settings">Hyperparameters.</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <param name="numberOfThreads">Threads to use; 0 means all processors. The result does not depend on it.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="ArgumentException">
    /// There are no series, none has a class, or there are not as many classes.
    /// </exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public static DilatedShapeletsModel Fit(SeriesSet series, ReadOnlySpan<int> classes,
        DilatedShapeletsSettings settings, ulong seed, int numberOfThreads = 0,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(series);
        ArgumentNullException.ThrowIfNull(settings);
        int[] lengths = [.. Enumerable.Range(0, series.Count).Select(series.LengthOf)];
        ShapeletPlan plan = ShapeletPlan.Draw(lengths, classes, series.NumberOfChannels, settings, seed,
            progress: null, cancellation);
        DilatedShapeletsModel model = Fit(plan, series, plan.Series, numberOfThreads, progress: null, cancellation);
        if (!settings.LimitToTrainingRange)
            return model;
        var range = new TrainingRangeFit(model.NumberOfFeatures);
        int batchSize = SeriesFeaturizer.BatchSizeFor(model.NumberOfFeatures);
        for (int first = 0; first < series.Count; first += batchSize)
        {
            int count = Math.Min(batchSize, series.Count - first);
            float[][] batch = [.. Enumerable.Range(first, count).Select(i => series[i].ToArray())];
            range.Add(model, new SeriesSet(batch, series.NumberOfChannels), numberOfThreads, cancellation);
        }

        return model.With(range.Solve());
    }

    /// <summary>Reads the values and finds the thresholds of shapelets. Features are not limited.</summary>
    /// <param name="plan">What was drawn.</param>
    /// <param name="series">At least the series that the plan names.</param>
    /// <param name="places">For each of <see cref="ShapeletPlan.Series"/> its place among them.</param>
    /// <param name="numberOfThreads">Threads to use; 0 means all processors. The result does not depend on it.</param>
    /// <param name="progress">Called with the fraction done; may throw to stop.</param>
    /// <param name="cancellation">Ends the work.</param>
    internal static DilatedShapeletsModel Fit(ShapeletPlan plan, SeriesSet series, int[] places, int numberOfThreads,
        IProgress<double>? progress, CancellationToken cancellation)
    {
        const int shapeletsAtOnce = 256;
        ShapeletDraw[] draws = plan.Draws;
        var shapelets = new DilatedShapelet[draws.Length];
        int count = 0;
        for (int i = 0; i < draws.Length; i++)
        {
            shapelets[i] = new(draws[i].Dilation, draws[i].IsNormalized, Threshold: 0, draws[i].Channels, count);
            count = checked(count + draws[i].Channels.Length * plan.ShapeletLength);
        }

        var values = new float[count];
        var unused = new ConcurrentBag<ShapeletDistances>();      // scratch memory of threads
        var options = new ParallelOptions
        {
            MaxDegreeOfParallelism = numberOfThreads == 0 ? Environment.ProcessorCount : numberOfThreads,
            CancellationToken = cancellation,
        };
        for (int first = 0; first < draws.Length; first += shapeletsAtOnce)
        {
            progress?.Report((double)first / draws.Length);
            Parallel.For(first, Math.Min(first + shapeletsAtOnce, draws.Length), options,
                () => unused.TryTake(out ShapeletDistances? distances) ? distances
                    : new ShapeletDistances(plan.NumberOfChannels, plan.ShapeletLength),
                (i, _, distances) =>
                {
                    int length = draws[i].Channels.Length * plan.ShapeletLength;
                    Memory<float> own = values.AsMemory(shapelets[i].FirstValue, length);
                    Read(series[places[i]], plan, draws[i], own.Span);
                    shapelets[i] = shapelets[i] with
                    {
                        Threshold = Threshold(
                            distances.Of(series[places[draws.Length + i]], shapelets[i], own.Span),
                            draws[i].Fraction),
                    };
                    return distances;
                }, unused.Add);
        }

        return new DilatedShapeletsModel(plan.NumberOfChannels, plan.ShapeletLength, shapelets, values);
    }

    private static void Read(ReadOnlySpan<float> series, ShapeletPlan plan, ShapeletDraw draw, Span<float> values)
    {
        int length = series.Length / plan.NumberOfChannels;
        for (int c = 0; c < draw.Channels.Length; c++)
            ScalarDilatedShapeletsWorker.Window(series.Slice(draw.Channels[c] * length, length), draw.Start,
                draw.Dilation, draw.IsNormalized, values.Slice(c * plan.ShapeletLength, plan.ShapeletLength));
    }

    private static float Threshold(Span<float> distances, double fraction)
    {
        Span<int> ranks = stackalloc int[2 * Quantiles.Length];
        Span<float> quantiles = stackalloc float[Quantiles.Length];
        Quantile.Compute(distances, Quantiles, ranks, quantiles);
        return (float)(quantiles[0] + fraction * ((double)quantiles[1] - quantiles[0]));
    }
}

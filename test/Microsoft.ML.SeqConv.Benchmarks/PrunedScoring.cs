using System.Globalization;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv.Benchmarks;

/// <summary>
/// Scoring by a full and by a pruned MiniRocket, each with a linear model of two targets, in turn in one run on one
/// thread: the transform and the decision values, in processor time of the thread. Prints <c>name
/// full_median_microseconds pruned_median_microseconds ratio</c>, for a series, first of series side by side, then of
/// one after another.
/// </summary>
internal static class PrunedScoring
{
    public const string Name = "pruned-scoring";

    private const int Targets = 2;
    private const double WarmupSeconds = 1;

    /// <summary>Which features are kept does not matter here: they are drawn.</summary>
    public static int Run(QuickMode.Settings settings)
    {
        SeriesSet series = RandomWalks.Make(settings.Series, settings.Length, settings.Channels);
        MiniRocketModel full = MiniRocket.Fit(series,
            new MiniRocketSettings { NumberOfFeatures = settings.Features }, seed: 1);
        var random = new SeededRandom(1);
        int[] kept = [.. Enumerable.Range(0, full.NumberOfFeatures)
            .OrderBy(_ => random.NextDouble()).Take(settings.Kept)];
        float[][] rows = [.. Enumerable.Range(0, series.Count).Select(i => series[i].ToArray())];
        foreach (bool together in new[] { true, false })
            Report($"{Name}{(together ? "" : "-one")} {full.NumberOfFeatures} {settings.Kept}",
                Compare(full, full.Keep(kept), rows, together, settings.Repeats));
        return 0;
    }

    /// <summary>Times both.</summary>
    /// <param name="full">The one.</param>
    /// <param name="pruned">The other.</param>
    /// <param name="series">[channel, time] each.</param>
    /// <param name="together">Whether series are handed over all at once rather than one by one.</param>
    /// <param name="repeats">Timings of each, in turn.</param>
    /// <param name="targets">Linear functions of the features.</param>
    /// <returns>Medians, in microseconds a series.</returns>
    public static (double Full, double Pruned) Compare(SeriesFeaturizer full, SeriesFeaturizer pruned, float[][] series,
        bool together, int repeats, int targets = Targets)
    {
        Action[] works = [Scoring(full, series, together, targets), Scoring(pruned, series, together, targets)];
        List<double>[] seconds = [[], []];
        double end = ThreadClock.Seconds + WarmupSeconds;
        while (ThreadClock.Seconds < end)
            Array.ForEach(works, work => work());
        for (int i = 0; i < repeats; i++)
        {
            for (int k = 0; k < works.Length; k++)
            {
                double start = ThreadClock.Seconds;
                works[k]();
                seconds[k].Add(ThreadClock.Seconds - start);
            }
        }

        return (Median(seconds[0]) / series.Length * 1e6, Median(seconds[1]) / series.Length * 1e6);
    }

    public static void Report(string name, (double Full, double Pruned) times)
        => Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name} {times.Full:F3} {times.Pruned:F3} {times.Full / times.Pruned:F1}"));

    private static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }

    private static Action Scoring(SeriesFeaturizer featurizer, float[][] series, bool together, int targets)
    {
        FeaturizerWorker worker = featurizer.CreateWorker();
        var random = new SeededRandom(1);
        var head = new LinearModel(targets, featurizer.NumberOfFeatures,
            [.. Enumerable.Range(0, targets * featurizer.NumberOfFeatures)
                .Select(_ => (float)random.NextNormal())], new double[targets]);
        ReadOnlyMemory<float>[] inputs = [.. series.Select(values => (ReadOnlyMemory<float>)values)];
        Memory<float>[] features = [.. series.Select(_ => (Memory<float>)new float[featurizer.NumberOfFeatures])];
        var decisions = new double[targets];
        return () =>
        {
            if (together)
                worker.Transform(inputs, features);
            for (int i = 0; i < inputs.Length; i++)
            {
                if (!together)
                    worker.Transform(inputs[i].Span, features[i].Span);
                head.Score(features[i].Span, decisions);
            }
        };
    }
}

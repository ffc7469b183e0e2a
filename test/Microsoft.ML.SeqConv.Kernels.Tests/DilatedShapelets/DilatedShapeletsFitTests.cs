using Microsoft.ML.SeqConv.Kernels.Tests.Series;
using Xunit;

namespace Microsoft.ML.SeqConv.Kernels.Tests.DilatedShapelets;

/// <summary>What is drawn from training series.</summary>
public class DilatedShapeletsFitTests
{
    private static readonly DilatedShapeletsSettings Many = new() { NumberOfShapelets = 4_000 };

    [Fact]
    public void Shapelets_are_windows_and_thresholds_lie_between_quantiles_of_the_other_series()
    {
        SeriesSet series = Noise(8, 90, channels: 3);
        int[] classes = [0, 0, 0, 1, 1, 1, 2, -1];
        var settings = new DilatedShapeletsSettings { NumberOfShapelets = 300 };
        ShapeletPlan plan = ShapeletPlan.Draw(Lengths(series), classes, 3, settings, seed: 7);
        DilatedShapeletsModel model = Kernels.DilatedShapelets.Fit(series, classes, settings, seed: 7);
        Assert.Equal(plan.Draws.Length, model.Shapelets.Length);
        for (int i = 0; i < plan.Draws.Length; i++)
        {
            ShapeletDraw draw = plan.Draws[i];
            DilatedShapelet shapelet = model.Shapelets[i];
            Assert.Equal(WindowsOf(series[draw.Series], draw, draw.Start), Values(model, shapelet), Near);
            double[] distances = [.. Enumerable.Range(0, 90 - 10 * draw.Dilation).Select(p =>
                WindowsOf(series[draw.Other], draw, p).Zip(Values(model, shapelet), (w, v) => Math.Abs(w - v)).Sum())];
            Assert.InRange(shapelet.Threshold, QuantileOf(distances, 0.05) - 1e-4, QuantileOf(distances, 0.1) + 1e-4);
            Assert.NotEqual(draw.Series, draw.Other);
            Assert.NotEqual(-1, classes[draw.Series]);

            // The third class has one series alone; any other one stands in.
            Assert.True(classes[draw.Series] == 2 || classes[draw.Series] == classes[draw.Other]);
        }

        Assert.Equal([0, 1, 2], plan.Draws.SelectMany(draw => draw.Channels).Distinct().Order());
        Assert.Equal([1, 2, 3], plan.Draws.Select(draw => draw.Channels.Length).Distinct().Order());
    }

    [Theory]
    [InlineData(float.NaN, "NaN")]
    [InlineData(float.NegativeInfinity, "-Infinity")]
    [InlineData(2e30f, "2E+30")]
    public void Values_whose_distances_are_not_finite_are_refused_on_every_path(float value, string text)
    {
        string message = $"A series has the value {text}; values must be within +-1e30. Scale them.";
        SeriesSet series = Noise(4, 40, channels: 1);
        var settings = new DilatedShapeletsSettings { NumberOfShapelets = 20 };
        DilatedShapeletsModel model = Kernels.DilatedShapelets.Fit(series, [], settings, seed: 1);
        float[] bad = series[0].ToArray();
        bad[33] = value;
        foreach (KernelPath path in KernelPaths.Available)
        {
            FeaturizerWorker worker = model.CreateWorker(path);
            Assert.StartsWith(message, Assert.Throws<ArgumentException>(
                () => worker.Transform(bad, new float[model.NumberOfFeatures])).Message);
        }

        Assert.Contains(message, Assert.ThrowsAny<Exception>(() => Kernels.DilatedShapelets.Fit(
            new SeriesSet([bad, bad], 1), [], settings, seed: 1)).ToString());
    }

    [Fact]
    public void Dilations_are_uniform_in_the_exponent_and_a_fifth_compares_windows_as_they_are()
    {
        ShapeletPlan plan = ShapeletPlan.Draw([.. Enumerable.Repeat(1_001, 200)], [], 1, Many, seed: 3);
        Assert.Equal(11, plan.ShapeletLength);
        Assert.Equal(4_000, plan.Draws.Length);

        // floor(2^U) with U uniform from 0 to log2 of 100: the share of [a, b) is log2(b / a) / log2(100).
        foreach ((int from, int to) in new[] { (1, 2), (2, 8), (8, 32), (32, 100) })
        {
            double share = Math.Log2((double)to / from) / Math.Log2(100);
            Assert.Equal(share, plan.Draws.Count(draw => draw.Dilation >= from && draw.Dilation < to) / 4_000.0, 0.03);
        }

        Assert.Equal(0.8, plan.Draws.Count(draw => draw.IsNormalized) / 4_000.0, 0.03);
        Assert.Equal(plan.Draws.OrderBy(draw => draw.Dilation).ThenBy(draw => draw.IsNormalized), plan.Draws);
    }

    [Fact]
    public void Shapelets_of_a_kind_share_less_than_half_of_their_points()
    {
        ShapeletPlan plan = ShapeletPlan.Draw([40, 40, 23], [], 1, Many, seed: 3);
        Assert.InRange(plan.Draws.Length, 20, 400);     // 4,000 do not fit
        foreach (var kind in plan.Draws.GroupBy(draw => (draw.Dilation, draw.IsNormalized, draw.Series)))
        {
            HashSet<int>[] points = [.. kind.Select(
                draw => Enumerable.Range(0, 11).Select(j => draw.Start + j * draw.Dilation).ToHashSet())];
            for (int i = 0; i < points.Length; i++)
            {
                for (int j = 0; j < i; j++)
                    Assert.InRange(points[i].Intersect(points[j]).Count(), 0, 5);
            }
        }
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(3, 2)]
    [InlineData(8, 4)]
    [InlineData(21, 10)]
    [InlineData(22, 11)]
    public void Shapelets_have_half_of_the_points_of_short_series(int length, int points)
    {
        DilatedShapeletsModel model = Kernels.DilatedShapelets.Fit(Noise(5, length, 1), [], Many, seed: 1);
        Assert.Equal(points, model.ShapeletLength);
        Assert.InRange(model.Shapelets[^1].Dilation, 1, Math.Max(1, (length - 1) / (points - 1)));
    }

    [Fact]
    public void The_median_length_counts_and_not_an_outlier()
    {
        ShapeletPlan plan = ShapeletPlan.Draw([3, 100, 100, 100, 5_000], [], 1, Many, seed: 1);
        Assert.Equal(11, plan.ShapeletLength);
        Assert.InRange(plan.Draws.Max(draw => draw.Dilation), 2, 9);
        Assert.DoesNotContain(0, plan.Draws.Select(draw => draw.Series));
    }

    [Fact]
    public void Every_free_window_is_drawn_once_and_none_of_a_series_without_a_class()
    {
        // Shapelets of two points take no window but their own.
        int[] lengths = [5, 1, 9, 2, 30, 4, 3];
        int[] classes = [0, 1, 0, -1, 2, 0, 1];
        var free = new FreeWindows(lengths, classes, dilation: 2, points: 2, continues: false);
        var random = new SeededRandom(1);
        var drawn = new List<(int Series, int Start)>();
        while (free.Draw(random) is (int, int) window)
            drawn.Add(window);
        Assert.Equal(0, free.Count);
        Assert.Equal(Enumerable.Range(0, 7).Where(i => classes[i] >= 0).SelectMany(i => Enumerable
            .Range(0, Math.Max(0, lengths[i] - 2)).Select(start => (i, start))), drawn.Order());
    }

    [Fact]
    public void A_draw_reports_progress_and_can_be_cancelled()
    {
        int[] lengths = [.. Enumerable.Repeat(500, 50)];
        var progress = new Fractions();
        ShapeletPlan.Draw(lengths, [], 1, Many, seed: 1, progress);
        Assert.Equal(progress.Reported.Order(), progress.Reported);
        Assert.InRange(progress.Reported.Count, 20, 4_000);
        using var source = new CancellationTokenSource();
        progress = new Fractions { Then = done => { if (done > 0.5) source.Cancel(); } };
        Assert.Throws<OperationCanceledException>(
            () => ShapeletPlan.Draw(lengths, [], 1, Many, seed: 1, progress, source.Token));
        Assert.InRange(progress.Reported[^1], 0.5, 0.6);
    }

    [Fact]
    public void Values_up_to_1e30_give_finite_features()
    {
        const int channels = 9;
        var random = new SeededRandom(1);
        float[][] large = [.. Enumerable.Range(0, 4).Select(_ => Enumerable.Range(0, channels * 60)
            .Select(_ => random.NextDouble() < 0.5 ? -1e30f : 1e30f).ToArray())];
        DilatedShapeletsModel model = Kernels.DilatedShapelets.Fit(new SeriesSet(large, channels), [],
            new DilatedShapeletsSettings { NumberOfShapelets = 300, LimitToTrainingRange = false }, seed: 1);
        var expected = new float[model.NumberOfFeatures];
        var actual = new float[model.NumberOfFeatures];
        foreach (float[] series in large)
        {
            model.CreateWorker(KernelPath.Scalar).Transform(series, expected);
            Assert.DoesNotContain(expected, value => !float.IsFinite(value));
            foreach (KernelPath path in KernelPaths.Available)
            {
                model.CreateWorker(path).Transform(series, actual);
                Assert.Equal(expected, actual);
            }
        }

        Assert.Contains(expected, value => value > 1e31f);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Of_equal_windows_the_first_wins_wherever_they_lie(bool isNormalized)
    {
        // The shapelet's shape is there from point 40 on, and again and again in what vectors, their steps and blocks
        // take apart.
        float peak = isNormalized ? MathF.Sqrt(1.5f) : 1;
        var model = new DilatedShapeletsModel(
            1, 3, [new(2, isNormalized, Threshold: 0.5f, [0], 0)], [peak, -peak, 0]);
        int[] starts = [40, 47, 71, 103, 520, 1100];
        var series = new float[1300];
        foreach (int start in starts)
            (series[start], series[start + 2]) = (1, -1);
        foreach (KernelPath path in KernelPaths.Available)
        {
            var features = new float[3];
            model.CreateWorker(path).Transform(series, features);
            Assert.Equal([0, 40, starts.Length], features.Select(value => MathF.Round(value, 5)));
        }
    }

    [Fact]
    public void Threads_do_not_change_the_model()
    {
        SeriesSet series = Noise(9, 70, channels: 2);
        DilatedShapeletsModel one = Kernels.DilatedShapelets.Fit(series, [], Many, seed: 5, numberOfThreads: 1);
        DilatedShapeletsModel four = Kernels.DilatedShapelets.Fit(series, [], Many, seed: 5, numberOfThreads: 4);
        Assert.Equal(one.Values.ToArray(), four.Values.ToArray());
        Assert.Equal(one.Shapelets.Select(shapelet => shapelet.Threshold),
            four.Shapelets.Select(shapelet => shapelet.Threshold));
    }

    [Fact]
    public void Training_sets_without_a_class_or_a_series_are_refused()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(
            () => Kernels.DilatedShapelets.Fit(Noise(2, 30, 1), [-1, -1], Many, seed: 1));
        Assert.StartsWith("None of 2 series has a class and 11 points or more; a fit draws shapelets from at least "
            + "one.", error.Message, StringComparison.Ordinal);
        error = Assert.Throws<ArgumentException>(
            () => Kernels.DilatedShapelets.Fit(Noise(2, 30, 1), [0], Many, seed: 1));
        Assert.StartsWith("There are 1 classes for 2 series.", error.Message, StringComparison.Ordinal);
        error = Assert.Throws<ArgumentException>(
            () => Kernels.DilatedShapelets.Fit(new SeriesSet([]), [], Many, seed: 1));
        Assert.StartsWith("There are no series; a fit needs at least one.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Features_are_the_least_distance_its_position_and_the_matches()
    {
        // 1, 3 in steps of two points, against pairs of 1, 0, 3, 2, 1, 3: (1, 3), (0, 2), (3, 1), (2, 3).
        var model = new DilatedShapeletsModel(1, 2, [new(2, false, Threshold: 2, [0], 0)], [1, 3]);
        Assert.Equal([0, 0, 2], Features(model, [1, 0, 3, 2, 1, 3]));
        Assert.Equal(["min s0 d2", "position s0 d2", "count s0 d2"],
            Enumerable.Range(0, 3).Select(model.FeatureName));

        // A shorter series continues with its last point: (1, 4).
        Assert.Equal([1, 0, 1], Features(model, [1, 4]));

        // Normalised, 1, 0 and 7, 5 are the same shape; a constant window stays at zero.
        var normalised = new DilatedShapeletsModel(1, 2, [new(1, true, Threshold: 0.5f, [0], 0)], [1, -1]);
        Assert.Equal([0, 2, 1], Features(normalised, [5, 5, 7, 5, 6]));
    }

    private static float[] Features(DilatedShapeletsModel model, float[] series)
    {
        var features = new float[model.NumberOfFeatures];
        model.CreateWorker().Transform(series, features);
        return features;
    }

    private static int[] Lengths(SeriesSet series) => [.. Enumerable.Range(0, series.Count).Select(series.LengthOf)];

    private static SeriesSet Noise(int count, int length, int channels) => new(
        [.. Enumerable.Range(0, count).Select(i => FeaturizerTests.Noise(length * channels, i))], channels);

    private static double[] Values(DilatedShapeletsModel model, DilatedShapelet shapelet)
        => [.. model.ValuesOf(shapelet).ToArray().Select(value => (double)value)];

    private static double[] WindowsOf(ReadOnlySpan<float> series, ShapeletDraw draw, int start)
    {
        float[] values = series.ToArray();
        return [.. draw.Channels.SelectMany(channel =>
        {
            double[] window = [.. Enumerable.Range(0, 11)
                .Select(j => (double)values[channel * values.Length / 3 + start + j * draw.Dilation])];
            if (!draw.IsNormalized)
                return window;
            double mean = window.Average();
            double spread = Math.Sqrt(window.Average(value => (value - mean) * (value - mean)));
            return window.Select(value => (value - mean) / spread);
        })];
    }

    private static double QuantileOf(double[] sample, double probability)
    {
        double[] sorted = [.. sample.Order()];
        double rank = probability * (sorted.Length - 1);
        int lower = (int)rank;
        return sorted[lower] + (rank - lower) * (sorted[Math.Min(lower + 1, sorted.Length - 1)] - sorted[lower]);
    }

    private static bool Near(double expected, double actual) => Math.Abs(expected - actual) < 1e-5;

    private sealed class Fractions : IProgress<double>
    {
        public List<double> Reported { get; } = [];

        public Action<double>? Then { get; init; }

        public void Report(double value)
        {
            Reported.Add(value);
            Then?.Invoke(value);
        }
    }
}

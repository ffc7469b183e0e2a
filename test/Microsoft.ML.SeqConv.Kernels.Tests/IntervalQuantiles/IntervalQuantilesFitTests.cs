using Microsoft.ML.SeqConv.Kernels.Tests.Series;
using Xunit;

namespace Microsoft.ML.SeqConv.Kernels.Tests.IntervalQuantiles;

public class IntervalQuantilesFitTests
{
    // Eight points are one interval with quantiles at 0 and 1, less the mean.
    [Fact]
    public void Quantiles_by_hand()
    {
        var model = new IntervalQuantilesModel(1, 8, depth: 1, pointsPerQuantile: 4);
        float[] series = [3, 1, 2, 8, 5, 7, 6, 4];
        var features = new float[model.NumberOfFeatures];
        foreach (KernelPath path in KernelPaths.Available)
        {
            model.CreateWorker(path).Transform(series, features);
            Assert.Equal(1, features[0]);
            Assert.Equal(8 - 4.5f, features[1]);

            // Differences -2, 1, 6, -3, 2, -1, -2; smoothed, the ends repeated: 0.2, 0, 0.8, 1, 0.4, -1.2, -1.
            Assert.Equal(-1.2f, features[2]);
            Assert.Equal(1 - 0.2f / 7, features[3], 1e-6f);

            // The sum of the series is the magnitude of frequency zero, the largest of five.
            Assert.Equal(36, features[^1] + Mean(model, series), 1e-4);
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1 + 2)]
    [InlineData(3, 1 + 2)]
    [InlineData(4, 1 + (2 + 1) + 4)]
    [InlineData(8, 1 + (2 + 1) + (4 + 3) + 8)]
    public void Intervals_halve_down_to_points(int length, int expected)
        => Assert.Equal(expected, DyadicInterval.Of(length, depth: 10).Count());

    [Fact]
    public void Names_say_representation_interval_quantile_and_channel()
    {
        var model = new IntervalQuantilesModel(2, 64, depth: 3, pointsPerQuantile: 4);
        string[] names = [.. Enumerable.Range(0, model.NumberOfFeatures).Select(model.FeatureName)];
        Assert.Equal("q1/16 i1/1 c0", names[0]);
        Assert.Contains("q16/16 i1/1 c1", names);
        Assert.Contains("q2/4 i3/4 shifted difference c1", names);
        Assert.Contains("q3/4 i4/4 second difference c0", names);
        Assert.Equal("q2/2 i3/4 shifted spectrum c1", names[^1]);
    }

    [Fact]
    public void Scores_of_training_values_are_those_of_their_ranks()
    {
        // One point: its value, and the magnitude of the only frequency.
        var series = new SeriesSet([[3f], [1f], [2f], [2f]]);
        IntervalQuantilesModel model = Kernels.IntervalQuantiles.Fit(series, new IntervalQuantilesSettings(), seed: 1);
        var features = new float[model.NumberOfFeatures];
        (float Value, double Rank)[] expected = [(1, 0.5), (2, 2), (3, 3.5), (0, 0), (1.5f, 1), (1e30f, 4)];
        foreach (KernelPath path in KernelPaths.Available)
        {
            foreach ((float value, double rank) in expected)
            {
                model.CreateWorker(path).Transform([value], features);
                Assert.Equal(InverseNormal.At((rank + 0.5) / 5), features[0], 1e-6);
            }

            // The differences are zero in every series: the middle.
            Assert.Equal(0, features[1]);
        }
    }

    [Fact]
    public void Scores_of_values_that_overflowed_do_not_depend_on_the_path()
    {
        float[] knots = [.. Enumerable.Repeat<float[]>([-3e38f, 0, 3e38f], 6).SelectMany(values => values)];
        var scores = new NormalScores(knots, perFeature: 3);
        float[] scalar = [float.NaN, -float.NaN, float.PositiveInfinity, float.NegativeInfinity, 3.1e38f, -3.1e38f];
        float[] vectorised = [.. scalar];
        scores.ApplyScalar(scalar, 0);
        scores.ApplyVectorised(vectorised, 0);
        Assert.Equal(scalar, vectorised);
        (float least, float largest) = (scores.Table[0], scores.Table[^1]);
        Assert.Equal([least, least, largest, least, largest, least], scalar);
    }

    [Fact]
    public void Knots_are_evenly_spaced_order_statistics()
    {
        float[] sorted = [.. Enumerable.Range(0, 101).Select(i => (float)i)];
        float[] knots = new float[5];
        NormalScoresFit.Pick(sorted, knots);
        Assert.Equal([0, 25, 50, 75, 100], knots);
        knots = new float[1];
        NormalScoresFit.Pick([7], knots);
        Assert.Equal([7], knots);
        knots = new float[101];
        NormalScoresFit.Pick(sorted, knots);
        Assert.Equal(sorted, knots);
    }

    [Fact]
    public void Many_rows_are_represented_by_rows_of_all_parts()
    {
        var model = new IntervalQuantilesModel(1, 1, depth: 1, pointsPerQuantile: 4);
        var series = new SeriesSet([.. Enumerable.Range(0, 1000).Select(i => new[] { (float)i })]);
        NormalScores scores = Fit(seed: 1);
        Assert.Equal(10, scores.PerFeature);
        for (int i = 0; i < 10; i++)
            Assert.InRange(scores.Knots[i], 100 * i, 100 * i + 99);
        Assert.Equal(scores.Knots.ToArray(), Fit(seed: 1).Knots.ToArray());
        Assert.NotEqual(scores.Knots.ToArray(), Fit(seed: 2).Knots.ToArray());

        NormalScores Fit(ulong seed)
        {
            var fit = new NormalScoresFit(model.NumberOfFeatures, series.Count, maxKnots: 10, seed, maxValues: 40);
            fit.Add(model, series);
            return fit.Solve();
        }
    }

    [Theory]
    [InlineData(1e30f)]
    [InlineData(3e38f)]
    [InlineData(-0f)]
    public void Large_values_give_finite_scores(float value)
    {
        float[][] rows = [.. Enumerable.Range(0, 9).Select(i => FeaturizerTests.Noise(70, i))];
        for (int t = 0; t < 70; t++)
            rows[4][t] = t % 2 == 0 ? value : -value;
        IntervalQuantilesModel model = Kernels.IntervalQuantiles.Fit(
            new SeriesSet(rows), new IntervalQuantilesSettings(), seed: 1);
        var features = new float[model.NumberOfFeatures];
        foreach (KernelPath path in KernelPaths.Available)
        {
            model.CreateWorker(path).Transform(rows[4], features);
            Assert.All(features, feature => Assert.True(float.IsFinite(feature)));
        }
    }

    [Fact]
    public void Quantiles_of_values_up_to_1e30_are_finite()
    {
        var model = new IntervalQuantilesModel(1, 1000, depth: 6, pointsPerQuantile: 4);
        var features = new float[model.NumberOfFeatures];
        model.CreateWorker().Transform(
            [.. Enumerable.Range(0, 1000).Select(t => t % 3 == 0 ? 1e30f : -1e30f)], features);
        Assert.All(features, feature => Assert.True(float.IsFinite(feature)));
    }

    [Fact]
    public void A_constant_series_moves_no_frequency_but_the_first()
    {
        foreach (int length in new[] { 16, 37, 100, 501 })
        {
            var model = new IntervalQuantilesModel(1, length, depth: 1, pointsPerQuantile: 1);
            float[] series = [.. Enumerable.Repeat(0.3f, length)];
            var features = new float[model.NumberOfFeatures];
            model.CreateWorker().Transform(series, features);
            int first = Array.FindIndex([.. Enumerable.Range(0, features.Length).Select(model.FeatureName)],
                name => name.EndsWith("spectrum", StringComparison.Ordinal));
            for (int i = first; i < features.Length - 1; i += 2)
                Assert.True(features[i] == 0 || i == features.Length - 1, model.FeatureName(i));
        }
    }

    // Twice the points of the same shape: about the same quantiles of the series.
    [Fact]
    public void A_longer_series_has_as_many_features_of_the_same_meaning()
    {
        var model = new IntervalQuantilesModel(1, 60, depth: 4, pointsPerQuantile: 4);
        var features = new float[model.NumberOfFeatures];
        var ofLonger = new float[model.NumberOfFeatures];
        model.CreateWorker().Transform(Ramp(60), features);
        model.CreateWorker().Transform(Ramp(600), ofLonger);
        for (int i = 0; i < features.Length && !model.FeatureName(i).Contains("diff", StringComparison.Ordinal); i++)
            Assert.Equal(features[i], ofLonger[i], 0.05f);

        static float[] Ramp(int length) => [.. Enumerable.Range(0, length).Select(t => t / (length - 1f))];
    }

    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(33)]
    [InlineData(1000)]
    public void Keys_are_sorted_and_merged(int count)
    {
        for (int seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            int[] keys = [.. Enumerable.Range(0, count + KeySort.Spare).Select(_ => seed % 2 == 0
                ? random.Next(5)
                : (int)random.NextInt64(int.MinValue, (long)int.MaxValue + 1))];
            var sorted = new int[count];
            var scratch = new int[count];
            KeySort.Sort(ref keys[0], count, ref sorted[0], ref scratch[0]);
            Assert.Equal(keys[..count].Order(), sorted);
            int[] other = [.. Enumerable.Range(0, 1 + seed * 7).Select(_ => random.Next(5)).Order()];
            var merged = new int[count + other.Length];
            KeySort.Merge(ref sorted[0], count, ref other[0], other.Length, ref merged[0]);
            Assert.Equal(sorted.Concat(other).Order(), merged);
        }
    }

    public static TheoryData<string, string> Damages => new()
    {
        { "channels", "numberOfChannels is 0; it must be at least 1." },
        { "length", "length is 0; it must be 1 to 16777216." },
        { "depth", "Depth is 11; it must be 1 to 10." },
        { "points", "PointsPerQuantile is 0; it must be 1 to 1024." },
        { "features", "Series of 16777216 points and 500 channels have " },
        { "scores", "The normal scores are for 1 features; there are 4." },
        { "kept", "Kept feature 0 has the number 4; numbers must ascend from at least 0 to at most 3." },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public void Values_that_do_not_fit_are_refused(string what, string message)
    {
        ArgumentException error = Assert.ThrowsAny<ArgumentException>(() => new IntervalQuantilesModel(
            what switch { "channels" => 0, "features" => 500, _ => 1 },
            what switch { "length" => 0, "features" => 1 << 24, _ => 1 },
            what == "depth" ? 11 : 6, what switch { "points" => 0, "features" => 1, _ => 4 },
            what == "scores" ? new NormalScores([1], 1) : null, what == "kept" ? [4] : null));
        Assert.StartsWith(message, error.Message);
    }

    [Fact]
    public void Scores_that_cannot_be_are_refused()
    {
        Assert.StartsWith("There are 3 knots; they must be a multiple of 2, the number of each feature.",
            Assert.Throws<ArgumentException>(() => new NormalScores([1, 2, 3], 2)).Message);
        Assert.StartsWith("Knot 1 is NaN; knots must be finite.",
            Assert.Throws<ArgumentException>(() => new NormalScores([1, float.NaN], 2)).Message);
        Assert.StartsWith("Knot 1 is 0, below the one before; the knots of a feature must ascend.",
            Assert.Throws<ArgumentException>(() => new NormalScores([1, 0], 2)).Message);
        Assert.StartsWith("perFeature is 0; it must be 1 to 4096.",
            Assert.Throws<ArgumentOutOfRangeException>(() => new NormalScores([1], 0)).Message);
        Assert.StartsWith("There are no rows; normal scores need at least one.",
            Assert.Throws<InvalidOperationException>(() => new NormalScoresFit(1, 1, 2, seed: 1).Solve()).Message);
        Assert.StartsWith("There are no series; a fit needs at least one.", Assert.Throws<ArgumentException>(
            () => Kernels.IntervalQuantiles.Fit(new SeriesSet([]), new(), 1)).Message);
    }

    private static double Mean(IntervalQuantilesModel model, float[] series)
    {
        var spectrum = new SpectrumAttribution(series);
        var magnitudes = new float[series.Length / 2 + 1];
        spectrum.Magnitudes(magnitudes);
        Assert.Equal(model.Blocks[^1].Quantiles, 1 + (magnitudes.Length - 1) / 4);
        return magnitudes.Average();
    }
}

using Xunit;

namespace Microsoft.ML.SeqConv.Kernels.Tests.DilatedShapelets;

/// <summary>Features limited to the range that they had in training.</summary>
public class TrainingRangeTests
{
    private static readonly DilatedShapeletsSettings Settings = new() { NumberOfShapelets = 80 };

    [Fact]
    public void Training_series_keep_their_features_and_others_are_limited_on_every_path()
    {
        SeriesSet training = Noise(20, seed: 1, scale: 1);
        SeriesSet later = Noise(10, seed: 2, scale: 6);
        DilatedShapeletsModel limited = Kernels.DilatedShapelets.Fit(training, [], Settings, seed: 3);
        DilatedShapeletsModel unlimited = Kernels.DilatedShapelets.Fit(
            training, [], new() { NumberOfShapelets = 80, LimitToTrainingRange = false }, seed: 3);
        Assert.Null(unlimited.Range);
        foreach (KernelPath path in KernelPaths.Available)
        {
            float[][] inTraining = Features(unlimited, training, path);
            Assert.Equal(inTraining, Features(limited, training, path));
            float[][] expected = Features(unlimited, later, path);
            int beyond = 0;
            foreach (float[] row in expected)
            {
                for (int j = 0; j < row.Length; j++)
                {
                    float within = Math.Clamp(row[j], inTraining.Min(one => one[j]), inTraining.Max(one => one[j]));
                    beyond += within == row[j] ? 0 : 1;
                    row[j] = within;
                }
            }

            Assert.True(beyond > expected.Length * expected[0].Length / 10, $"{beyond} features were limited.");
            Assert.Equal(expected, Features(limited, later, path));
        }
    }

    [Fact]
    public void Kept_features_have_their_ranges()
    {
        SeriesSet training = Noise(20, seed: 1, scale: 1);
        SeriesSet later = Noise(10, seed: 2, scale: 6);
        DilatedShapeletsModel model = Kernels.DilatedShapelets.Fit(training, [], Settings, seed: 3);
        int[] kept = [2, 3, 17, 100];
        DilatedShapeletsModel pruned = model.Keep(kept);
        float[][] full = Features(model, later, KernelPath.Scalar);
        Assert.Equal(
            full.Select(row => kept.Select(feature => row[feature]).ToArray()),
            Features(pruned, later, KernelPath.Scalar));
        using var stream = new MemoryStream();
        DilatedShapeletsFormat.Write(new BinaryWriter(stream), pruned);
        stream.Position = 0;
        DilatedShapeletsModel read = DilatedShapeletsFormat.Read(
            new BinaryReader(stream), DilatedShapeletsFormat.Version);
        Assert.Equal(
            Features(pruned, later, KernelPath.Scalar), Features(read, later, KernelPath.Scalar));
        Assert.Equal(stream.Length, stream.Position);
    }

    [Fact]
    public void Contributions_sum_to_the_weighted_features_beyond_the_range()
    {
        SeriesSet training = Noise(20, seed: 1, scale: 1);
        SeriesSet later = Noise(10, seed: 2, scale: 6);
        DilatedShapeletsModel model = Kernels.DilatedShapelets.Fit(training, [], Settings, seed: 3);
        var random = new Random(5);
        double[] weights = [.. Enumerable.Range(0, model.NumberOfFeatures).Select(_ => random.NextDouble() - 0.5)];
        float[][] features = Features(model, later, KernelPath.Scalar);
        for (int i = 0; i < later.Count; i++)
        {
            var contributions = new double[later[i].Length];
            double constant = model.Attribute(later[i], weights, contributions);
            double expected = features[i].Select((value, j) => weights[j] * value).Sum();
            Assert.Equal(expected, constant + contributions.Sum(), 1e-9 * features[i].Sum());
        }
    }

    [Fact]
    public void Ranges_that_contradict_themselves_are_refused()
    {
        Assert.StartsWith("Feature 1 ranges from 2 to 1; the first must not be above the second.",
            Assert.Throws<ArgumentException>(() => new TrainingRange([0, 2], [1, 1])).Message);
        Assert.StartsWith("Feature 0 ranges from NaN to 1; the first must not be above the second.",
            Assert.Throws<ArgumentException>(() => new TrainingRange([float.NaN], [1])).Message);
        Assert.StartsWith("There are 1 least values of features and 2 largest ones; each feature has both.",
            Assert.Throws<ArgumentException>(() => new TrainingRange([0], [1, 1])).Message);
        DilatedShapeletsModel model = Kernels.DilatedShapelets.Fit(
            Noise(4, seed: 1, scale: 1), [], new() { NumberOfShapelets = 2 }, seed: 3);
        Assert.StartsWith("There are ranges of 1 features; the model has 6.",
            Assert.Throws<ArgumentException>(() => model.With(new TrainingRange([0], [1]))).Message);
    }

    private static float[][] Features(DilatedShapeletsModel model, SeriesSet series, KernelPath path)
    {
        FeaturizerWorker worker = model.CreateWorker(path);
        var rows = new float[series.Count][];
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i] = new float[model.NumberOfFeatures];
            worker.Transform(series[i], rows[i]);
        }

        return rows;
    }

    private static SeriesSet Noise(int count, int seed, float scale)
    {
        var random = new Random(seed);
        return new([.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, 60)
            .Select(t => scale * (float)(random.NextDouble() - 0.5 + 0.02 * t)).ToArray())], 1);
    }
}

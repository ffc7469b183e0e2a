using CsCheck;
using Xunit;

namespace Microsoft.ML.SeqConv.Kernels.Tests.Series;

/// <summary>What every featurizer must do, whatever it computes.</summary>
public class FeaturizerTests
{
    /// <summary>Lengths that straddle the widths of vectors and blocks, and the shortest.</summary>
    private static readonly int[] Lengths = [1, 2, 3, 5, 7, 8, 9, 10, 15, 16, 17, 24, 31, 32, 33, 63, 65, 100,
        150, 257, 1001, 1024, 1025, 2050];

    public static TheoryData<string, int, bool> Featurizers => new()
    {
        { "MiniRocket", 1, false }, { "MiniRocket", 1, true }, { "MiniRocket", 2, false }, { "MiniRocket", 3, true },
        { "MiniRocket", 12, false },
        { "MiniRocket", 40, true },
        { "MultiRocket", 1, false }, { "MultiRocket", 1, true }, { "MultiRocket", 3, false },
        { "MultiRocket", 12, true },
        { "Hydra", 1, false }, { "Hydra", 1, true }, { "Hydra", 3, false }, { "Hydra", 12, true },
        { "HydraUnscaled", 1, false },
        { "Convolution1D", 1, false }, { "Convolution1D", 3, true },
        { "Rocket", 1, false }, { "Rocket", 2, false }, { "Rocket", 12, false }, { "Rocket", 40, false },
        { "RocketSingle", 1, false }, { "RocketSingle", 3, false },
        { "PrunedMiniRocket", 1, false }, { "PrunedMiniRocket", 1, true }, { "PrunedMiniRocket", 3, false },
        { "PrunedMultiRocket", 1, false }, { "PrunedMultiRocket", 3, true }, { "PrunedHydra", 1, false },
        { "PrunedHydra", 3, true },
        { "PrunedRocket", 1, false },
        { "PrunedRocket", 3, false },
        { "DilatedShapelets", 1, false }, { "DilatedShapelets", 1, true }, { "DilatedShapelets", 3, true },
        { "DilatedShapelets", 12, false },
        { "PrunedDilatedShapelets", 1, false }, { "PrunedDilatedShapelets", 3, true },
        { "IntervalQuantiles", 1, false }, { "IntervalQuantiles", 1, true }, { "IntervalQuantiles", 3, true },
        { "IntervalQuantilesRaw", 1, false }, { "IntervalQuantilesRaw", 2, true },
        { "PrunedIntervalQuantiles", 1, false }, { "PrunedIntervalQuantiles", 3, true },
    };

    [Theory]
    [MemberData(nameof(Featurizers))]
    public void Every_path_gives_the_bits_of_the_scalar_path(string name, int channels, bool ragged)
    {
        foreach (int fitted in new[] { 9, 33, 150, 1001 })
        {
            SeriesFeaturizer featurizer = Fit(name, channels, ragged, fitted);
            FeaturizerWorker scalar = featurizer.CreateWorker(KernelPath.Scalar);
            var expected = new float[featurizer.NumberOfFeatures];
            var actual = new float[featurizer.NumberOfFeatures];
            foreach (KernelPath path in KernelPaths.Available)
            {
                // One worker for all lengths: it must leave nothing of a longer series behind.
                FeaturizerWorker worker = featurizer.CreateWorker(path);
                foreach (int length in Lengths.Reverse().Concat(Lengths).Where(length => channels < 12 || length < 260))
                {
                    float[] series = Noise(length * channels, seed: length);
                    scalar.Transform(series, expected);
                    worker.Transform(series, actual);
                    Assert.True(expected.AsSpan().SequenceEqual(actual), $"{name} of {channels} channels fitted on "
                        + $"{fitted} points differs on path {path} at {length} points.");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Featurizers))]
    public void Series_transformed_together_give_the_bits_of_the_scalar_path(string name, int channels, bool ragged)
    {
        SeriesFeaturizer featurizer = Fit(name, channels, ragged, 150);
        FeaturizerWorker scalar = featurizer.CreateWorker(KernelPath.Scalar);
        FeaturizerWorker[] workers = [.. KernelPaths.Available.Select(featurizer.CreateWorker)];
        var expected = new float[featurizer.NumberOfFeatures];

        // Runs of one length that fill vectors, overfill them and leave them half empty; a shorter run after a longer
        // one finds nothing of it.
        foreach ((int length,
            int count) in new[] { (150, 16), (33, 5), (9, 8), (64, 19), (1, 7), (65, 3), (1030, 8), (24, 9), (2, 1) }
                .Where(run => channels < 12 || run.Item1 < 260))
        {
            ReadOnlyMemory<float>[] series = [.. Enumerable.Range(0, count)
                .Select(i => (ReadOnlyMemory<float>)Noise(length * channels, seed: 100 * length + i))];
            Memory<float>[] actual = [.. series.Select(_ => (Memory<float>)new float[featurizer.NumberOfFeatures])];
            for (int p = 0; p < workers.Length; p++)
            {
                workers[p].Transform(series, actual);
                for (int i = 0; i < count; i++)
                {
                    scalar.Transform(series[i].Span, expected);
                    Assert.True(expected.AsSpan().SequenceEqual(actual[i].Span), $"{name} of {channels} channels "
                        + $"differs on path {KernelPaths.Available[p]} at series {i} of {count} of {length} points.");
                }
            }
        }
    }

    [Theory]
    [InlineData(150)]
    [InlineData(700)]
    public void MiniRocket_gives_the_bits_of_the_scalar_path_at_every_dilation_boundary(int fitted)
    {
        var model = (MiniRocketModel)Fit("MiniRocket", 1, ragged: true, fitted);

        // A kernel reaches 4 dilations to either side: where one side leaves the series, where both do, and where no
        // position is left without padding.
        AssertPathsAgree(model, model.Dilations.ToArray()
            .SelectMany(d => new[] { 4 * d - 1, 4 * d, 4 * d + 1, 8 * d - 1, 8 * d, 8 * d + 1, 8 * d + 2 }));
    }

    [Theory]
    [InlineData("Rocket")]
    [InlineData("RocketSingle")]
    public void Rocket_gives_the_bits_of_the_scalar_path_at_every_dilation_boundary(string name)
    {
        var model = (RocketModel)Fit(name, 1, ragged: false, 150);
        AssertPathsAgree(model, model.Kernels.ToArray().Select(kernel => (kernel.Length - 1) * kernel.Dilation)
            .Distinct().SelectMany(span => new[] { span / 2, span / 2 + 1, span, span + 1, span + 2 }));
    }

    [Theory]
    [InlineData(3e38f)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NaN)]
    [InlineData(-0f)]
    [InlineData(1e-45f)]
    public void MiniRocket_gives_the_bits_of_the_scalar_path_for_extreme_values(float extreme)
    {
        // Sums that overflow, differences that underflow, and zeros of both signs, also among the biases.
        float[][] training = [.. Enumerable.Range(0, 20).Select(i => Noise(150, i).Select((x, t) =>
            t % 3 == i % 3 ? (float.IsFinite(extreme) && Math.Abs(extreme) < 1 ? extreme : 0) : t % 7 == 0 ? -0f : 0)
            .ToArray())];
        MiniRocketModel model = Kernels.MiniRocket.Fit(new SeriesSet(training, 1),
            new MiniRocketSettings { NumberOfFeatures = 1680 }, seed: 1);
        FeaturizerWorker scalar = model.CreateWorker(KernelPath.Scalar);
        FeaturizerWorker[] workers = [.. KernelPaths.Available.Select(model.CreateWorker)];
        ReadOnlyMemory<float>[] series = [.. Enumerable.Range(0, 8).Select(i => (ReadOnlyMemory<float>)Noise(150, i)
            .Select((x, t) => t % 11 == i ? extreme : t % 5 == 0 ? -0f : i % 2 == 0 ? 0 : x).ToArray())];
        Memory<float>[] together = [.. series.Select(_ => (Memory<float>)new float[model.NumberOfFeatures])];
        var expected = new float[model.NumberOfFeatures];
        var actual = new float[model.NumberOfFeatures];
        for (int p = 0; p < workers.Length; p++)
        {
            workers[p].Transform(series, together);
            for (int i = 0; i < series.Length; i++)
            {
                scalar.Transform(series[i].Span, expected);
                workers[p].Transform(series[i].Span, actual);
                Assert.True(expected.AsSpan().SequenceEqual(actual),
                    $"Path {KernelPaths.Available[p]} differs at series {i}.");
                Assert.True(expected.AsSpan().SequenceEqual(together[i].Span),
                    $"Path {KernelPaths.Available[p]} differs at series {i} of a set.");
            }
        }
    }

    private static void AssertPathsAgree(SeriesFeaturizer featurizer, IEnumerable<int> lengths)
    {
        FeaturizerWorker scalar = featurizer.CreateWorker(KernelPath.Scalar);
        FeaturizerWorker[] workers = [.. KernelPaths.Available.Select(featurizer.CreateWorker)];
        var expected = new float[featurizer.NumberOfFeatures];
        var actual = new float[featurizer.NumberOfFeatures];
        foreach (int length in lengths.Distinct())
        {
            float[] series = Noise(length, seed: length);
            scalar.Transform(series, expected);
            for (int p = 0; p < workers.Length; p++)
            {
                workers[p].Transform(series, actual);
                Assert.True(expected.AsSpan().SequenceEqual(actual),
                    $"Path {KernelPaths.Available[p]} differs at {length} points.");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Featurizers))]
    public void A_set_of_any_lengths_keeps_its_order(string name, int channels, bool ragged)
    {
        SeriesFeaturizer featurizer = Fit(name, channels, ragged, 50);
        var series = new SeriesSet(
            [.. Enumerable.Range(0, 61).Select(i => Noise((40 + i * 7 % 4) * channels, i))], channels);
        var actual = new float[series.Count * featurizer.NumberOfFeatures];
        featurizer.Transform(series, actual, numberOfThreads: 3);
        FeaturizerWorker scalar = featurizer.CreateWorker(KernelPath.Scalar);
        var expected = new float[featurizer.NumberOfFeatures];
        for (int i = 0; i < series.Count; i++)
        {
            scalar.Transform(series[i], expected);
            Assert.True(expected.AsSpan().SequenceEqual(actual.AsSpan(i * expected.Length, expected.Length)),
                $"{name} of {channels} channels differs at series {i}.");
        }
    }

    [Theory]
    [MemberData(nameof(Featurizers))]
    public void Features_are_finite_and_proportions_are_from_zero_to_one(string name, int channels, bool ragged)
    {
        SeriesFeaturizer featurizer = Fit(name, channels, ragged, 40);
        Gen.Select(Gen.Int[1, 120], Gen.Int[0, 5], Gen.Int).Sample((length, kind, seed) =>
        {
            float[] series = Noise(length * channels, seed);
            for (int i = 0; i < series.Length; i++)
            {
                series[i] = kind switch
                {
                    0 => 0,
                    1 => -7.5f,
                    2 => series[i] * 1e20f,
                    3 => series[i] * 1e-30f,
                    4 => i % 7 == 0 ? 1e6f : 0,
                    _ => series[i],
                };
            }

            var features = new float[featurizer.NumberOfFeatures];
            featurizer.CreateWorker().Transform(series, features);
            return Enumerable.Range(0, features.Length).All(i => float.IsFinite(features[i])
                && (!featurizer.FeatureName(i).StartsWith("ppv", StringComparison.Ordinal)
                    || (features[i] >= 0 && features[i] <= 1)));
        }, iter: 60, threads: 1);
    }

    [Theory]
    [MemberData(nameof(Featurizers))]
    public void Any_number_of_threads_gives_the_same_bits(string name, int channels, bool ragged)
    {
        SeriesFeaturizer featurizer = Fit(name, channels, ragged, 50);
        var series = new SeriesSet([.. Enumerable.Range(0, 37).Select(i => Noise(50 * channels, i))], channels);
        var one = new float[series.Count * featurizer.NumberOfFeatures];
        var many = new float[one.Length];
        featurizer.Transform(series, one, numberOfThreads: 1);
        featurizer.Transform(series, many, numberOfThreads: 5);
        Assert.Equal(one, many);
    }

    [Theory]
    [MemberData(nameof(Featurizers))]
    public void A_warm_worker_allocates_nothing(string name, int channels, bool ragged)
    {
        SeriesFeaturizer featurizer = Fit(name, channels, ragged, 100);
        FeaturizerWorker worker = featurizer.CreateWorker();
        float[] series = Noise(100 * channels, 1);
        var features = new float[featurizer.NumberOfFeatures];
        ReadOnlyMemory<float>[] together = [.. Enumerable.Repeat((ReadOnlyMemory<float>)series, 16)];
        Memory<float>[] rows = [.. together.Select(_ => (Memory<float>)new float[features.Length])];
        worker.Transform(series, features);
        worker.Transform(together, rows);

        // The runtime itself allocates now and then, when it compiles a loop again: the best of a few rounds is the
        // worker's own.
        long least = long.MaxValue;
        for (int round = 0; round < 5; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            worker.Transform(series, features);
            worker.Transform(together, rows);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }

    [Theory]
    [MemberData(nameof(Featurizers))]
    public void Feature_names_are_distinct(string name, int channels, bool ragged)
    {
        SeriesFeaturizer featurizer = Fit(name, channels, ragged, 100);
        string[] names = [.. Enumerable.Range(0, featurizer.NumberOfFeatures).Select(featurizer.FeatureName)];
        Assert.Equal(names.Length, names.Distinct().Count());
        Assert.Throws<ArgumentOutOfRangeException>(() => featurizer.FeatureName(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => featurizer.FeatureName(names.Length));
    }

    [Theory]
    [MemberData(nameof(Featurizers))]
    public void Wrong_shapes_are_refused(string name, int channels, bool ragged)
    {
        SeriesFeaturizer featurizer = Fit(name, channels, ragged, 20);
        var features = new float[featurizer.NumberOfFeatures];
        ArgumentException empty = Assert.Throws<ArgumentException>(
            () => featurizer.CreateWorker().Transform([], features));
        Assert.StartsWith(
            $"A series of 0 values is not one or more points for each of {channels} channels.", empty.Message);
        ArgumentException rows = Assert.Throws<ArgumentException>(() =>
            featurizer.CreateWorker().Transform([new float[20 * channels], new float[20 * channels]], [features]));
        Assert.StartsWith("There are 1 rows of features for 2 series; each series needs one.", rows.Message);
        var others = new SeriesSet([new float[20 * (channels + 1)]], channels + 1);
        ArgumentException error = Assert.Throws<ArgumentException>(() => featurizer.Transform(others, features));
        Assert.StartsWith(
            $"The series have {channels + 1} channels; the featurizer was fitted on {channels}.", error.Message);
    }

    internal static SeriesFeaturizer Fit(string name, int channels, bool ragged, int length)
    {
        var series = new SeriesSet(
            [.. Enumerable.Range(0, 4).Select(i => Noise((ragged ? length - 2 * i : length) * channels, i))], channels);
        return name switch
        {
            "MultiRocket" => Kernels.MultiRocket.Fit(series,
                new MultiRocketSettings { NumberOfFeatures = 3000, Ragged = ragged }, seed: 1),
            "Convolution1D" => new ConvolutionModel(channels, 5, Noise(4 * 5 * channels, seed: 1), new float[4],
                padded: ragged, 2, 3, ConvolutionPooling.TopKMax, 3, length: 0),
            "Hydra" => Kernels.Hydra.Fit(series,
                new HydraSettings { NumberOfGroups = 6, KernelsPerGroup = 8 }, seed: 1),
            "HydraUnscaled" => Kernels.Hydra.Draw(length, channels,
                new HydraSettings { NumberOfGroups = 3, KernelsPerGroup = 13 }, seed: 1),
            "PrunedMiniRocket"
                => ((MiniRocketModel)Fit("MiniRocket", channels, ragged, length)).Keep(Some(seed: 1, 924, 400)),
            "PrunedMultiRocket"
                => ((MultiRocketModel)Fit("MultiRocket", channels, ragged, length)).Keep(Some(seed: 2, 2688, 90)),
            "PrunedHydra" => ((HydraModel)Fit("Hydra", channels, ragged, length)).Keep(Some(seed: 3, 96, 20)),
            "PrunedRocket" => ((RocketModel)Fit("Rocket", channels, ragged, length)).Keep(Some(seed: 4, 400, 70)),
            "IntervalQuantiles" => Kernels.IntervalQuantiles.Fit(series, new IntervalQuantilesSettings(), seed: 1),
            "IntervalQuantilesRaw" => Kernels.IntervalQuantiles.Fit(series, new IntervalQuantilesSettings
            {
                Depth = 9,
                PointsPerQuantile = 3,
                NormalScores = false
            }, seed: 1),
            "PrunedIntervalQuantiles" => ((IntervalQuantilesModel)Fit("IntervalQuantiles", channels, ragged, length))
                .Keep(Some(seed: 5, 60 * channels, 20 * channels)),
            "MiniRocket" => Kernels.MiniRocket.Fit(series,
                new MiniRocketSettings { NumberOfFeatures = 1000, Ragged = ragged }, seed: 1),
            "DilatedShapelets" => Kernels.DilatedShapelets.Fit(series, [0, 1, 0, 1],
                new DilatedShapeletsSettings { NumberOfShapelets = 60 }, seed: 1),
            "PrunedDilatedShapelets" => KeepSome(
                (DilatedShapeletsModel)Fit("DilatedShapelets", channels, ragged, length), seed: 5, count: 25),
            _ => Kernels.Rocket.Fit(length, channels,
                new RocketSettings { NumberOfKernels = 200, SinglePrecision = name == "RocketSingle" }, seed: 1),
        };
    }

    private static T KeepSome<T>(PrunableFeaturizer<T> full, int seed, int count)
        where T : PrunableFeaturizer<T>
        => full.Keep(Some(seed, full.NumberOfFeatures, count));

    private static int[] Some(int seed, int of, int count)
    {
        int[] numbers = [.. Enumerable.Range(0, of)];
        new Random(seed).Shuffle(numbers);
        return numbers[..count];
    }

    internal static float[] Noise(int length, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, length).Select(_ => (float)(4 * random.NextDouble() - 2))];
    }
}

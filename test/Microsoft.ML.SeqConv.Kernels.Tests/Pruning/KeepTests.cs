using CsCheck;
using Microsoft.ML.SeqConv.Kernels.Tests.Series;
using Xunit;

namespace Microsoft.ML.SeqConv.Kernels.Tests.Pruning;

/// <summary>A pruned model computes columns of the full one, bit for bit.</summary>
public class KeepTests
{
    private static readonly int[] Lengths = [1, 9, 16, 33, 150, 257, 1030, 2100];

    public static TheoryData<string, int, bool> Featurizers => new()
    {
        { "MiniRocket", 1, false }, { "MiniRocket", 1, true }, { "MiniRocket", 3, false }, { "MiniRocket", 12, true },
        { "MultiRocket", 1, false }, { "MultiRocket", 3, true },
        { "Hydra", 1, false }, { "Hydra", 3, true }, { "HydraUnscaled", 1, false },
        { "Rocket", 1, false }, { "Rocket", 3, false }, { "RocketSingle", 1, false },
        { "DilatedShapelets", 1, false }, { "DilatedShapelets", 3, true },
        { "IntervalQuantiles", 1, false }, { "IntervalQuantiles", 3, true }, { "IntervalQuantilesRaw", 1, true },
    };

    [Theory]
    [MemberData(nameof(Featurizers))]
    public void Any_features_that_are_kept_have_the_bits_of_the_full_model_on_every_path(
        string name, int channels, bool ragged)
    {
        SeriesFeaturizer full = FeaturizerTests.Fit(name, channels, ragged, 150);
        Gen.Select(Gen.Double[0, 1], Gen.Int[0, Lengths.Length - 1], Gen.Int, Gen.Int[1, 17])
            .Sample((share, lengthIndex, seed, count) =>
            {
                // The shares are cubed: small ones are the interesting ones.
                int length = channels < 12 ? Lengths[lengthIndex] : Math.Min(Lengths[lengthIndex], 257);
                int[] kept = Subset(full.NumberOfFeatures,
                    Math.Max(1, (int)(share * share * share * full.NumberOfFeatures)), seed);
                SeriesFeaturizer pruned = Keep(full, kept);
                Array.Sort(kept);
                ReadOnlyMemory<float>[] series = [.. Enumerable.Range(0, count)
                    .Select(i => (ReadOnlyMemory<float>)FeaturizerTests.Noise(length * channels, seed + i))];
                float[][] expected = [.. series.Select(one => Columns(full, one.Span, kept))];
                foreach (KernelPath path in KernelPaths.Available)
                {
                    FeaturizerWorker worker = pruned.CreateWorker(path);
                    Memory<float>[] together = [.. series.Select(_ => (Memory<float>)new float[kept.Length])];
                    worker.Transform(series, together);
                    var alone = new float[kept.Length];
                    worker.Transform(series[0].Span, alone);
                    Assert.Equal(expected[0], alone);
                    for (int i = 0; i < series.Length; i++)
                        Assert.Equal(expected[i], together[i].ToArray());
                }

                return true;
            }, iter: 40, threads: 1);
    }

    [Theory]
    [MemberData(nameof(Featurizers))]
    public void Names_are_those_of_the_full_model_and_keeping_twice_is_keeping_once(
        string name, int channels, bool ragged)
    {
        SeriesFeaturizer full = FeaturizerTests.Fit(name, channels, ragged, 100);
        int[] first = [.. Subset(full.NumberOfFeatures, 60, seed: 1).Order()];
        int[] second = [.. Subset(60, 20, seed: 2).Order()];
        int[] direct = Array.ConvertAll(second, i => first[i]);
        SeriesFeaturizer twice = Keep(Keep(full, first), second);
        SeriesFeaturizer once = Keep(full, direct);
        Assert.Equal(direct.Select(full.FeatureName), Enumerable.Range(0, 20).Select(twice.FeatureName));
        Assert.Equal(direct.Select(full.FeatureName), Enumerable.Range(0, 20).Select(once.FeatureName));
        float[] series = FeaturizerTests.Noise(100 * channels, 5);
        Assert.Equal(Columns(full, series, direct), Columns(twice, series, [.. Enumerable.Range(0, 20)]));
    }

    [Fact]
    public void Keeping_all_features_gives_all_their_bits()
    {
        var full = (MiniRocketModel)FeaturizerTests.Fit("MiniRocket", 1, false, 150);
        MiniRocketModel pruned = full.Keep([.. Enumerable.Range(0, full.NumberOfFeatures)]);
        Assert.True(pruned.IsPruned);
        foreach (KernelPath path in KernelPaths.Available)
        {
            float[] series = FeaturizerTests.Noise(150, 3);
            var expected = new float[full.NumberOfFeatures];
            var actual = new float[full.NumberOfFeatures];
            full.CreateWorker(path).Transform(series, expected);
            pruned.CreateWorker(path).Transform(series, actual);
            Assert.Equal(expected, actual);
        }
    }

    [Fact]
    public void A_full_model_keeps_everything()
    {
        Check((MiniRocketModel)FeaturizerTests.Fit("MiniRocket", 1, false, 50));
        Check((MultiRocketModel)FeaturizerTests.Fit("MultiRocket", 1, false, 50));
        Check((HydraModel)FeaturizerTests.Fit("Hydra", 1, false, 50));
        Check((RocketModel)FeaturizerTests.Fit("Rocket", 1, false, 50));
        Check((DilatedShapeletsModel)FeaturizerTests.Fit("DilatedShapelets", 1, false, 50));
        Check((IntervalQuantilesModel)FeaturizerTests.Fit("IntervalQuantiles", 1, false, 50));

        static void Check<T>(PrunableFeaturizer<T> full)
            where T : PrunableFeaturizer<T>
        {
            Assert.False(full.IsPruned);
            Assert.Equal(Enumerable.Range(0, full.NumberOfFeatures), full.KeptFeatures.ToArray());
        }
    }

    [Fact]
    public void A_pruned_model_states_what_each_feature_is_and_holds_nothing_else()
    {
        var full = (MiniRocketModel)FeaturizerTests.Fit("MiniRocket", 3, false, 150);
        MiniRocketModel pruned = full.Keep([700, 3, 40]);
        Assert.Equal([3, 40, 700], pruned.KeptFeatures.ToArray());
        Assert.Equal(full.Feature(700), pruned.Feature(2));
        Assert.Equal(full.Biases[40], pruned.Biases[1]);
        Assert.Equal(3, pruned.Biases.Length);
        Assert.Equal(pruned.Combinations.Length, pruned.ChannelsPerCombination.Length);
        MiniRocketFeature feature = pruned.Feature(0);
        Assert.Equal(full.ChannelsOf(feature.DilationIndex, feature.Kernel).ToArray(),
            pruned.ChannelsOf(feature.DilationIndex, feature.Kernel).ToArray());
        Assert.Equal(0, pruned.ChannelsOf(0, 83).Length);

        var hydra = (HydraModel)FeaturizerTests.Fit("Hydra", 1, false, 150);
        Assert.Equal(8 * 9, hydra.Keep([5]).Weights.Length);
        var rocket = (RocketModel)FeaturizerTests.Fit("Rocket", 1, false, 150);
        Assert.Equal(2, rocket.Keep([9, 8, 100]).Kernels.Count);
        Assert.Equal(new RocketFeature(0, IsMaximum: true), rocket.Keep([9, 8, 100]).Feature(1));
        var multiRocket = (MultiRocketModel)FeaturizerTests.Fit("MultiRocket", 1, false, 150);
        MultiRocketModel ofDifference = multiRocket.Keep([multiRocket.NumberOfFeatures - 1]);
        Assert.Equal(0, ofDifference.Series.NumberOfFeatures);
        Assert.Equal(new MultiRocketFeature(OfDifference: true, MultiRocketPoolings.MeanOfIndices, 0),
            ofDifference.Feature(0));
    }

    [Fact]
    public void Features_that_cannot_be_kept_are_refused()
    {
        var model = (MiniRocketModel)FeaturizerTests.Fit("MiniRocket", 1, false, 50);
        Assert.StartsWith("'features' is empty; a pruned transform keeps at least one of its 924 features.",
            Assert.Throws<ArgumentException>(() => model.Keep([])).Message);
        Assert.StartsWith("'features' has 924; features are numbered from 0 to 923.",
            Assert.Throws<ArgumentException>(() => model.Keep([924])).Message);
        Assert.StartsWith("'features' has 7 twice; a feature is kept once.",
            Assert.Throws<ArgumentException>(() => model.Keep([7, 8, 7])).Message);
    }

    private static float[] Columns(SeriesFeaturizer featurizer, ReadOnlySpan<float> series, int[] columns)
    {
        var features = new float[featurizer.NumberOfFeatures];
        featurizer.CreateWorker(KernelPath.Scalar).Transform(series, features);
        return Array.ConvertAll(columns, column => features[column]);
    }

    private static SeriesFeaturizer Keep(SeriesFeaturizer featurizer, int[] features) => featurizer switch
    {
        MiniRocketModel model => model.Keep(features),
        MultiRocketModel model => model.Keep(features),
        HydraModel model => model.Keep(features),
        DilatedShapeletsModel model => model.Keep(features),
        IntervalQuantilesModel model => model.Keep(features),
        _ => ((RocketModel)featurizer).Keep(features),
    };

    private static int[] Subset(int count, int size, int seed)
    {
        int[] numbers = [.. Enumerable.Range(0, count)];
        new Random(seed).Shuffle(numbers);
        return numbers[..size];
    }
}

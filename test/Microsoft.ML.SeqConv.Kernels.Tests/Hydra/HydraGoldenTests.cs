using Xunit;

namespace Microsoft.ML.SeqConv.Kernels.Tests.Hydra;

/// <summary>Parity with the published Hydra code.</summary>
public class HydraGoldenTests
{
    public static TheoryData<string> Files => GoldenCase.Names("hydra");

    [Theory]
    [MemberData(nameof(Files))]
    public void Dilations_and_shapes_are_the_published_ones(string file)
    {
        var golden = GoldenCase.Read(file);
        var settings = new HydraSettings
        {
            NumberOfGroups = golden.Int("groups"),
            KernelsPerGroup = golden.Int("kernelsPerGroup")
        };
        HydraModel model = Kernels.Hydra.Draw(golden.Series().MaxLength, 1, settings, seed: 1);
        Assert.Equal(golden.Ints("dilations"), model.Dilations.ToArray());
        int[] shape = [model.Dilations.Length, model.Representations, model.Groups * model.KernelsPerGroup,
            1, HydraSettings.KernelLength];
        Assert.Equal(golden.Ints("weightsShape"), shape);
        Assert.Equal(golden.Singles("weights").Length, model.Weights.Length);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Features_are_the_published_ones(string file)
    {
        var golden = GoldenCase.Read(file);
        HydraModel model = WithPublishedWeights(golden);
        AssertFeatures(golden.Rows("features"), model, golden.Series(), (name, expected) =>
            name.StartsWith("min", StringComparison.Ordinal) ? 0 : 1e-5 * Math.Max(1, Math.Abs(expected)));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Scaled_features_are_the_published_ones(string file)
    {
        var golden = GoldenCase.Read(file);
        SeriesSet series = golden.Series();
        HydraModel model = WithPublishedWeights(golden);
        var scaling = new SparseScalingFit(model.NumberOfFeatures);
        scaling.Add(model, series);
        AssertFeatures(golden.Rows("scaledFeatures"), model.With(scaling.Solve()), series,
            (_, expected) => 1e-4 * Math.Max(1, Math.Abs(expected)));
    }

    private static void AssertFeatures(
        double[][] expected, HydraModel model, SeriesSet series, Func<string, double, double> tolerance)
    {
        var actual = new float[model.NumberOfFeatures];
        foreach (KernelPath path in KernelPaths.Available)
        {
            FeaturizerWorker worker = model.CreateWorker(path);
            for (int row = 0; row < expected.Length; row++)
            {
                worker.Transform(series[row], actual);
                Assert.Equal(expected[row].Length, actual.Length);
                for (int i = 0; i < actual.Length; i++)
                {
                    string name = model.FeatureName(i);
                    Assert.True(Math.Abs(expected[row][i] - actual[i]) <= tolerance(name, expected[row][i]),
                        $"Row {row} feature {i} ({name}) is {actual[i]} on path {path}, published {expected[row][i]}.");
                }
            }
        }
    }

    private static HydraModel WithPublishedWeights(GoldenCase golden)
        => new(1, golden.Ints("dilations"), golden.Ints("weightsShape")[1], golden.Int("kernelsPerGroup"),
            golden.Singles("weights"), 0, [], null);
}

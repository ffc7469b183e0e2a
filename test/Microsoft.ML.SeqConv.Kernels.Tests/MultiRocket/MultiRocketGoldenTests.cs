using Xunit;

namespace Microsoft.ML.SeqConv.Kernels.Tests.MultiRocket;

/// <summary>Parity with the published MultiRocket code.</summary>
public class MultiRocketGoldenTests
{
    public static TheoryData<string> Files => GoldenCase.Names("multirocket");

    [Theory]
    [MemberData(nameof(Files))]
    public void Kernels_and_biases_are_the_published_ones(string file)
    {
        var golden = GoldenCase.Read(file);
        MultiRocketModel model = Fit(golden);
        foreach ((GoldenCase expected, MiniRocketModel actual) in new[]
        {
            (golden.Part("base"), model.Series), (golden.Part("difference"), model.Difference)
        })
        {
            Assert.Equal(expected.Ints("dilations"), actual.Dilations.ToArray());
            Assert.Equal(expected.Ints("featuresPerDilation"), actual.FeaturesPerDilation.ToArray());
            float[] biases = expected.Singles("biases");
            Assert.Equal(biases.Length, actual.Biases.Length);
            int differing = 0;
            for (int i = 0; i < biases.Length; i++)
            {
                Assert.Equal(biases[i], actual.Biases[i], 1e-5 * Math.Max(1, Math.Abs(biases[i])));
                differing += biases[i] == actual.Biases[i] ? 0 : 1;
            }

            TestContext.Current.SendDiagnosticMessage(
                $"{file}: {differing} of {biases.Length} biases differ in the last bits");
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Features_are_the_published_ones(string file)
    {
        var golden = GoldenCase.Read(file);
        SeriesSet series = golden.Series();
        MultiRocketModel fitted = Fit(golden);
        var model = new MultiRocketModel(WithPublishedBiases(golden.Part("base"), fitted.Series),
            WithPublishedBiases(golden.Part("difference"), fitted.Difference));
        double[][] expected = golden.Rows("features");
        var actual = new float[model.NumberOfFeatures];
        int biases = model.Series.NumberOfFeatures;
        foreach (KernelPath path in KernelPaths.Available)
        {
            FeaturizerWorker worker = model.CreateWorker(path);
            int[] differing = new int[8];
            for (int row = 0; row < expected.Length; row++)
            {
                worker.Transform(series[row], actual);
                Assert.Equal(expected[row].Length, actual.Length);
                for (int i = 0; i < actual.Length; i++)
                {
                    bool isMean = i / biases % 4 == 2;
                    float bias = (i / biases < 4 ? model.Series : model.Difference).Biases[i % biases];
                    double tolerance = isMean ? 2e-6 * Math.Max(Math.Abs(bias), Math.Abs(expected[row][i])) : 0;
                    differing[i / biases] += Math.Abs((float)expected[row][i] - actual[i]) <= tolerance ? 0 : 1;
                }
            }

            Assert.True(differing.All(count => count == 0),
                $"Of {biases * expected.Length} features of each kind differ: {string.Join(", ", differing)}.");
        }
    }

    private static MultiRocketModel Fit(GoldenCase golden)
    {
        SeriesSet series = golden.Series();
        var settings = new MultiRocketSettings
        {
            NumberOfFeatures = golden.Int("numFeaturesPerRepresentation") * MultiRocketSettings.FeaturesPerBias
        };
        var plan = new MultiRocketPlan(series.MaxLength, series.NumberOfChannels, settings, new SeededRandom(1));
        return Kernels.MultiRocket.Fit(plan, series,
            [.. golden.Part("base").Ints("biasSeriesIndex"), .. golden.Part("difference").Ints("biasSeriesIndex")]);
    }

    // The transform is compared on the published biases, so that a bias in its last bit does not count twice.
    private static MiniRocketModel WithPublishedBiases(GoldenCase golden, MiniRocketModel model) => new(
        model.NumberOfChannels, model.ReferenceLength, model.AlternatesPadding, model.Dilations.ToArray(),
        model.FeaturesPerDilation.ToArray(), golden.Singles("biases"), [], []);
}

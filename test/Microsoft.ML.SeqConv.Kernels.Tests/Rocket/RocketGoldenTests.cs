using Xunit;

namespace Microsoft.ML.SeqConv.Kernels.Tests.Rocket;

/// <summary>Parity with the published Rocket code, given its kernels.</summary>
public class RocketGoldenTests
{
    public static TheoryData<string> Files => GoldenCase.Names("rocket");

    [Theory]
    [MemberData(nameof(Files))]
    public void Ppv_is_equal_and_max_within_a_millionth(string file)
    {
        var golden = GoldenCase.Read(file);
        SeriesSet series = golden.Series();
        RocketModel model = Model(golden, singlePrecision: false);
        double[][] expected = golden.Rows("features");
        foreach (KernelPath path in KernelPaths.Available)
        {
            FeaturizerWorker worker = model.CreateWorker(path);
            var actual = new float[model.NumberOfFeatures];
            for (int row = 0; row < expected.Length; row++)
            {
                worker.Transform(series[row], actual);
                for (int i = 0; i < actual.Length; i += 2)
                {
                    // The file holds nine digits of a count over the number of positions: the count is
                    // what must be equal.
                    RocketKernel kernel = model.Kernels[i / 2];
                    (int first, int end) = ScalarRocketWorker<double>.Positions(
                        series.LengthOf(row), kernel.Span, kernel.Padding);
                    double count = Math.Round(expected[row][i] * (end - first));
                    Assert.Equal((float)(int)count / (end - first), actual[i]);
                    Assert.Equal(expected[row][i + 1], actual[i + 1],
                        1e-6 * Math.Max(1, Math.Abs(expected[row][i + 1])));
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Single_precision_moves_few_features_by_little(string file)
    {
        var golden = GoldenCase.Read(file);
        SeriesSet series = golden.Series();
        FeaturizerWorker worker = Model(golden, singlePrecision: true).CreateWorker();
        double[][] expected = golden.Rows("features");
        var actual = new float[expected[0].Length];
        for (int row = 0; row < expected.Length; row++)
        {
            worker.Transform(series[row], actual);
            for (int i = 0; i < actual.Length; i += 2)
            {
                // An output that is zero but for rounding may fall on either side: one position of the shortest output.
                Assert.Equal(expected[row][i], actual[i], 1.01 / (series.LengthOf(row) / 8.0));
                Assert.Equal(expected[row][i + 1], actual[i + 1], 1e-4 * Math.Max(1, Math.Abs(expected[row][i + 1])));
            }
        }
    }

    private static RocketModel Model(GoldenCase golden, bool singlePrecision)
    {
        double[] weights = golden.Doubles("weights");
        double[] biases = golden.Doubles("biases");
        int[] lengths = golden.Ints("lengths");
        int[] dilations = golden.Ints("dilations");
        int[] paddings = golden.Ints("paddings");
        var kernels = new RocketKernel[lengths.Length];
        int start = 0;
        for (int i = 0; i < kernels.Length; i++)
        {
            kernels[i] = new()
            {
                Length = lengths[i],
                Weights = weights[start..(start + lengths[i])],
                Bias = biases[i],
                Dilation = dilations[i],
                Padding = paddings[i],
                Channels = [0]
            };
            start += lengths[i];
        }

        return new RocketModel(1, kernels, singlePrecision);
    }
}

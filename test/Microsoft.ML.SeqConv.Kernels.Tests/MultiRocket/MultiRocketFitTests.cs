using Xunit;

namespace Microsoft.ML.SeqConv.Kernels.Tests.MultiRocket;

public class MultiRocketFitTests
{
    // Outputs by hand: bias 1; positive at 2, 3 and 6; negative at 0, 1, 5 and 7; 4 is on the bias.
    [Fact]
    public void Poolings_are_those_of_the_paper()
    {
        float[] output = [0, -1, 2, 4, 1, 0, 3, 0.5f];
        (float ppv, float lspv, float mpv, float mipv) = MultiRocketPooling.Pool(output, 1);
        Assert.Equal(3f / 8, ppv);
        Assert.Equal(4, lspv);                              // from the negative value at 1 to that at 5
        Assert.Equal((2 + 4 + 3) / 3f + 1, mpv);
        Assert.Equal((2 + 3 + 6) / 3f, mipv);
        Assert.Equal((0f, 1f, 0f, -1f), MultiRocketPooling.Pool(output, 5));
        Assert.Equal((1f, 7f, (9 - 1 + 1 + 0.5f) / 8 - 5, 3.5f), MultiRocketPooling.Pool(output, -5));
        Assert.Equal((0f, 7f, 0f, -1f), MultiRocketPooling.Pool(new float[8], 0));
    }

    // The whole transform from first principles, in float64: counts agree but beside a bias, means to float32.
    [Theory]
    [InlineData(1, 300)]
    [InlineData(3, 70)]
    public void Features_are_those_of_the_definition(int channels, int length)
    {
        SeriesSet series = Noise(4, channels, length);
        MultiRocketModel model = Kernels.MultiRocket.Fit(series,
            new MultiRocketSettings { NumberOfFeatures = 6720 }, seed: 3);
        var features = new float[model.NumberOfFeatures];
        model.CreateWorker().Transform(series[1], features);
        int different = 0;
        for (int r = 0; r < 2; r++)
        {
            MiniRocketModel kernels = r == 0 ? model.Series : model.Difference;
            float[] x = series[1].ToArray();
            if (r == 1)
                x = [.. x.Chunk(length).SelectMany(
                    channel => channel.Zip(channel.Skip(1), (before, after) => after - before))];
            int bias = 0;
            for (int d = 0; d < kernels.Dilations.Length; d++)
            {
                for (int kernel = 0; kernel < 84; kernel++)
                {
                    double[] output = Convolve(x, x.Length / channels, kernels.ChannelsOf(d, kernel).ToArray(),
                        kernels.Dilations[d], kernel, leftLater: r);
                    if ((d + kernel) % 2 == 1)
                        output = output[(4 * kernels.Dilations[d])..^(4 * kernels.Dilations[d])];
                    for (int b = 0; b < kernels.FeaturesPerDilation[d]; b++, bias++)
                    {
                        (double Ppv, double Lspv, double Mpv, double Mipv) expected = Pool(
                            output, kernels.Biases[bias]);
                        int part = r * 4 * kernels.NumberOfFeatures + bias;
                        double[] errors = [.. new[] { expected.Ppv, expected.Lspv, expected.Mpv, expected.Mipv }
                            .Select((value, p) => Math.Abs(value - features[part + p * kernels.NumberOfFeatures]))];
                        different += errors.All(error => error < 1e-3) ? 0 : 1;
                    }
                }
            }
        }

        // A bias is itself an output of a training series, of this one for a quarter of them: there the roundings of
        // float64 and float32 part.
        Assert.InRange(different, 0, model.NumberOfFeatures / 8 / 3);
    }

    [Fact]
    public void Default_settings_give_the_features_of_the_paper()
    {
        MultiRocketModel model = Kernels.MultiRocket.Fit(Noise(3, 1, 60), new MultiRocketSettings(), seed: 1);
        Assert.Equal(49_728, model.NumberOfFeatures);
        Assert.Equal("ppv k0 d1 b0", model.FeatureName(0));
        Assert.Equal("lspv k0 d1 b0", model.FeatureName(6216));
        Assert.Equal("mpv k0 d1 b0 difference", model.FeatureName(6 * 6216));
        Assert.Equal("mipv", model.FeatureName(49_727).Split(' ')[0]);
    }

    [Fact]
    public void Bad_training_sets_and_parts_are_told_what_is_wrong()
    {
        Assert.StartsWith("There are no series; a fit needs at least one.",
            Assert.Throws<ArgumentException>(() => Kernels.MultiRocket.Fit(new SeriesSet([]), new(), 1)).Message);
        var lengths = new SeriesSet([new float[10], new float[11]]);
        Assert.StartsWith("Series 0 has 10 points, another has 11. Set Ragged, or make lengths equal.",
            Assert.Throws<ArgumentException>(() => Kernels.MultiRocket.Fit(lengths, new(), 1)).Message);
        var plan = new MultiRocketPlan(30, 1, new MultiRocketSettings { NumberOfFeatures = 672 }, new SeededRandom(1));
        Assert.StartsWith("There are 3 drawn series for 168 combinations of dilation and kernel.",
            Assert.Throws<ArgumentException>(() => Kernels.MultiRocket.Fit(plan, Noise(2, 1, 30), [0, 1, 0])).Message);

        MiniRocketModel Part(int features, int channels, bool ragged = false)
            => Kernels.MiniRocket.Fit(Noise(2, channels, 30),
                new MiniRocketSettings { NumberOfFeatures = features, Ragged = ragged }, seed: 1);
        void Refused(MiniRocketModel difference, string message)
            => Assert.StartsWith(message,
                Assert.Throws<ArgumentException>(() => new MultiRocketModel(Part(84, 1), difference)).Message);
        Refused(Part(84, 2), "The difference has 2 channels, the series 1.");
        Refused(Part(168, 1), "The difference has 168 biases, the series 84.");
        Refused(Part(84, 1, ragged: true), "Padding alternates for the series or for the difference only.");
    }

    [Fact]
    public void Progress_goes_from_zero_to_one_and_may_stop_the_fit()
    {
        var reports = new List<double>();
        Kernels.MultiRocket.Fit(Noise(3, 1, 60), new MultiRocketSettings(), 1, progress: new Listener(reports.Add));
        Assert.Equal(reports.Order(), reports);
        Assert.Equal((0, 1), (reports[0], reports[^1]));
        using var cancellation = new CancellationTokenSource();
        var stop = new Listener(done =>
        {
            if (done > 0.6)
                cancellation.Cancel();
        });
        Assert.ThrowsAny<OperationCanceledException>(() => Kernels.MultiRocket.Fit(Noise(3, 1, 60),
            new MultiRocketSettings(), 1, progress: stop, cancellation: cancellation.Token));
    }

    private static double[] Convolve(
        float[] series, int length, int[] channels, int dilation, int kernel, int leftLater)
    {
        (int a, int b, int c) = MiniRocketKernel.WeightTwoTaps(kernel);
        return [.. Enumerable.Range(0, length).Select(t => channels.Sum(channel => Enumerable.Range(0, 9).Sum(tap =>
        {
            int at = t + (tap - 4) * dilation + (tap < 4 ? leftLater : 0);
            return at < 0 || at >= length
                ? 0
                : (tap == a || tap == b || tap == c ? 2.0 : -1.0) * series[channel * length + at];
        })))];
    }

    private static (double Ppv, double Lspv, double Mpv, double Mipv) Pool(double[] output, double bias)
    {
        int[] positive = [.. Enumerable.Range(0, output.Length).Where(t => output[t] > bias)];
        int[] ends = [0, .. Enumerable.Range(0, output.Length).Where(t => output[t] < bias), output.Length - 1];
        double longest = ends.Zip(ends.Skip(1), (from, to) => to - from).Max();
        return positive.Length == 0 ? (0, longest, 0, -1) : ((double)positive.Length / output.Length, longest,
            positive.Average(t => output[t]) + bias, positive.Average());
    }

    private static SeriesSet Noise(int count, int channels, int length)
    {
        var random = new Random(2);
        return new SeriesSet([.. Enumerable.Range(0, count).Select(
            _ => Enumerable.Range(0, channels * length).Select(_ => (float)random.NextDouble()).ToArray())], channels);
    }

    private sealed class Listener(Action<double> listen) : IProgress<double>
    {
        public void Report(double value) => listen(value);
    }
}

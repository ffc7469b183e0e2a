using CsCheck;
using Xunit;

namespace Microsoft.ML.SeqConv.Kernels.Tests.MiniRocket;

public class MiniRocketFitTests
{
    [Theory]
    [InlineData(1, false)]
    [InlineData(3, false)]
    [InlineData(2, true)]
    public void Deterministic_biases_are_quantiles_over_the_whole_training_set(int channels, bool ragged)
    {
        var random = new Random(1);
        int[] lengths = [.. Enumerable.Range(0, 6).Select(i => ragged ? 30 - 3 * i : 30)];
        var series = new SeriesSet(
            [.. lengths.Select(length =>
                Enumerable.Range(0, channels * length).Select(_ => (float)random.NextDouble()).ToArray())], channels);
        MiniRocketModel model = Kernels.MiniRocket.Fit(series,
            new MiniRocketSettings { NumberOfFeatures = 420, Deterministic = true, Ragged = ragged }, seed: 4);
        int feature = 0;
        int channelStart = 0;
        for (int d = 0; d < model.Dilations.Length; d++)
        {
            for (int kernel = 0; kernel < 84; kernel++)
            {
                int[] subset = [0];
                if (channels > 1)
                    subset = model.ChannelIndices.Slice(channelStart,
                        model.ChannelsPerCombination[d * 84 + kernel]).ToArray();
                channelStart += subset.Length;
                double[] outputs = [.. Enumerable.Range(0, series.Count).SelectMany(i =>
                    Convolve(series[i].ToArray(), series.LengthOf(i), subset, model.Dilations[d], kernel)).Order()];
                for (int b = 0; b < model.FeaturesPerDilation[d]; b++, feature++)
                {
                    double position = ((feature + 1) * (Math.Sqrt(5) + 1) / 2 % 1) * (outputs.Length - 1);
                    int lower = (int)position;
                    double expected = outputs[lower]
                        + (position - lower) * (outputs[Math.Min(lower + 1, outputs.Length - 1)] - outputs[lower]);
                    Assert.Equal(expected, model.Biases[feature], 1e-4);
                }
            }
        }
    }

    [Fact]
    public void The_deterministic_variant_does_not_depend_on_the_seed()
    {
        SeriesSet series = Noise(5, 40);
        var settings = new MiniRocketSettings { NumberOfFeatures = 252, Deterministic = true };
        Assert.Equal(Kernels.MiniRocket.Fit(series, settings, 1).Biases.ToArray(),
            Kernels.MiniRocket.Fit(series, settings, 2).Biases.ToArray());
        var random = new MiniRocketSettings { NumberOfFeatures = 252 };
        Assert.NotEqual(Kernels.MiniRocket.Fit(series, random, 1).Biases.ToArray(),
            Kernels.MiniRocket.Fit(series, random, 2).Biases.ToArray());
    }

    [Fact]
    public void Any_length_and_number_of_features_give_as_many_as_were_asked_for()
        => Gen.Select(Gen.Int[1, 3000], Gen.Int[84, 30_000], Gen.Int[1, 200]).Sample((length, features, dilations) =>
        {
            var plan = new MiniRocketPlan(length, 1,
                new MiniRocketSettings { NumberOfFeatures = features, MaxDilationsPerKernel = dilations },
                new SeededRandom(1));
            return plan.FeaturesPerDilation.Sum() == features / 84 && plan.Dilations[0] == 1
                && plan.Dilations[^1] * 8 <= Math.Max(8, length - 1)
                && plan.FeaturesPerDilation.All(count => count > 0);
        }, threads: 1);

    [Fact]
    public void Cancelling_ends_a_fit_midway()
    {
        using var cancellation = new CancellationTokenSource();
        double last = 0;
        var progress = new Listener(done =>
        {
            last = done;
            if (done > 0.3)
                cancellation.Cancel();
        });
        Assert.ThrowsAny<OperationCanceledException>(() => Kernels.MiniRocket.Fit(Noise(4, 400),
            new MiniRocketSettings(), 1, progress: progress, cancellation: cancellation.Token));
        Assert.InRange(last, 0.3, 0.5);
    }

    [Fact]
    public void Bad_training_sets_are_told_what_is_wrong()
    {
        Assert.StartsWith("There are no series; a fit needs at least one.",
            Assert.Throws<ArgumentException>(() => Kernels.MiniRocket.Fit(new SeriesSet([]), new(), 1)).Message);
        var lengths = new SeriesSet([new float[10], new float[11]]);
        Assert.StartsWith("Series 0 has 10 points, another has 11. Set Ragged, or make lengths equal.",
            Assert.Throws<ArgumentException>(() => Kernels.MiniRocket.Fit(lengths, new(), 1)).Message);
    }

    public static TheoryData<string, string> Damages => new()
    {
        { "no dilations", "MiniRocket has no dilations; it needs at least one." },
        { "dilation too large", "Dilation 1 is 9; dilations must ascend from at least 1 to at most 3 for 30 points." },
        { "dilations descend", "Dilation 1 is 1; dilations must ascend from at least 1 to at most 3 for 30 points." },
        { "counts", "There are 1 feature counts for 2 dilations." },
        { "zero count", "A dilation has 0 features a kernel; it needs at least one." },
        { "biases", "There are 3 biases for 252 features." },
        { "NaN bias", "Bias 7 is NaN; biases must be finite." },
        { "channel counts",
            "There are 1 channel counts; 2 channels and 168 combinations of dilation and kernel need 168." },
        { "channel index", "Channel index 5 is 2; it must be from 0 to 1." },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public void Fitted_values_that_do_not_fit_are_refused(string what, string message)
    {
        int[] dilations = [1, 3];
        int[] counts = [2, 1];
        var biases = new float[252];
        int[] channelCounts = [.. Enumerable.Repeat(1, 168)];
        var channels = new int[168];
        switch (what)
        {
            case "no dilations":
                dilations = [];
                break;
            case "dilation too large":
                dilations[1] = 9;
                break;
            case "dilations descend":
                dilations[1] = 1;
                break;
            case "counts":
                counts = [2];
                break;
            case "zero count":
                counts[1] = 0;
                break;
            case "biases":
                biases = new float[3];
                break;
            case "NaN bias":
                biases[7] = float.NaN;
                break;
            case "channel counts":
                channelCounts = [1];
                break;
            case "channel index":
                channels[5] = 2;
                break;
        }

        ArgumentException error = Assert.Throws<ArgumentException>(
            () => new MiniRocketModel(2, 30, true, dilations, counts, biases, channelCounts, channels));
        Assert.StartsWith(message, error.Message);
    }

    private static IEnumerable<double> Convolve(float[] series, int length, int[] channels, int dilation, int kernel)
    {
        (int a, int b, int c) = MiniRocketKernel.WeightTwoTaps(kernel);
        for (int t = 0; t < length; t++)
        {
            double sum = 0;
            foreach (int channel in channels)
            {
                for (int tap = 0; tap < 9; tap++)
                {
                    int at = t + (tap - 4) * dilation;
                    if (at >= 0 && at < length)
                        sum += (tap == a || tap == b || tap == c ? 2.0 : -1.0) * series[channel * length + at];
                }
            }

            yield return sum;
        }
    }

    private static SeriesSet Noise(int count, int length)
    {
        var random = new Random(2);
        return new SeriesSet([.. Enumerable.Range(0, count)
            .Select(_ => Enumerable.Range(0, length).Select(_ => (float)random.NextDouble()).ToArray())]);
    }

    private sealed class Listener(Action<double> listen) : IProgress<double>
    {
        public void Report(double value) => listen(value);
    }
}

using Xunit;

namespace Microsoft.ML.SeqConv.Kernels.Tests.Series;

/// <summary>A weighted sum of features, split over the points of a series.</summary>
public class AttributionTests
{
    private static readonly int[] Lengths = [1, 2, 5, 9, 16, 33, 100, 300];

    [Theory]
    [MemberData(nameof(FeaturizerTests.Featurizers), MemberType = typeof(FeaturizerTests))]
    public void Contributions_and_the_constant_sum_to_the_weighted_features(string name, int channels, bool ragged)
    {
        foreach (int fitted in new[] { 9, 100 })
        {
            SeriesFeaturizer featurizer = FeaturizerTests.Fit(name, channels, ragged, fitted);
            foreach (int length in Lengths)
            {
                float[] series = FeaturizerTests.Noise(length * channels, seed: length);
                double[] weights = Weights(featurizer, seed: length);
                (double expected, double magnitude) = WeightedFeatures(featurizer, series, weights);
                var contributions = new double[series.Length];
                double constant = featurizer.Attribute(series, weights, contributions);
                double sum = contributions.Sum() + constant;
                Assert.True(Math.Abs(sum - expected) <= 1e-12 * magnitude, $"{name} of {channels} channels fitted on "
                    + $"{fitted} points: {sum} instead of {expected} at {length} points.");
            }
        }
    }

    [Theory]
    [InlineData("MiniRocket", 1, false)]
    [InlineData("MiniRocket", 3, true)]
    [InlineData("Rocket", 2, false)]
    [InlineData("RocketSingle", 1, false)]
    public void The_constant_is_what_a_series_of_zeros_gives(string name, int channels, bool ragged)
    {
        SeriesFeaturizer featurizer = FeaturizerTests.Fit(name, channels, ragged, 60);
        float[] series = FeaturizerTests.Noise(60 * channels, seed: 3);
        double[] weights = Weights(featurizer, seed: 3);
        (double expected, double magnitude) = WeightedFeatures(featurizer, new float[series.Length], weights);
        Assert.True(magnitude > 1);
        Assert.Equal(expected, featurizer.Attribute(series, weights, new double[series.Length]), 1e-10 * magnitude);
    }

    [Fact]
    public void MiniRocket_by_hand()
    {
        // Kernel 0 weighs its taps at offsets -4 to -2 by 2 and the others by -1: over 1, 0, 0 its outputs are -1, -1,
        // 2. PPV 1/3, of the last output.
        float[] series = [1, 0, 0];
        MiniRocketModel model = WithBias(0);

        // The mean of each field is 1/3; distances are 2/3, -1/3, -1/3. The first point alone pulls the first two
        // outputs down; the last reads it with the weight 2, and all pull that up.
        double[][] shares = [[1, 0, 0], [1, 0, 0], [4.0 / 6, 1.0 / 6, 1.0 / 6]];
        Assert.Equal(Shared([0, 0, 1.0 / 3], shares), Contributions(model, series, 0, constant: 0), Near);

        // Below zero the bias makes the outputs of zeros positive: PPV 1, of which the first two take a third each.
        Assert.Equal(Shared([-1.0 / 3, -1.0 / 3, 0], shares),
            Contributions(WithBias(-0.5f), series, 0, constant: 1), Near);

        static MiniRocketModel WithBias(float bias)
            => new(1, 9, alternatesPadding: false, [1], [1], [.. Enumerable.Repeat(bias, 84)], [], []);
    }

    [Fact]
    public void Rocket_by_hand()
    {
        // Outputs of 1, -2, 1 at the three points within 3, 0, 0, 1, 0: 3, 1, -2; PPV 2/3, maximum 3.
        var kernel =
            new RocketKernel { Length = 3, Weights = [1, -2, 1], Bias = 0, Dilation = 1, Padding = 0, Channels = [0] };
        var model = new RocketModel(1, [kernel], singlePrecision: false);
        float[] series = [3, 0, 0, 1, 0];
        var features = new float[2];
        model.CreateWorker().Transform(series, features);
        Assert.Equal([2f / 3, 3f], features);

        // Points 3, 0, 0 with the mean 1 pull by 2, 2, -1; 0, 0, 1 with 1/3 by -1/3, 2/3, 2/3; 0, 1, 0 by -1/3, -4/3,
        // -1/3. The first output is the maximum, the first two are positive.
        double[][] shares = [[1.0 / 2, 1.0 / 2, 0, 0, 0], [0, 0, 1.0 / 2, 1.0 / 2, 0],
            [0, 0, 1.0 / 6, 4.0 / 6, 1.0 / 6]];
        Assert.Equal(Shared([3, 0, 0], shares), Contributions(model, series, 1), Near);
        Assert.Equal(Shared([1.0 / 3, 1.0 / 3, 0], shares), Contributions(model, series, 0), Near);
    }

    [Fact]
    public void MultiRocket_by_hand()
    {
        // Kernel 0, 2 at offsets -4 to -2 and else -1, over 1, -1, -1, 1, with zeros around.
        var kernels = new MiniRocketModel(1, 9, alternatesPadding: false, [1], [1], new float[84], [], []);
        var model = new MultiRocketModel(kernels, kernels);
        float[] series = [1, -1, -1, 1];
        var output = new float[4];
        ScalarMiniRocketWorker.Convolve(series, 4, [0], 1, 0, 0, output);
        Assert.Equal([0, 0, 3, 0], output);
        var features = new float[model.NumberOfFeatures];
        model.CreateWorker().Transform(series, features);
        Assert.Equal((0.25f, 3f, 3f, 2f), (features[0], features[84], features[168], features[252]));

        // The mean of each field is 0. The output at 2 reads the first point with the weight 2, and the
        // last holds it back.
        double[][] shares = [[0, 1.0 / 2, 1.0 / 2, 0], [0, 1.0 / 2, 1.0 / 2, 0],
            [2.0 / 4, 1.0 / 4, 1.0 / 4, 0], [2.0 / 3, 0, 1.0 / 3, 0]];

        // PPV, mean and index are all of the output at 2. No output is negative: the longest stretch lies between
        // the ends, and the outputs at 1, 2 and 3 give a point each. That is what it is in zeros too, so that it
        // comes from no point.
        foreach ((int pooling, double[] contributions, double constant) in new[]
        {
            (0, new[] { 0, 0, 0.25, 0 }, 0.0), (1, [0, 0, 0, 0], 3), (2, [0, 0, 3, 0], 0), (3, [0, 0, 2, 0], 0)
        })
            Assert.Equal(Shared(contributions, shares), Contributions(model, series, 84 * pooling, constant), Near);
    }

    [Fact]
    public void The_longest_stretch_is_the_one_that_is_measured()
    {
        Assert.Equal((1, 5), MultiRocketAttribution.LongestStretch([2, -1, 0, 3, 1, -1, 4, 1, -2], 0));
        Assert.Equal((2, 5), MultiRocketAttribution.LongestStretch([-1, 1, -1, 0, 1, 1], 0));
        for (int seed = 0; seed < 200; seed++)
        {
            float[] output = [.. FeaturizerTests.Noise(1 + seed % 20, seed).Select(value => MathF.Round(value))];
            (int after, int last) = MultiRocketAttribution.LongestStretch(output, 0);
            Assert.Equal(MultiRocketPooling.Pool(output, 0).Lspv, last - after);
            Assert.All(Enumerable.Range(after + 1, Math.Max(0, last - after - 1)), t => Assert.True(output[t] >= 0));
        }
    }

    [Fact]
    public void Hydra_by_hand()
    {
        // Two kernels of one tap at the centre, 1 and -2. Over 1, 3, -2 the first has the largest output twice, 1 and
        // 3, the second once, 4; the smallest is the other's.
        var weights = new float[18];
        weights[4] = 1;
        weights[13] = -2;
        var model = new HydraModel(1, [1], 1, 2, weights, 0, [], scaling: null);
        float[] series = [1, 3, -2];
        var features = new float[4];
        model.CreateWorker().Transform(series, features);
        Assert.Equal([4, 4, 1, 2], features);
        Assert.Equal([1, 3, 0], Contributions(model, series, 0), Near);
        Assert.Equal([0, 0, 4], Contributions(model, series, 1), Near);
        Assert.Equal([0, 0, 1], Contributions(model, series, 2), Near);
        Assert.Equal([1, 1, 0], Contributions(model, series, 3), Near);

        // Scaled, a feature is (sqrt(4) - 0.5) / 2: the root is split as the sum was, and the mean is the constant.
        HydraModel scaled = model.With(new SparseScaling([0.5f, 0, 0, 0], [2, 1, 1, 1]));
        var contributions = new double[3];
        Assert.Equal(-0.25, scaled.Attribute(series, [1, 0, 0, 0], contributions), 1e-12);
        Assert.Equal([0.25, 0.75, 0], contributions, Near);
    }

    [Theory]
    [InlineData(ConvolutionPooling.None, new[] { 1.0, 10, 100 },
        new[] { 2.0 * -1, 3.0 * (1 - 10), 5.0 * (10 - 100) }, 111 * 0.5)]
    [InlineData(ConvolutionPooling.Max, new[] { 1.0 }, new[] { 0, -3.0, 5 }, 0.5)]
    [InlineData(ConvolutionPooling.Mean, new[] { 3.0 }, new[] { -2.0, 0, 0 }, 3 * 0.5)]
    [InlineData(ConvolutionPooling.TopKMax, new[] { 1.0, 10 }, new[] { -2.0, 3.0 - 30, 50 }, 11 * 0.5)]
    [InlineData(ConvolutionPooling.Ppv, new[] { 3.0 }, new[] { 0, 0, -1.0 }, 3)]
    public void Convolution_by_hand(ConvolutionPooling pooling, double[] weights, double[] expected, double constant)
    {
        // Kernel -1, 1 on 2, 3, 5 and a zero after: outputs with the bias 0.5 are 1.5, 2.5, -4.5.
        var model = new ConvolutionModel(1, 2, [-1, 1], [0.5f], padded: true, 1, 1, pooling, 2,
            pooling == ConvolutionPooling.None ? 3 : 0);
        Assert.Equal(0, model.PaddingBefore);
        float[] series = [2, 3, 5];
        var contributions = new double[3];
        double rest = model.Attribute(series, weights, contributions);
        Assert.Equal(constant, rest, 1e-6);
        Assert.Equal(expected, contributions, Near);
    }

    [Fact]
    public void Windows_that_read_no_point_give_to_the_constant()
    {
        // Two points ten apart around a series of six: the first position reads the last point, the last position the
        // first, and the others none: their outputs are the bias, as those of zeros.
        var model = new ConvolutionModel(1, 2, [1, 1], [-0.5f], padded: true, 1, 10, ConvolutionPooling.Ppv, 1, 0);
        float[] series = [2, 1, 1, 1, 1, 1];
        double[] expected = [1.0 / 6, 0, 0, 0, 0, 1.0 / 6];
        Assert.Equal(expected, Contributions(model, series, 0, constant: 0), Near);
        var positive = new ConvolutionModel(1, 2, [-1, -1], [0.5f], padded: true, 1, 10, ConvolutionPooling.Ppv, 1, 0);
        Assert.Equal(expected.Select(value => -value), Contributions(positive, series, 0, constant: 1), Near);
    }

    [Fact]
    public void Wrong_lengths_are_refused()
    {
        SeriesFeaturizer featurizer = FeaturizerTests.Fit("MiniRocket", 1, false, 20);
        var weights = new double[featurizer.NumberOfFeatures];
        Assert.StartsWith($"There are 3 weights for {weights.Length} features.", Assert.Throws<ArgumentException>(
            () => featurizer.Attribute(new float[20], new double[3], new double[20])).Message);
        Assert.StartsWith("There are 19 contributions for a series of 20 values.", Assert.Throws<ArgumentException>(
            () => featurizer.Attribute(new float[20], weights, new double[19])).Message);
    }

    // By the shares that each output has for the points.
    private static double[] Shared(double[] contributions, double[][] shares)
        => [.. Enumerable.Range(0, shares[0].Length)
            .Select(t => contributions.Zip(shares, (contribution, share) => contribution * share[t]).Sum())];

    private static double[] Contributions(SeriesFeaturizer featurizer, float[] series, int feature, double constant = 0)
    {
        var weights = new double[featurizer.NumberOfFeatures];
        weights[feature] = 1;
        var contributions = new double[series.Length];
        Assert.Equal(constant, featurizer.Attribute(series, weights, contributions), 1e-12);
        return contributions;
    }

    private static double[] Weights(SeriesFeaturizer featurizer, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, featurizer.NumberOfFeatures).Select(_ => 2 * random.NextDouble() - 1)];
    }

    private static (double Sum, double Magnitude) WeightedFeatures(
        SeriesFeaturizer featurizer, float[] series, double[] weights)
    {
        var features = new float[featurizer.NumberOfFeatures];
        featurizer.CreateWorker().Transform(series, features);
        return (features.Zip(weights, (feature, weight) => feature * weight).Sum(),
            features.Zip(weights, (feature, weight) => Math.Abs(feature * weight)).Sum());
    }

    private static bool Near(double left, double right) => Math.Abs(left - right) < 1e-7;
}

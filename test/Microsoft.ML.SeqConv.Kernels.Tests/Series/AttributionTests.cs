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
                Assert.True(Math.Abs(sum - expected) <= 1e-12 * magnitude, $"{name} of {channels} channels fitted on {fitted} points: {sum} instead of {expected} at {length} points.");
            }
        }
    }

    [Theory]
    [InlineData("MiniRocket", 1, false)]
    [InlineData("MiniRocket", 3, true)]
    [InlineData("Rocket", 2, false)]
    [InlineData("RocketSingle", 1, false)]
    [InlineData("HydraUnscaled", 1, false)]
    public void Where_features_have_no_constant_part_points_give_all(string name, int channels, bool ragged)
    {
        SeriesFeaturizer featurizer = FeaturizerTests.Fit(name, channels, ragged, 60);
        float[] series = FeaturizerTests.Noise(60 * channels, seed: 3);
        Assert.Equal(0, featurizer.Attribute(series, Weights(featurizer, seed: 3), new double[series.Length]));
    }

    [Fact]
    public void MiniRocket_by_hand()
    {
        // One dilation, one bias a kernel. Kernel 0 weighs its first three taps, offsets -4 to -2, 2 and the others, offsets -1 to 4, -1: over 0, 1, 0 its outputs are -1, -1, -1, all above the bias.
        var biases = new float[84];
        Array.Fill(biases, -2);
        var model = new MiniRocketModel(1, 9, alternatesPadding: false, [1], [1], biases, [], []);
        var weights = new double[84];
        weights[0] = 6;
        var contributions = new double[3];
        Assert.Equal(0, model.Attribute([0, 1, 0], weights, contributions));

        // Each output gives 2: the first to its taps at offsets 0, 1, 2 and the second to -1, 0, 1, equally; the third to offsets -2, -1, 0, of magnitudes 2, 1, 1.
        Assert.Equal([2.0 / 3 + 2.0 / 3 + 1, 2.0 / 3 + 2.0 / 3 + 0.5, 2.0 / 3 + 2.0 / 3 + 0.5], contributions, Near);
    }

    [Fact]
    public void Rocket_by_hand()
    {
        // Outputs of 1, -2, 1 at the three points within 3, 0, 0, 1, 0: 3, 1, -2; PPV 2/3, maximum 3.
        var kernel = new RocketKernel { Length = 3, Weights = [1, -2, 1], Bias = 0, Dilation = 1, Padding = 0, Channels = [0] };
        var model = new RocketModel(1, [kernel], singlePrecision: false);
        float[] series = [3, 0, 0, 1, 0];
        var features = new float[2];
        model.CreateWorker().Transform(series, features);
        Assert.Equal([2f / 3, 3f], features);

        // The maximum is the output at the first three points; the first two outputs are positive.
        var contributions = new double[5];
        model.Attribute(series, [0, 4], contributions);
        Assert.Equal([3, 6, 3, 0, 0], contributions, Near);
        Array.Clear(contributions);
        model.Attribute(series, [3, 0], contributions);
        double part = 3 * (double)(2f / 3) / 2;
        Assert.Equal([part / 4, part / 2 + part / 4, part / 4 + part / 2, part / 4, 0], contributions, Near);
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

        // PPV, mean and index are all of the output at 2, whose taps -2 (weight 2), -1, 0, 1 lie in the series.
        foreach ((int pooling, double value) in new[] { (0, 0.25), (2, 3), (3, 2) })
            Assert.Equal([value * 2 / 5, value / 5, value / 5, value / 5], Contributions(model, series, 84 * pooling), Near);

        // No output is negative: the longest stretch lies between the ends, and the outputs at 1, 2 and 3 give a point each.
        double[] one = [1.0 / 4, 1.0 / 4, 1.0 / 4, 1.0 / 4];
        double[] two = [2.0 / 5, 1.0 / 5, 1.0 / 5, 1.0 / 5];
        double[] three = [2.0 / 6, 2.0 / 6, 1.0 / 6, 1.0 / 6];
        Assert.Equal(one.Zip(two, three).Select(parts => parts.First + parts.Second + parts.Third), Contributions(model, series, 84), Near);
    }

    [Fact]
    public void The_longest_stretch_is_the_one_that_is_measured()
    {
        Assert.Equal((1, 5), MultiRocketAttribution.LongestStretch([2, -1, 0, 3, 1, -1, 4, 1, -2], 0));
        Assert.Equal((2, 5), MultiRocketAttribution.LongestStretch([-1, 1, -1, 0, 1, 1], 0));
        for (int seed = 0; seed < 200; seed++)
        {
            float[] output = [.. FeaturizerTests.Noise(1 + seed % 20, seed).Select(MathF.Round)];
            (int after, int last) = MultiRocketAttribution.LongestStretch(output, 0);
            Assert.Equal(MultiRocketPooling.Pool(output, 0).Lspv, last - after);
            Assert.All(Enumerable.Range(after + 1, Math.Max(0, last - after - 1)), t => Assert.True(output[t] >= 0));
        }
    }

    [Fact]
    public void Hydra_by_hand()
    {
        // Two kernels of one tap at the centre, 1 and -2. Over 1, 3, -2 the first has the largest output twice, 1 and 3, the second once, 4; the smallest is the other's.
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
    [InlineData(ConvolutionPooling.None, new[] { 1.0, 10, 100 }, new[] { 2.0 * -1, 3.0 * (1 - 10), 5.0 * (10 - 100) }, 111 * 0.5)]
    [InlineData(ConvolutionPooling.Max, new[] { 1.0 }, new[] { 0, -3.0, 5 }, 0.5)]
    [InlineData(ConvolutionPooling.Mean, new[] { 3.0 }, new[] { -2.0, 0, 0 }, 3 * 0.5)]
    [InlineData(ConvolutionPooling.TopKMax, new[] { 1.0, 10 }, new[] { -2.0, 3.0 - 30, 50 }, 11 * 0.5)]
    [InlineData(ConvolutionPooling.Ppv, new[] { 3.0 }, new[] { 0.5, 0.5 + 0.5, 0.5 }, 0)]
    public void Convolution_by_hand(ConvolutionPooling pooling, double[] weights, double[] expected, double constant)
    {
        // Kernel -1, 1 on 2, 3, 5 and a zero after: outputs with the bias 0.5 are 1.5, 2.5, -4.5.
        var model = new ConvolutionModel(1, 2, [-1, 1], [0.5f], padded: true, 1, 1, pooling, 2, pooling == ConvolutionPooling.None ? 3 : 0);
        Assert.Equal(0, model.PaddingBefore);
        float[] series = [2, 3, 5];
        var contributions = new double[3];
        double rest = model.Attribute(series, weights, contributions);
        Assert.Equal(constant, rest, 1e-6);
        Assert.Equal(expected, contributions, Near);
    }

    [Fact]
    public void A_window_that_reads_no_point_gives_to_the_constant()
    {
        // Two points ten apart around a series of three: the first position reads none of them, and its output is the bias, which is positive.
        var model = new ConvolutionModel(1, 2, [1, 1], [0.5f], padded: true, 1, 10, ConvolutionPooling.Ppv, 1, 0);
        var contributions = new double[3];
        Assert.Equal(6, model.Attribute([1, 1, 1], [6], contributions), 1e-6);
        Assert.Equal([0, 0, 0], contributions);
    }

    [Fact]
    public void Wrong_lengths_are_refused()
    {
        SeriesFeaturizer featurizer = FeaturizerTests.Fit("MiniRocket", 1, false, 20);
        var weights = new double[featurizer.NumberOfFeatures];
        Assert.StartsWith($"There are 3 weights for {weights.Length} features.", Assert.Throws<ArgumentException>(() => featurizer.Attribute(new float[20], new double[3], new double[20])).Message);
        Assert.StartsWith("There are 19 contributions for a series of 20 values.", Assert.Throws<ArgumentException>(() => featurizer.Attribute(new float[20], weights, new double[19])).Message);
    }

    private static double[] Contributions(SeriesFeaturizer featurizer, float[] series, int feature)
    {
        var weights = new double[featurizer.NumberOfFeatures];
        weights[feature] = 1;
        var contributions = new double[series.Length];
        Assert.Equal(0, featurizer.Attribute(series, weights, contributions), 1e-12);
        return contributions;
    }

    private static double[] Weights(SeriesFeaturizer featurizer, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, featurizer.NumberOfFeatures).Select(_ => 2 * random.NextDouble() - 1)];
    }

    private static (double Sum, double Magnitude) WeightedFeatures(SeriesFeaturizer featurizer, float[] series, double[] weights)
    {
        var features = new float[featurizer.NumberOfFeatures];
        featurizer.CreateWorker().Transform(series, features);
        return (features.Zip(weights, (feature, weight) => feature * weight).Sum(), features.Zip(weights, (feature, weight) => Math.Abs(feature * weight)).Sum());
    }

    private static bool Near(double left, double right) => Math.Abs(left - right) < 1e-7;
}

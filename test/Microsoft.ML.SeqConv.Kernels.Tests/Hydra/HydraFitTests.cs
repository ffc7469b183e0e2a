using Xunit;

namespace Microsoft.ML.SeqConv.Kernels.Tests.Hydra;

public class HydraFitTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(9, 1)]
    [InlineData(16, 1)]
    [InlineData(17, 2)]
    [InlineData(500, 6)]
    [InlineData(513, 7)]
    public void Dilations_double_as_long_as_nine_taps_span_the_series(int length, int expected)
    {
        HydraModel model = Kernels.Hydra.Draw(length, 1, new HydraSettings(), seed: 1);
        Assert.Equal([.. Enumerable.Range(0, expected).Select(i => 1 << i)], model.Dilations.ToArray());
        Assert.Equal(expected * 2 * 2 * 32 * 8, model.NumberOfFeatures);
    }

    [Fact]
    public void Kernels_have_mean_zero_and_absolute_values_that_sum_to_one()
    {
        HydraModel model = Kernels.Hydra.Draw(100, 1, new HydraSettings(), seed: 1);
        foreach (float[] kernel in model.Weights.ToArray().Chunk(HydraSettings.KernelLength))
        {
            Assert.Equal(0, kernel.Sum(), 1e-6);
            Assert.Equal(1, kernel.Sum(Math.Abs), 1e-6);
        }

        Assert.NotEqual(model.Weights.ToArray(),
            Kernels.Hydra.Draw(100, 1, new HydraSettings(), seed: 2).Weights.ToArray());
    }

    // Two kernels, the centre and its negative: the first wins where the series is positive, the second where it is
    // negative, and sums what they see.
    [Fact]
    public void The_largest_output_is_summed_and_the_smallest_counted()
    {
        var weights = new float[18];
        weights[4] = 1;
        weights[9 + 4] = -1;
        var model = new HydraModel(1, [1], 1, 2, weights, 0, [], null);
        foreach (KernelPath path in KernelPaths.Available)
        {
            var features = new float[4];
            model.CreateWorker(path).Transform([1, -2, 0, 4, -0.5f], features);
            Assert.Equal([1 + 0 + 4, 2 + 0.5f, 2 + 1, 2], features);        // a tie goes to the first kernel
        }
    }

    [Fact]
    public void Sums_over_channels_weigh_a_channel_as_often_as_it_was_drawn()
    {
        var weights = new float[18];
        weights[4] = 1;
        weights[9 + 4] = -1;
        var model = new HydraModel(3, [1], 1, 2, weights, 2, [2, 2], null);
        foreach (KernelPath path in KernelPaths.Available)
        {
            var features = new float[4];
            model.CreateWorker(path).Transform([9, 9, 9, 9, 1, -3], features);
            Assert.Equal([2, 6, 1, 1], features);
        }
    }

    // One feature with counts 0, 1, 4, 9: roots 0, 1, 2, 3, mean 1.5, sample deviation sqrt(5/3), one zero of four.
    [Fact]
    public void Scaling_is_that_of_the_definition()
    {
        var fit = new SparseScalingFit(1);
        foreach (float count in new[] { 0f, 1, 4, 9 })
            fit.Add([count]);
        SparseScaling scaling = fit.Solve();
        Assert.Equal(1.5f, scaling.Means[0]);
        double deviation = Math.Sqrt(5.0 / 3) + Math.Pow(0.25, 4) + 1e-8;
        Assert.Equal(deviation, scaling.Deviations[0], 1e-6);
        float[] features = [4];
        scaling.Apply(features);
        Assert.Equal(0.5 / deviation, features[0], 1e-6);
        features = [0];
        scaling.Apply(features);
        Assert.Equal(0, features[0]);
        features = [-3];
        scaling.Apply(features);
        Assert.Equal(0, features[0]);
    }

    [Fact]
    public void The_scaling_of_a_single_series_is_finite()
    {
        HydraModel model = Kernels.Hydra.Fit(new SeriesSet([[1, 2, 3, 4, 5, 6, 7, 8, 9, 8, 7]]),
            new HydraSettings { NumberOfGroups = 4 }, seed: 1);
        var features = new float[model.NumberOfFeatures];
        model.CreateWorker().Transform([5, 1, 3, 1, 5], features);
        Assert.All(features, value => Assert.True(float.IsFinite(value)));
    }

    public static TheoryData<string, string> Damages => new()
    {
        { "no dilations", "Hydra has no dilations; it needs at least one." },
        { "dilations", "Dilation 1 is 1; dilations must ascend from at least 1." },
        { "representations", "There are 3 representations; there must be 1, the series, or 2, with its difference." },
        { "weights", "There are 35 weights; they must be a multiple of 36, for 2 rows of groups of 2 kernels." },
        { "NaN weight", "Weight 7 is NaN; weights must be finite." },
        { "channels", "There are 3 channel indices, 2 a group; 2 channels and 2 groups do not fit that." },
        { "channel", "Channel index 3 is 2; it must be from 0 to 1." },
        { "scaling", "The scaling is for 1 features; there are 8." },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public void Values_that_do_not_fit_are_refused(string what, string message)
    {
        int[] dilations = what switch { "no dilations" => [], "dilations" => [1, 1], _ => [1, 2] };
        var weights = new float[what == "weights" ? 35 : 36];
        if (what == "NaN weight")
            weights[7] = float.NaN;
        int[] channels = what switch { "channels" => [0, 1, 0], "channel" => [0, 1, 0, 2], _ => [0, 1, 0, 1] };
        SparseScaling? scaling = what == "scaling" ? new([0], [1]) : null;
        ArgumentException error = Assert.Throws<ArgumentException>(
            () => new HydraModel(2, dilations, what == "representations" ? 3 : 1, 2, weights, 2, channels, scaling));
        Assert.StartsWith(message, error.Message);
    }

    [Fact]
    public void A_scaling_that_cannot_be_is_refused()
    {
        Assert.StartsWith("There are 1 deviations for 2 means.",
            Assert.Throws<ArgumentException>(() => new SparseScaling([0, 0], [1])).Message);
        Assert.StartsWith("Mean 1 is NaN; means must be finite.",
            Assert.Throws<ArgumentException>(() => new SparseScaling([0, float.NaN], [1, 1])).Message);
        Assert.StartsWith("Deviation 0 is 0; deviations must be positive and finite.",
            Assert.Throws<ArgumentException>(() => new SparseScaling([0, 0], [0, 1])).Message);
        Assert.StartsWith("There are 3 features; the scaling is for 1.",
            Assert.Throws<ArgumentException>(() => new SparseScaling([0], [1]).Apply(new float[3])).Message);
        Assert.StartsWith("There are no rows; a scaling needs at least one.",
            Assert.Throws<InvalidOperationException>(() => new SparseScalingFit(2).Solve()).Message);
        Assert.StartsWith("A row has 1 features; the scaling is for 2.",
            Assert.Throws<ArgumentException>(() => new SparseScalingFit(2).Add([1])).Message);
        Assert.StartsWith("There are no series; a fit needs at least one.",
            Assert.Throws<ArgumentException>(() => Kernels.Hydra.Fit(new SeriesSet([]), new(), 1)).Message);
    }
}

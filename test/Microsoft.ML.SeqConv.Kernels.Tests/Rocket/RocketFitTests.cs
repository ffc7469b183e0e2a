using Xunit;

namespace Microsoft.ML.SeqConv.Kernels.Tests.Rocket;

public class RocketFitTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(9, 1)]
    [InlineData(500, 1)]
    [InlineData(100, 12)]
    public void Kernels_are_drawn_as_the_paper_says(int length, int channels)
    {
        RocketModel model = Kernels.Rocket.Fit(length, channels,
            new RocketSettings { NumberOfKernels = 3000 }, seed: 1);
        Assert.Equal([7, 9, 11], model.Kernels.Select(kernel => kernel.Length).Distinct().Order());
        foreach (RocketKernel kernel in model.Kernels)
        {
            Assert.InRange(kernel.Bias, -1, 1);
            Assert.InRange(kernel.Dilation, 1, Math.Max(1, (length - 1) / (kernel.Length - 1)));
            Assert.InRange(kernel.Channels.Length, 1, Math.Min(channels, kernel.Length));
            Assert.Equal(kernel.Channels.Length, kernel.Channels.Distinct().Count());
            for (int channel = 0; channel < kernel.Channels.Length; channel++)
                Assert.Equal(0, kernel.Weights.Skip(channel * kernel.Length).Take(kernel.Length).Sum(), 1e-9);
        }

        Assert.InRange(model.Kernels.Count(kernel => kernel.Padding > 0), 1350, 1650);
        Assert.InRange(model.Kernels.Count(kernel => kernel.Length == 9), 850, 1150);
    }

    [Fact]
    public void The_seed_decides_the_kernels()
    {
        var settings = new RocketSettings { NumberOfKernels = 10 };
        Assert.Equal(Weights(1), Weights(1));
        Assert.NotEqual(Weights(1), Weights(2));

        double[] Weights(ulong seed)
            => [.. Kernels.Rocket.Fit(50, 1, settings, seed).Kernels.SelectMany(kernel => kernel.Weights)];
    }

    public static TheoryData<string, string> Damages => new()
    {
        { "even length", "Kernel 0 has 8 taps; it must have an odd number from 3 to 1023." },
        { "weights", "Kernel 0 has 8 weights; 1 channels of 9 taps need 9." },
        { "NaN", "Kernel 0 has a bias or a weight that is not finite." },
        { "dilation", "Kernel 0 has the dilation 0; its 9 taps must span at least 8 points and fit into memory." },
        { "padding", "Kernel 0 has the padding 3; it must be 0 or half of the span of the taps, 8." },
        { "channel", "Kernel 0 sums over channels that a series of 1 channels does not have." },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public void Kernels_that_are_none_are_refused(string what, string message)
    {
        var kernel = new RocketKernel
        {
            Length = 9,
            Weights = new double[9],
            Bias = 0,
            Dilation = 2,
            Padding = 8,
            Channels = [0]
        };
        kernel = what switch
        {
            "even length" => kernel with { Length = 8 },
            "weights" => kernel with { Weights = new double[8] },
            "NaN" => kernel with { Bias = double.NaN },
            "dilation" => kernel with { Dilation = 0 },
            "padding" => kernel with { Padding = 3 },
            _ => kernel with { Channels = [1] },
        };
        ArgumentException error = Assert.Throws<ArgumentException>(
            () => new RocketModel(1, [kernel], singlePrecision: false));
        Assert.Equal(message, error.Message);
    }
}

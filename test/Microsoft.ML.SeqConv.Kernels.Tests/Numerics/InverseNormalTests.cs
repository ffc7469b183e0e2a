using Xunit;

namespace Microsoft.ML.SeqConv.Kernels.Tests.Numerics;

public class InverseNormalTests
{
    // scipy.special.ndtri of SciPy 1.10.1.
    [Theory]
    [InlineData(1e-300, -37.0470962993612)]
    [InlineData(1e-20, -9.262340089798409)]
    [InlineData(1e-10, -6.361340902404056)]
    [InlineData(1e-05, -4.264890793922825)]
    [InlineData(0.001, -3.090232306167813)]
    [InlineData(0.01, -2.3263478740408408)]
    [InlineData(0.05, -1.6448536269514729)]
    [InlineData(0.0749, -1.4402382675279635)]
    [InlineData(0.0751, -1.4388253927525403)]
    [InlineData(0.25, -0.6744897501960817)]
    [InlineData(0.4, -0.2533471031357997)]
    [InlineData(0.5, 0.0)]
    public void Quantiles_are_those_of_SciPy(double probability, double expected)
    {
        Assert.Equal(expected, InverseNormal.At(probability), 1e-14 * Math.Max(1, Math.Abs(expected)));
        if (probability >= 0.01)
            Assert.Equal(-expected, InverseNormal.At(1 - probability), 1e-13);
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(1, "1")]
    [InlineData(double.NaN, "NaN")]
    public void Probabilities_out_of_range_are_refused(double probability, string shown)
        => Assert.StartsWith($"probability is {shown}; it must be above 0 and below 1.",
            Assert.Throws<ArgumentOutOfRangeException>(() => InverseNormal.At(probability)).Message);
}

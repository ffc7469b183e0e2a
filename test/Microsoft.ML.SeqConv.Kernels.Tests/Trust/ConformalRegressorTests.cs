using CsCheck;
using Xunit;

namespace Microsoft.ML.SeqConv.Kernels.Tests.Trust;

/// <summary>Intervals: the definition, the guarantee, and what is refused.</summary>
public class ConformalRegressorTests
{
    // A number is in the interval where (1 + residuals as large) / (1 + n) is above the significance.
    [Fact]
    public void The_interval_has_the_numbers_whose_p_value_is_above_the_significance()
        => Gen.Select(Gen.Int[-9, 9].Array[0, 30], Gen.Int[1, 19]).Sample((values, twentieths) =>
        {
            double[] residuals = [.. values.Select(value => (double)value)];
            double halfWidth = ConformalRegressor.Calibrate(residuals).HalfWidth(twentieths / 20.0);
            for (double error = 0; error <= 11; error += 0.5)
            {
                int asLarge = residuals.Count(residual => Math.Abs(residual) >= error);
                Assert.Equal(20 * (1 + asLarge) > twentieths * (1 + residuals.Length), error <= halfWidth);
            }
        });

    [Theory]
    [InlineData(0.2, 4)]
    [InlineData(0.1, 9)]
    [InlineData(0.05, 19)]
    [InlineData(0.01, 99)]
    public void The_width_is_finite_with_as_many_residuals_as_the_significance_needs(double significance, int needed)
    {
        double[] residuals = [.. Enumerable.Range(1, needed).Select(i => (double)i)];
        Assert.Equal(needed, ConformalRegressor.Calibrate(residuals).HalfWidth(significance));
        Assert.Equal(
            double.PositiveInfinity, ConformalRegressor.Calibrate(residuals[..^1]).HalfWidth(significance));
    }

    [Fact]
    public void Intervals_hold_the_number_as_often_as_stated()
    {
        const int trials = 4000;
        var random = new SeededRandom(1);
        foreach (double significance in new[] { 0.2, 0.1, 0.05 })
        {
            int held = 0;
            for (int trial = 0; trial < trials; trial++)
            {
                double[] residuals = [.. Enumerable.Range(0, 60).Select(_ => Math.Pow(random.NextNormal(), 3))];
                held += Math.Abs(residuals[0])
                    <= ConformalRegressor.Calibrate(residuals.AsSpan(1)).HalfWidth(significance) ? 1 : 0;
            }

            double error = 4 * Math.Sqrt(significance * (1 - significance) / trials);
            Assert.InRange((double)held / trials, 1 - significance - error, 1 - significance + 1.0 / 60 + error);
        }
    }

    [Fact]
    public void Residuals_that_are_not_finite_and_a_significance_outside_of_its_range_are_refused()
    {
        Assert.Equal("The residual of example 1 is not finite. (Parameter 'residuals')",
            Assert.Throws<ArgumentException>(() => ConformalRegressor.Calibrate([0, double.NaN])).Message);
        Assert.StartsWith("significance is 1; it must be above 0 and below 1.",
            Assert.Throws<ArgumentOutOfRangeException>(
                () => ConformalRegressor.Calibrate([0]).HalfWidth(1)).Message);
    }
}

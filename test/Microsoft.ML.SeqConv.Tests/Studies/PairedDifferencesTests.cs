using Microsoft.ML.SeqConv.Benchmarks;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.Studies;

/// <summary>Statistics of paired differences against values from tables and by hand.</summary>
public class PairedDifferencesTests
{
    [Fact]
    public void Sets_are_counted_and_the_error_is_that_of_the_mean()
    {
        var differences = new PairedDifferences([1, 1, 1, -1, 2, 0]);
        Assert.Equal((4, 1, 1), (differences.Won, differences.Drawn, differences.Lost));
        Assert.Equal(2.0 / 3, differences.Mean, 1e-12);
        // squares about the mean 16/3, variance of the mean 16/3 / 5 / 6
        Assert.Equal(Math.Sqrt(16.0 / 90), differences.StandardError, 1e-12);
        Assert.True(double.IsNaN(new PairedDifferences([0.5]).StandardError));
    }

    // Hollander and Wolfe 1973, p. 29, depression before and after: W = 40 of 45, z = (40 - 22.5 - 0.5) / sqrt(71.25).
    // Ten differences of one sign: W = 55, z = (55 - 27.5 - 0.5) / sqrt(96.25). Ties: four ranks 2.5 and a 5, W = 12.5,
    // variance 13.75 - (4^3 - 4) / 48 = 12.5, z = (12.5 - 7.5 - 0.5) / sqrt(12.5). From a table of the normal
    // distribution, two-sided.
    [Theory]
    [InlineData(new[] { 0.952, -0.147, 1.022, 0.43, 0.62, 0.59, 0.49, -0.08, 0.01 }, 0.0440)]
    [InlineData(new double[] { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 }, 0.0059)]
    [InlineData(new double[] { -1, -2, -3, -4, -5, -6, -7, -8, -9, -10, 0, 0 }, 0.0059)]
    [InlineData(new double[] { 1, 1, 1, -1, 2, 0 }, 0.2031)]
    [InlineData(new double[] { 1, -1 }, 1)]
    [InlineData(new double[] { 0, 0, 0 }, 1)]
    public void The_signed_rank_test_gives_the_p_of_tables(double[] differences, double p)
        => Assert.Equal(p, new PairedDifferences(differences).P, 5e-5);
}

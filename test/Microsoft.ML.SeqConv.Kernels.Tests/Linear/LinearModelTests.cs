using CsCheck;
using Xunit;

namespace Microsoft.ML.SeqConv.Kernels.Tests.Linear;

public class LinearModelTests
{
    [Fact]
    public void Decisions_are_intercept_plus_products()
    {
        Gen.Select(Gen.Int[1, 5], Gen.Int[1, 1100], Gen.Int).Sample((targets, features, seed) =>
        {
            var random = new Random(seed);
            float[] coefficients = [.. Enumerable.Range(0, targets * features)
                .Select(_ => (float)(random.NextDouble() - 0.5))];
            double[] intercepts = [.. Enumerable.Range(0, targets).Select(_ => random.NextDouble())];
            float[] row = [.. Enumerable.Range(0, features).Select(_ => (float)random.NextDouble())];
            var decisions = new double[targets];
            new LinearModel(targets, features, coefficients, intercepts).Score(row, decisions);
            return Enumerable.Range(0, targets).All(t => Math.Abs(decisions[t] - intercepts[t]
                - Enumerable.Range(0, features).Sum(j => (double)coefficients[t * features + j] * row[j])) < 1e-4);
        }, iter: 100, threads: 1);
    }

    [Theory]
    [InlineData(2, 3, 5, 2, "There are 5 coefficients; 2 targets of 3 features need 6.")]
    [InlineData(2, 3, 6, 1, "There are 1 intercepts for 2 targets.")]
    public void Lengths_that_differ_are_refused(
        int targets, int features, int coefficients, int intercepts, string message)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(
            () => new LinearModel(targets, features, new float[coefficients], new double[intercepts]));
        Assert.StartsWith(message, error.Message);
    }

    [Fact]
    public void Values_that_are_not_finite_are_refused()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => new LinearModel(1, 2, [1, float.NaN], [0]));
        Assert.StartsWith("Coefficient 1 is NaN; coefficients must be finite.", error.Message);
    }
}

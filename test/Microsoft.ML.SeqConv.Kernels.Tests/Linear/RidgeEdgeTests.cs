using Xunit;

namespace Microsoft.ML.SeqConv.Kernels.Tests.Linear;

public class RidgeEdgeTests
{
    private static readonly RidgeSample Sample =
        RidgeSample.Draw(seed: 1, examples: 10, columns: 4, targets: 1) with { Weights = [] };

    [Fact]
    public void One_example_is_refused() => AssertRefused(
        "'features' has 1 rows; leave-one-out needs at least 2. Add examples.",
        Sample.Take([0]));

    [Fact]
    public void Targets_that_do_not_fit_the_rows_are_refused() => AssertRefused(
        "'targets' has 9 values; 10 rows of features need a positive multiple of 10. "
        + "Give every example the same number of targets.",
        Sample with { Targets = Sample.Targets[1..] });

    [Fact]
    public void A_target_that_is_not_finite_is_refused() => AssertRefused(
        "'targets' has NaN in row 3, target 0; targets are finite. Remove or replace the row.",
        Sample with { Targets = [.. Sample.Targets.Select((y, i) => i == 3 ? double.NaN : y)] });

    [Theory]
    [InlineData(float.NaN, "NaN")]
    [InlineData(float.PositiveInfinity, "Infinity")]
    [InlineData(float.NegativeInfinity, "-Infinity")]
    public void A_feature_that_is_not_finite_is_refused(float value, string text)
    {
        RidgeSample sample = Sample.WithRows((x, _) => x);
        sample.Rows[7][2] = value;
        AssertRefused($"'features' has {text} in row 7, column 2; features are finite. "
            + "Remove the example or replace the value.", sample);
        AssertRefused($"'features' has {text} in row 7, column 2; features are finite. "
            + "Remove the example or replace the value.", sample with { Weights = [1, 1, 1, 1, 1, 1, 1, 0, 1, 1] });
    }

    [Theory]
    [InlineData(-1.0, "-1")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "Infinity")]
    public void A_weight_that_is_negative_or_not_finite_is_refused(double weight, string text) => AssertRefused(
        $"'exampleWeights' has {text} in row 0; weights are zero or more, and finite. "
        + "Correct the weight, or give 0 to leave the example out.",
        Sample with { Weights = [weight, 1, 1, 1, 1, 1, 1, 1, 1, 1] });

    [Fact]
    public void Weights_that_are_all_zero_are_refused() => AssertRefused(
        "'exampleWeights' has 0 positive values; leave-one-out needs at least 2. Give weight to more examples.",
        Sample with { Weights = new double[10] });

    [Fact]
    public void Weights_of_another_length_are_refused() => AssertRefused(
        "'exampleWeights' has 3 values for 10 rows of features; it has one a row. "
        + "Give one a row, or none for equal weights.",
        Sample with { Weights = new double[3] });

    [Fact]
    public void No_alphas_are_refused() => AssertRefused(
        "'Alphas' is empty; it has at least one penalty. Give one or more, or leave the default.",
        Sample, new() { Alphas = [] });

    [Theory]
    [InlineData(0.0, "0")]
    [InlineData(-2.0, "-2")]
    [InlineData(double.NaN, "NaN")]
    public void An_alpha_that_is_not_positive_is_refused(double alpha, string text) => AssertRefused(
        $"'Alphas' has {text} at position 1; penalties are positive and finite. "
        + "Remove it, or use a small penalty such as 1e-6 for almost none.",
        Sample, new() { Alphas = [1, alpha] });

    [Fact]
    public void Negative_threads_are_refused() => AssertRefused(
        "'NumberOfThreads' is -1; it is 0 or more. Set 0 for all processors.",
        Sample, new() { NumberOfThreads = -1 });

    [Theory]
    [InlineData(nameof(GramOrientation.Examples))]
    [InlineData(nameof(GramOrientation.Features))]
    public void A_constant_feature_has_a_coefficient_of_zero(string orientation)
    {
        RidgeSolution solution = Sample.WithRows((x, j) => j == 1 ? 5.1f : x)
            .Solve(new() { Orientation = Enum.Parse<GramOrientation>(orientation) });
        Assert.Equal(0, solution.Coefficients[1]);
        AssertFinite(solution);
    }

    [Theory]
    [InlineData(nameof(GramOrientation.Examples))]
    [InlineData(nameof(GramOrientation.Features))]
    public void Constant_features_leave_the_mean_of_the_others(string orientation)
    {
        RidgeSolution solution = Sample.WithRows((_, j) => j)
            .Solve(new() { Orientation = Enum.Parse<GramOrientation>(orientation) });
        Assert.Equal(Sample.Targets.Average(), solution.Intercepts[0], 1e-12);
        for (int i = 0; i < 10; i++)
            Assert.Equal((Sample.Targets.Sum() - Sample.Targets[i]) / 9, solution.LeaveOneOutPredictions[i], 1e-9);
    }

    [Theory]
    [InlineData(nameof(GramOrientation.Examples))]
    [InlineData(nameof(GramOrientation.Features))]
    public void A_constant_target_is_the_intercept(string orientation)
    {
        RidgeSolution solution = (Sample with { Targets = [.. Enumerable.Repeat(3.3, 10)] })
            .Solve(new() { Orientation = Enum.Parse<GramOrientation>(orientation) });
        Assert.Equal(3.3, solution.Intercepts[0]);
        Assert.All(solution.Coefficients, c => Assert.Equal(0, c));
        Assert.All(solution.SelectionErrors, e => Assert.Equal(0, e));
        Assert.Equal(1e-3, solution.Alpha, 1e-15);
    }

    [Theory]
    [InlineData(nameof(GramOrientation.Examples))]
    [InlineData(nameof(GramOrientation.Features))]
    public void One_feature_and_two_examples_are_enough(string orientation)
    {
        var sample = new RidgeSample([[1], [3]], [10, 20], []);
        RidgeSolution solution = sample.Solve(new() { Orientation = Enum.Parse<GramOrientation>(orientation) });
        Assert.Equal(20, solution.LeaveOneOutPredictions[0], 1e-4);
        Assert.Equal(10, solution.LeaveOneOutPredictions[1], 1e-4);
    }

    [Theory]
    [InlineData(1e-3, 40, 300)]
    [InlineData(1e-10, 40, 300)]
    [InlineData(1e-300, 40, 300)]
    [InlineData(1e-3, 150, 3000)]       // large enough for float32 to be tried, and found short of this penalty
    [InlineData(1e-300, 150, 3000)]
    public void Repeated_examples_and_a_tiny_alpha_stay_stable(double alpha, int distinct, int columns)
    {
        // Each example twice: left out, an example is still there, and with more features than examples almost no
        // penalty means interpolation.
        RidgeSample sample = RidgeSample.Draw(seed: 2, distinct, columns, targets: 1) with { Weights = [] };
        sample = sample.Take(Enumerable.Range(0, 2 * distinct).Select(i => i % distinct));
        RidgeSolution solution = sample.Solve(new() { Alphas = [alpha] });
        AssertFinite(solution);
        RidgeTests.AssertClose(sample.Targets, solution.LeaveOneOutPredictions, 1e-2);
    }

    [Theory]
    [InlineData(nameof(GramOrientation.Examples))]
    [InlineData(nameof(GramOrientation.Features))]
    public void An_example_that_alone_has_a_feature_is_predicted_without_it(string orientation)
    {
        // Column 4 is zero but for example 0: its leverage tends to 1 with the penalty.
        RidgeSample sample = RidgeSample.Draw(seed: 4, examples: 12, columns: 5, targets: 1) with { Weights = [] };
        sample = sample.WithRows((x, j) => j == 4 ? 0 : x);
        sample.Rows[0][4] = 1;
        RidgeSolution solution = sample.Solve(
            new() { Alphas = [0.01], ScaleFeatures = false, Orientation = Enum.Parse<GramOrientation>(orientation) });
        NaiveRidge without = NaiveRidge.Fit(sample.Take(Enumerable.Range(1, 11)), 0.01, intercept: true);
        Assert.Equal(without.Predict(sample.Rows[0], 0), solution.LeaveOneOutPredictions[0], 1e-3);
        AssertFinite(sample.Solve(
            new()
            {
                Alphas = [1e-300],
                ScaleFeatures = false,
                Orientation = Enum.Parse<GramOrientation>(orientation)
            }));
    }

    private static void AssertFinite(RidgeSolution solution)
    {
        Assert.All(solution.Coefficients, c => Assert.True(double.IsFinite(c)));
        Assert.All(solution.SelectionErrors, e => Assert.True(double.IsFinite(e)));
        Assert.All(solution.LeaveOneOutPredictions, p => Assert.True(double.IsFinite(p)));
    }

    private static void AssertRefused(string message, RidgeSample sample, RidgeSettings? settings = null)
    {
        var error = Assert.ThrowsAny<ArgumentException>(() => sample.Solve(settings));
        Assert.Equal(message, error.Message.Split(" (Parameter")[0]);
    }
}

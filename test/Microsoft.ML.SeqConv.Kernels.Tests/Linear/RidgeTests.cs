using CsCheck;
using Xunit;

namespace Microsoft.ML.SeqConv.Kernels.Tests.Linear;

public class RidgeTests
{
    private static readonly double[] Alphas = [0.01, 1, 30];

    [Theory]
    [InlineData(nameof(GramOrientation.Examples), true, true)]
    [InlineData(nameof(GramOrientation.Examples), false, true)]
    [InlineData(nameof(GramOrientation.Examples), false, false)]
    [InlineData(nameof(GramOrientation.Features), true, true)]
    [InlineData(nameof(GramOrientation.Features), false, true)]
    [InlineData(nameof(GramOrientation.Features), true, false)]
    public void Leave_one_out_is_that_of_refitting_without_each_example(
        string orientation, bool intercept, bool weighted)
    {
        RidgeSample sample = RidgeSample.Draw(seed: 3, examples: 17, columns: 9);
        if (!weighted)
            sample = sample with { Weights = [] };
        RidgeSettings Settings(double[] alphas) => new()
        {
            Alphas = alphas,
            FitIntercept = intercept,
            ScaleFeatures = false,
            Orientation = Enum.Parse<GramOrientation>(orientation)
        };
        RidgeSolution solution = sample.Solve(Settings(Alphas));
        foreach (double alpha in Alphas)
        {
            RidgeSolution single = sample.Solve(Settings([alpha]));
            double sum = 0, total = 0;
            for (int i = 0; i < 17; i++)
            {
                var without = NaiveRidge.Fit(sample.Take(Enumerable.Range(0, 17).Where(k => k != i)), alpha, intercept);
                double weight = weighted ? sample.Weights[i] : 1;
                total += weight;
                for (int t = 0; t < 2; t++)
                {
                    double expected = without.Predict(sample.Rows[i], t);
                    Assert.Equal(expected, single.LeaveOneOutPredictions[i * 2 + t], 2e-5);
                    double error = sample.Targets[i * 2 + t] - expected;
                    sum += weight * error * error / 2;
                }
            }

            Assert.Equal(sum / total, solution.SelectionErrors[Array.IndexOf(Alphas, alpha)], 1e-5);
        }
    }

    [Theory]
    [InlineData(600, 100)]
    [InlineData(1100, 1001)]
    public void More_examples_than_a_block_holds_give_the_same_model_in_both_orientations(int examples, int columns)
    {
        RidgeSample sample = RidgeSample.Draw(11, examples, columns, targets: 1);
        RidgeSolution byExample =
            sample.Solve(new RidgeSettings { Alphas = [100], Orientation = GramOrientation.Examples });
        RidgeSolution byFeature =
            sample.Solve(new RidgeSettings { Alphas = [100], Orientation = GramOrientation.Features });
        double largest = byExample.Coefficients.Max(Math.Abs);
        for (int j = 0; j < columns; j++)
            Assert.Equal(byExample.Coefficients[j], byFeature.Coefficients[j], 1e-4 * largest);
        Assert.Equal(byExample.SelectionErrors[0], byFeature.SelectionErrors[0], 1e-4 * byExample.SelectionErrors[0]);
    }

    [Fact]
    public void Coefficients_are_those_of_the_normal_equations()
    {
        Gen.Select(Gen.Int[2, 130], Gen.Int[1, 130], Gen.Int[0, 1000], Gen.Bool)
            .Sample((examples, columns, seed, intercept) =>
            {
                RidgeSample sample = RidgeSample.Draw(seed, examples, columns);
                var expected = NaiveRidge.Fit(sample, 1, intercept);
                RidgeSolution actual = sample.Solve(
                    new() { Alphas = [1], FitIntercept = intercept, ScaleFeatures = false });
                AssertClose(expected.Coefficients, actual.Coefficients, 1e-4);
                AssertClose(expected.Intercepts, actual.Intercepts, 1e-4);
            }, iter: 60);
    }

    [Theory]
    [InlineData(5, 40)]
    [InlineData(40, 5)]
    [InlineData(64, 64)]
    [InlineData(150, 149)]
    public void Both_orientations_agree(int examples, int columns)
    {
        RidgeSample sample = RidgeSample.Draw(seed: 8, examples, columns);
        RidgeSolution one = sample.Solve(new() { Orientation = GramOrientation.Examples });
        RidgeSolution other = sample.Solve(new() { Orientation = GramOrientation.Features });
        Assert.Equal(GramOrientation.Examples, one.Orientation);
        Assert.Equal(GramOrientation.Features, other.Orientation);
        Assert.Equal(one.Alpha, other.Alpha);
        AssertClose(one.SelectionErrors, other.SelectionErrors, 1e-4);
        AssertClose(one.Coefficients, other.Coefficients, 1e-4);
        AssertClose(one.LeaveOneOutPredictions, other.LeaveOneOutPredictions, 1e-4);
    }

    [Theory]
    [InlineData(nameof(GramOrientation.Examples))]
    [InlineData(nameof(GramOrientation.Features))]
    public void A_weight_of_two_is_an_example_given_twice(string orientation)
    {
        RidgeSample sample = RidgeSample.Draw(seed: 5, examples: 12, columns: 6);
        var settings = new RidgeSettings { Alphas = [2], Orientation = Enum.Parse<GramOrientation>(orientation) };
        RidgeSolution weighted =
            (sample with { Weights = [.. Enumerable.Range(0, 12).Select(i => i % 2 + 1.0)] }).Solve(settings);
        RidgeSolution repeated = (sample with { Weights = [] })
            .Take(Enumerable.Range(0, 12).SelectMany(i => Enumerable.Repeat(i, i % 2 + 1))).Solve(settings);
        AssertClose(repeated.Coefficients, weighted.Coefficients, 1e-5);
        AssertClose(repeated.Intercepts, weighted.Intercepts, 1e-5);
    }

    [Theory]
    [InlineData(nameof(GramOrientation.Examples))]
    [InlineData(nameof(GramOrientation.Features))]
    public void An_example_of_weight_zero_changes_nothing_and_is_predicted(string orientation)
    {
        RidgeSample sample = RidgeSample.Draw(seed: 6, examples: 12, columns: 6);
        var settings = new RidgeSettings { Orientation = Enum.Parse<GramOrientation>(orientation) };
        RidgeSolution without = sample.Take(Enumerable.Range(1, 11)).Solve(settings);
        RidgeSolution with = (sample with { Weights = [0, .. sample.Weights.Skip(1)] }).Solve(settings);
        AssertClose(without.Coefficients, with.Coefficients, 1e-12);
        AssertClose(without.SelectionErrors, with.SelectionErrors, 1e-12);
        double expected = with.Intercepts[0] + sample.Rows[0].Select((x, j) => x * with.Coefficients[j]).Sum();
        Assert.Equal(expected, with.LeaveOneOutPredictions[0], 1e-5);
    }

    [Theory]
    [InlineData(1e30f, true)]
    [InlineData(1e-30f, true)]
    [InlineData(1e30f, false)]
    [InlineData(1e-30f, false)]
    public void The_scale_of_features_does_not_matter(float factor, bool scale)
    {
        RidgeSample sample = RidgeSample.Draw(seed: 7, examples: 20, columns: 30);
        RidgeSolution plain = sample.Solve(new RidgeSettings { Alphas = [1], ScaleFeatures = scale });
        // Without scaling the penalty has to follow the features.
        RidgeSolution scaled = sample.WithRows((x, _) => x * factor)
            .Solve(new RidgeSettings { Alphas = [scale ? 1 : (double)factor * factor], ScaleFeatures = scale });
        AssertClose(plain.LeaveOneOutPredictions, scaled.LeaveOneOutPredictions, 1e-5);
        AssertClose(plain.Coefficients, [.. scaled.Coefficients.Select(c => c * factor)], 1e-5);
    }

    [Theory]
    [InlineData(200, 700)]
    [InlineData(700, 150)]
    public void The_result_is_the_same_bits_for_any_number_of_threads(int examples, int columns)
    {
        RidgeSample sample = RidgeSample.Draw(seed: 9, examples, columns, targets: 3);
        RidgeSolution one = sample.Solve(new() { NumberOfThreads = 1 });
        foreach (int threads in new[] { 2, 3, 8 })
        {
            RidgeSolution more = sample.Solve(new() { NumberOfThreads = threads });
            Assert.Equal(one.SelectionErrors, more.SelectionErrors);
            Assert.Equal(one.Coefficients, more.Coefficients);
            Assert.Equal(one.Intercepts, more.Intercepts);
            Assert.Equal(one.LeaveOneOutPredictions, more.LeaveOneOutPredictions);
        }
    }

    internal static void AssertClose(double[] expected, double[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        double largest = expected.Max(Math.Abs);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance * largest,
                $"[{i}]: expected {expected[i]:R}, got {actual[i]:R}, largest {largest:R}");
    }
}

using Xunit;

namespace Microsoft.ML.SeqConv.Kernels.Tests.Linear;

/// <summary>
/// Problems whose numbers lie far apart, beside <see cref="ExactRidge"/>. Tolerances are those of features in float32,
/// 6e-8 of their size, where a fit is by the Gram matrix, and of float64 where it is by rows.
/// </summary>
public class RidgeNumericsTests
{
    private const double Single = 2e-7;
    private const double Double = 1e-9;

    [Theory]
    [InlineData(1e-10)]
    [InlineData(1)]
    [InlineData(1e10)]
    [InlineData(1e50)]
    public void Features_of_all_magnitudes_keep_their_coefficients_without_scaling(double alpha)
    {
        RidgeSample sample = Draw(20, 7).WithRows((x, j) => x * (float)Math.Pow(10, -30 + 10 * j));
        RidgeSolution solution = AssertExact(sample, alpha, isScaled: false, Double);
        double[] expected = ExactRidge.Fit(sample, [.. Enumerable.Repeat(alpha, 7)]).Coefficients;
        for (int j = 0; j < 7; j++)
            Assert.Equal(1, solution.Coefficients[j] / expected[j], 1e-6);
        Assert.False(solution.IsIllConditioned);
    }

    [Theory]
    [InlineData(1e-13, true)]
    [InlineData(1e-10, true)]
    [InlineData(1e-13, false)]
    [InlineData(1e-10, false)]
    public void Tiny_penalties_on_Hilbert_and_Vandermonde_matrices(double alpha, bool isScaled)
    {
        AssertExact(Named((i, j) => 1f / (i + j + 1)), alpha, isScaled, 1e-8);
        AssertExact(Named((i, j) => (float)Math.Pow(i / 16.0, j + 1)), alpha, isScaled, 1e-8);
    }

    [Theory]
    [InlineData(1e-300)]
    [InlineData(1e-40)]
    [InlineData(1e-14)]
    [InlineData(1e-6)]
    public void Tiny_weights_leave_all_predictions_exact(double tiny)
    {
        RidgeSample tall = Draw(12, 4) with { Weights = [tiny, 1, 2, 1, 1, 2, tiny, 3, 1, 1, tiny, tiny] };
        RidgeSample wide = Draw(6, 8) with { Weights = [tiny, 1, 2, tiny, 1, 2] };
        foreach (bool isScaled in (bool[])[true, false])
        {
            AssertExact(tall, 0.1, isScaled, Single);
            AssertExact(wide, 0.1, isScaled, Single);
        }
    }

    [Fact]
    public void Weights_that_fall_over_the_whole_range_leave_predictions_exact()
    {
        double[] weights = [.. Enumerable.Range(0, 13).Select(i => Math.Pow(10, -25 * i))];
        AssertExact(Draw(13, 3) with { Weights = weights }, 0.1, isScaled: true, Single);
    }

    [Fact]
    public void Two_rows_take_part_however_small_the_second_weight()
    {
        RidgeSample sample = Draw(5, 2) with { Weights = [1, 1e-30, 1e-90, 1e-90, 1e-90] };
        RidgeSolution solution = sample.Solve(new() { Alphas = [0.1] });
        RidgeSolution of2 = sample.Take([0, 1]).Solve(new() { Alphas = [0.1] });
        Assert.Equal(of2.Coefficients, solution.Coefficients);
        Assert.Equal(of2.LeaveOneOutPredictions, solution.LeaveOneOutPredictions[..2]);
    }

    [Theory]
    [InlineData(1e6)]
    [InlineData(1e9)]
    [InlineData(1e12)]
    [InlineData(1e20)]
    [InlineData(1e300)]
    public void One_dominating_weight_leaves_all_predictions_exact(double weight)
    {
        foreach (int row in (int[])[0, 5])
        {
            double[] weights = [.. Enumerable.Range(0, 12).Select(i => i == row ? weight : 1)];
            AssertExact(Draw(12, 4) with { Weights = weights }, 0.1, isScaled: true, Single);
            AssertExact(Draw(12, 4) with { Weights = weights }, 0.1, isScaled: false, Single);
            AssertExact(Draw(12, 20) with { Weights = weights }, 0.1, isScaled: false, Single);
        }
    }

    [Theory]
    [InlineData(1e6)]
    [InlineData(1e12)]
    public void One_dominating_weight_leaves_leave_one_out_exact_without_an_intercept(double weight)
    {
        double[] weights = [.. Enumerable.Range(0, 12).Select(i => i == 5 ? weight : 1)];
        RidgeSample sample = Draw(12, 2) with { Weights = weights };
        var settings = new RidgeSettings { Alphas = [0.1], ScaleFeatures = false, FitIntercept = false };
        double[] predictions = sample.Solve(settings).LeaveOneOutPredictions;
        RidgeSample others = sample.Take(Enumerable.Range(0, 12).Where(i => i != 5));
        NaiveRidge without = NaiveRidge.Fit(others, 0.1, intercept: false);
        Assert.Equal(without.Predict(sample.Rows[5], 0), predictions[5], Single);
    }

    [Theory]
    [InlineData(1e6f)]
    [InlineData(-1e6f)]
    [InlineData(1.7e9f)]
    [InlineData(0.1f)]
    public void A_feature_that_varies_by_rounding_is_constant(float level)
    {
        RidgeSample sample = Draw(40, 3).WithRows((x, _) => x);
        for (int i = 0; i < 40; i++)
            sample.Rows[i][1] = i % 3 == 0 ? MathF.BitIncrement(level) : level;
        foreach (GramOrientation orientation in (GramOrientation[])[GramOrientation.Examples, GramOrientation.Features])
            Assert.Equal(0, sample.Solve(new() { Orientation = orientation }).Coefficients[1]);
        foreach (bool mergesExactly in (bool[])[true, false])
            Assert.Equal(0, OnSums(sample, mergesExactly).Coefficients[1]);
    }

    // A constant is one by its rows, however little most of them weigh.
    [Theory]
    [InlineData(1e5, 1e-5)]
    [InlineData(1e4, 1e-7)]
    public void Weights_make_no_feature_constant(double level, double light)
    {
        RidgeSample sample = Draw(30, 2).WithRows((x, _) => x);
        for (int i = 0; i < 30; i++)
            sample.Rows[i][1] = (float)(level + Math.Sin(i * 1.7));
        sample.Rows[1][1] = sample.Rows[0][1];      // the heavy rows are alike
        sample = sample with { Weights = [.. Enumerable.Range(0, 30).Select(i => i < 2 ? 1 : light)] };
        foreach (GramOrientation orientation in (GramOrientation[])[GramOrientation.Examples, GramOrientation.Features])
            Assert.NotEqual(0, sample.Solve(new() { Orientation = orientation }).Coefficients[1]);
    }

    [Fact]
    public void A_feature_that_varies_by_more_than_rounding_is_no_constant()
    {
        RidgeSample sample = Draw(40, 3).WithRows((x, _) => x);
        for (int i = 0; i < 40; i++)
            sample.Rows[i][1] = 1e6f + i % 3;
        RidgeSolution solution = sample.Solve(new());
        Assert.NotEqual(0, solution.Coefficients[1]);
        RidgeSolution onSums = OnSums(sample, mergesExactly: true, solution.Alpha);
        Assert.Equal(1, onSums.Coefficients[1] / solution.Coefficients[1], 1e-3);
    }

    private static RidgeSample Draw(int examples, int columns)
        => RidgeSample.Draw(seed: 3, examples, columns, targets: 1) with { Weights = [] };

    private static RidgeSample Named(Func<int, int, float> feature)
    {
        var rows = new float[16][];
        for (int i = 0; i < rows.Length; i++)
            rows[i] = [.. Enumerable.Range(0, 8).Select(j => feature(i, j))];
        var random = new SeededRandom(1);
        return new(rows, [.. rows.Select(row => row[0] + 0.1 * random.NextDouble())], []);
    }

    private static RidgeSolution OnSums(RidgeSample sample, bool mergesExactly, double alpha = 1)
    {
        using var features = new FeatureMatrix(sample.Rows[0].Length);
        foreach (float[] row in sample.Rows)
            row.CopyTo(features.AddRow());
        using var sums = new RidgeStatistics(features.ColumnCount, sample.NumberOfTargets, mergesExactly);
        sums.Add(features, sample.Targets, sample.Weights);
        return Ridge.Solve(sums, new() { Alphas = [alpha] });
    }

    /// <summary>Compares predictions and leave-one-out with the exact ones, relative to the largest.</summary>
    private static RidgeSolution AssertExact(RidgeSample sample, double alpha, bool isScaled, double tolerance)
    {
        RidgeSolution solution = sample.Solve(new() { Alphas = [alpha], ScaleFeatures = isScaled });
        double[] penalties = [.. Enumerable.Range(0, sample.Rows[0].Length)
            .Select(j => alpha * (isScaled ? Variance(sample, j) : 1))];
        ExactRidge exact = ExactRidge.Fit(sample, penalties);
        var model = new NaiveRidge(solution.Coefficients, solution.Intercepts);
        double[] actual = [.. sample.Rows.Select(row => model.Predict(row, 0))];
        RidgeTests.AssertClose([.. sample.Rows.Select(exact.Predict)], actual, tolerance);
        RidgeTests.AssertClose(ExactRidge.LeaveOneOut(sample, penalties), solution.LeaveOneOutPredictions, tolerance);
        return solution;
    }

    /// <summary>
    /// The weighted variance of a feature, from the row of largest weight so that it keeps its digits.
    /// </summary>
    private static double Variance(RidgeSample sample, int feature)
    {
        double[] weights = sample.Weights.Length == 0 ? [.. sample.Rows.Select(_ => 1.0)] : sample.Weights;
        double largest = weights.Max();
        double origin = sample.Rows[Array.IndexOf(weights, largest)][feature];
        double total = weights.Sum(weight => weight / largest);
        double mean = Mean(difference => difference);
        return Mean(difference => (difference - mean) * (difference - mean));

        double Mean(Func<double, double> value)
            => weights.Select((weight, i) => weight / largest * value(sample.Rows[i][feature] - origin)).Sum() / total;
    }
}

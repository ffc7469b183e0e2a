using CsCheck;
using Xunit;

namespace Microsoft.ML.SeqConv.Kernels.Tests.Linear;

public class RidgeTests
{
    private static readonly RidgeSettings Default = new();

    [Theory]
    [InlineData(12, 5, 1, true, true)]
    [InlineData(12, 5, 3, true, false)]
    [InlineData(9, 30, 2, true, true)]
    [InlineData(9, 30, 2, false, true)]
    [InlineData(50, 49, 1, true, true)]
    [InlineData(101, 230, 4, true, true)]
    public void Leave_one_out_is_what_refitting_without_each_example_gives(int n, int p, int targets, bool intercept, bool weighted)
    {
        Problem problem = Problem.Random(n, p, targets, weighted, seed: n + p);
        foreach (GramOrientation orientation in new[] { GramOrientation.Examples, GramOrientation.Features })
        {
            // Scales are those of all examples, so they are taken out: refits without one example would have others.
            var settings = new RidgeSettings { Alphas = [0.7, 30], FitIntercept = intercept, ScaleFeatures = false, Orientation = orientation };
            RidgeSolution solution = problem.Solve(settings);
            double[] weights = problem.Weights.Length == 0 ? [.. Enumerable.Repeat(1.0, n)] : problem.Weights;
            for (int left = 0; left < Math.Min(n, 12); left++)
            {
                int[] kept = [.. Enumerable.Range(0, n).Where(i => i != left)];
                (double[] coefficients, double[] intercepts) = BruteForce(problem, kept, weights, solution.Alpha, intercept);
                for (int target = 0; target < targets; target++)
                {
                    double expected = intercepts[target];
                    for (int j = 0; j < p; j++)
                        expected += coefficients[target * p + j] * problem.Features[left][j];
                    Assert.Equal(expected, solution.LeaveOneOutPredictions[left * targets + target], 2e-4 * (1 + Math.Abs(expected)));
                }
            }
        }
    }

    [Theory]
    [InlineData(12, 5)]
    [InlineData(40, 200)]
    public void Coefficients_are_those_of_the_normal_equations(int n, int p)
    {
        Problem problem = Problem.Random(n, p, 2, weighted: true, seed: 5);
        foreach (GramOrientation orientation in new[] { GramOrientation.Examples, GramOrientation.Features })
        {
            RidgeSolution solution = problem.Solve(new RidgeSettings { Alphas = [2.5], ScaleFeatures = false, Orientation = orientation });
            (double[] coefficients, double[] intercepts) = BruteForce(problem, [.. Enumerable.Range(0, n)], problem.Weights, 2.5, true);
            Assert.Equal(orientation, solution.Orientation);
            for (int i = 0; i < coefficients.Length; i++)
                Assert.Equal(coefficients[i], solution.Coefficients[i], 1e-5);
            for (int i = 0; i < intercepts.Length; i++)
                Assert.Equal(intercepts[i], solution.Intercepts[i], 1e-5);
        }
    }

    // scikit-learn 1.2.1, NumPy 1.24.2: make_pipeline(StandardScaler(with_mean=False), RidgeCV(alphas=np.logspace(-3, 3, 10))).fit(X, y) with
    // X[i, j] = sin(1.3 i + 0.7 j + 0.1 i j) as float32, y[i] = 3 X[i, 0] - 2 X[i, 5] + 0.3 cos(5 i^2), i < 20, j < 30.
    [Fact]
    public void The_penalty_and_the_predictions_are_those_of_scikit_learn()
    {
        const int n = 20;
        const int p = 30;
        float[][] features = [.. Enumerable.Range(0, n).Select(i => Enumerable.Range(0, p).Select(j => (float)Math.Sin(1.3 * i + 0.7 * j + 0.1 * i * j)).ToArray())];
        double[] targets = [.. features.Select((row, i) => 3 * (double)row[0] - 2 * (double)row[5] + 0.3 * Math.Cos(5.0 * i * i))];
        RidgeSolution solution = new Problem(features, targets, []).Solve(Default);
        Assert.Equal(ScikitAlpha, solution.Alpha, 1e-9);
        for (int i = 0; i < 4; i++)
        {
            double prediction = solution.Intercepts[0];
            for (int j = 0; j < p; j++)
                prediction += solution.Coefficients[j] * features[i][j];
            Assert.Equal(ScikitPredictions[i], prediction, 1e-5);
        }
    }

    private const double ScikitAlpha = 0.1;

    private static readonly double[] ScikitPredictions = [0.961668392429713, 4.581830937256313, 0.1812915969752764, -2.9066337743284087];

    [Fact]
    public void A_weight_of_two_is_an_example_twice()
    {
        Problem problem = Problem.Random(15, 40, 1, weighted: false, seed: 2);
        double[] weights = [.. Enumerable.Range(0, 15).Select(i => i % 3 == 0 ? 2.0 : 1.0)];
        RidgeSolution weighted = new Problem(problem.Features, problem.Targets, weights).Solve(new RidgeSettings { Alphas = [1] });
        int[] repeated = [.. Enumerable.Range(0, 15).SelectMany(i => Enumerable.Repeat(i, (int)weights[i]))];
        RidgeSolution twice = new Problem([.. repeated.Select(i => problem.Features[i])], [.. repeated.Select(i => problem.Targets[i])], []).Solve(new RidgeSettings { Alphas = [1] });
        for (int j = 0; j < 40; j++)
            Assert.Equal(twice.Coefficients[j], weighted.Coefficients[j], 1e-5);
        Assert.Equal(twice.Intercepts[0], weighted.Intercepts[0], 1e-5);
    }

    [Fact]
    public void An_example_of_weight_zero_changes_nothing()
    {
        Problem problem = Problem.Random(15, 40, 1, weighted: false, seed: 3);
        double[] weights = [.. Enumerable.Repeat(1.0, 14), 0];
        RidgeSolution with = new Problem(problem.Features, problem.Targets, weights).Solve(Default);
        RidgeSolution without = new Problem(problem.Features[..14], problem.Targets[..14], []).Solve(Default);
        Assert.Equal(without.Alpha, with.Alpha);
        for (int j = 0; j < 40; j++)
            Assert.Equal(without.Coefficients[j], with.Coefficients[j], 1e-6);
    }

    [Fact]
    public void Scaled_features_make_no_difference_to_predictions()
    {
        Gen.Select(Gen.Int[3, 25], Gen.Int[1, 40], Gen.Int[-30, 30], Gen.Int).Sample((n, p, exponent, seed) =>
        {
            Problem problem = Problem.Random(n, p, 1, weighted: false, seed);
            float scale = (float)Math.Pow(10, exponent);
            float[][] scaled = [.. problem.Features.Select(row => row.Select((value, j) => j % 2 == 0 ? value * scale : value).ToArray())];
            RidgeSolution a = problem.Solve(new RidgeSettings { Alphas = [1] });
            RidgeSolution b = new Problem(scaled, problem.Targets, []).Solve(new RidgeSettings { Alphas = [1] });
            return a.LeaveOneOutPredictions.Zip(b.LeaveOneOutPredictions).All(pair => Math.Abs(pair.First - pair.Second) < 1e-3 * (1 + Math.Abs(pair.First)));
        }, iter: 100, threads: 1);
    }

    [Fact]
    public void Any_number_of_threads_gives_the_same_bits()
    {
        foreach (GramOrientation orientation in new[] { GramOrientation.Examples, GramOrientation.Features })
        {
            Problem problem = Problem.Random(130, 170, 3, weighted: true, seed: 4);
            RidgeSolution one = problem.Solve(new RidgeSettings { Threads = 1, Orientation = orientation });
            RidgeSolution many = problem.Solve(new RidgeSettings { Threads = 7, Orientation = orientation });
            Assert.Equal(one.Coefficients, many.Coefficients);
            Assert.Equal(one.LeaveOneOutPredictions, many.LeaveOneOutPredictions);
        }
    }

    [Fact]
    public void Twin_examples_constant_features_and_tiny_penalties_have_a_finite_solution()
    {
        float[][] features = [.. Enumerable.Range(0, 20).Select(i => new[] { 0.1f, i % 5, (i % 5) * 2f, 1e30f, 0 })];
        double[] targets = [.. Enumerable.Range(0, 20).Select(i => (double)(i % 5))];
        foreach (GramOrientation orientation in new[] { GramOrientation.Examples, GramOrientation.Features })
        {
            RidgeSolution solution = new Problem(features, targets, []).Solve(new RidgeSettings { Alphas = [1e-9, 1], Orientation = orientation });
            Assert.All(solution.Coefficients, coefficient => Assert.True(double.IsFinite(coefficient)));
            for (int i = 0; i < 5; i++)
                Assert.Equal(i, solution.LeaveOneOutPredictions[i], 0.2);
        }
    }

    [Fact]
    public void Constant_features_alone_predict_the_mean_of_the_others()
    {
        RidgeSolution solution = new Problem([.. Enumerable.Repeat(new[] { 0.3f }, 4)], [1, 2, 3, 6], []).Solve(Default);
        Assert.Equal([11 / 3.0, 10 / 3.0, 3, 2], solution.LeaveOneOutPredictions, new Close());
        Assert.Equal(3, solution.Intercepts[0], 1e-9);
    }

    [Fact]
    public void Cancelling_ends_the_work_midway()
    {
        Problem problem = Problem.Random(600, 700, 1, weighted: false, seed: 6);
        using var cancellation = new CancellationTokenSource();
        double last = 0;
        var progress = new Listener(done =>
        {
            last = done;
            if (done > 0.4)
                cancellation.Cancel();
        });
        Assert.ThrowsAny<OperationCanceledException>(() => problem.Solve(Default, progress, cancellation.Token));
        Assert.InRange(last, 0.4, 0.7);
    }

    [Fact]
    public void Progress_ascends_to_one()
    {
        var reports = new List<double>();
        Problem.Random(60, 100, 1, weighted: false, seed: 7).Solve(Default, new Listener(reports.Add));
        Assert.Equal(reports.Order(), reports);
        Assert.Equal(1, reports[^1], 1e-9);
    }

    public static TheoryData<string, string> BadInputs => new()
    {
        { "one example", "There are 1 examples; ridge needs at least two." },
        { "NaN feature", "Feature 1 of example 2 is NaN; features must be finite. Replace missing values first." },
        { "infinite feature", "Feature 0 of example 0 is Infinity; features must be finite. Replace missing values first." },
        { "NaN target", "The target of example 1 is NaN; targets must be finite." },
        { "negative weight", "The weight of example 0 is -1; weights must be finite and not negative." },
        { "NaN weight", "The weight of example 2 is NaN; weights must be finite and not negative." },
        { "zero weights", "0 examples have a weight above zero; ridge needs at least two." },
        { "few weights", "There are 2 weights for 3 examples." },
        { "no alphas", "Alphas is empty; ridge needs at least one penalty to choose from." },
        { "zero alpha", "Alphas holds 0; a penalty must be positive and finite." },
        { "NaN alpha", "Alphas holds NaN; a penalty must be positive and finite." },
        { "huge unscaled", "The features are so large that their products overflow. Set ScaleFeatures, or scale them before." },
    };

    [Theory]
    [MemberData(nameof(BadInputs))]
    public void Bad_input_is_told_what_is_wrong_with_it(string what, string message)
    {
        float[][] features = [[1, 2], [3, 4], [5, 7]];
        double[] targets = [1, 2, 4];
        double[] weights = [];
        RidgeSettings settings = Default;
        switch (what)
        {
            case "one example":
                (features, targets) = ([[1, 2]], [1]);
                break;
            case "NaN feature":
                features[2][1] = float.NaN;
                break;
            case "infinite feature":
                features[0][0] = float.PositiveInfinity;
                break;
            case "NaN target":
                targets[1] = double.NaN;
                break;
            case "negative weight":
                weights = [-1, 1, 1];
                break;
            case "NaN weight":
                weights = [1, 1, double.NaN];
                break;
            case "zero weights":
                weights = [0, 0, 0];
                break;
            case "few weights":
                weights = [1, 1];
                break;
            case "no alphas":
                settings = new() { Alphas = [] };
                break;
            case "zero alpha":
                settings = new() { Alphas = [1, 0] };
                break;
            case "NaN alpha":
                settings = new() { Alphas = [double.NaN] };
                break;
            case "huge unscaled":
                features[0][0] = 1e30f;
                settings = new() { ScaleFeatures = false };
                break;
        }

        ArgumentException error = Assert.Throws<ArgumentException>(() => new Problem(features, targets, weights).Solve(settings));
        Assert.StartsWith(message, error.Message);
    }

    private static (double[] Coefficients, double[] Intercepts) BruteForce(Problem problem, int[] kept, double[] weights, double alpha, bool intercept)
    {
        int p = problem.Features[0].Length;
        int targets = problem.NumberOfTargets;
        int size = intercept ? p + 1 : p;
        double Value(int i, int j) => j < p ? problem.Features[i][j] : 1;
        var system = new double[size, size + targets];
        foreach (int i in kept)
        {
            for (int a = 0; a < size; a++)
            {
                for (int b = 0; b < size; b++)
                    system[a, b] += weights[i] * Value(i, a) * Value(i, b);
                for (int target = 0; target < targets; target++)
                    system[a, size + target] += weights[i] * Value(i, a) * problem.Targets[i * targets + target];
            }
        }

        for (int a = 0; a < p; a++)
            system[a, a] += alpha;
        Eliminate(system, size, targets);
        var coefficients = new double[targets * p];
        var intercepts = new double[targets];
        for (int target = 0; target < targets; target++)
        {
            for (int j = 0; j < p; j++)
                coefficients[target * p + j] = system[j, size + target];
            intercepts[target] = intercept ? system[p, size + target] : 0;
        }

        return (coefficients, intercepts);
    }

    private static void Eliminate(double[,] system, int size, int targets)
    {
        for (int column = 0; column < size; column++)
        {
            int pivot = Enumerable.Range(column, size - column).MaxBy(row => Math.Abs(system[row, column]));
            for (int j = 0; j < size + targets; j++)
                (system[column, j], system[pivot, j]) = (system[pivot, j], system[column, j]);
            for (int row = 0; row < size; row++)
            {
                double factor = row == column ? 0 : system[row, column] / system[column, column];
                for (int j = column; j < size + targets && factor != 0; j++)
                    system[row, j] -= factor * system[column, j];
            }
        }

        for (int row = 0; row < size; row++)
        {
            for (int target = 0; target < targets; target++)
                system[row, size + target] /= system[row, row];
        }
    }

    private sealed record Problem(float[][] Features, double[] Targets, double[] Weights)
    {
        public int NumberOfTargets => Targets.Length / Features.Length;

        public static Problem Random(int n, int p, int targets, bool weighted, int seed)
        {
            var random = new Random(seed);
            float[][] features = [.. Enumerable.Range(0, n).Select(_ => Enumerable.Range(0, p).Select(j => (float)(random.NextDouble() - 0.3 + 0.1 * j)).ToArray())];
            double[] y = [.. Enumerable.Range(0, n * targets).Select(i => 3 * features[i / targets][i % targets % p] + random.NextDouble())];
            double[] weights = weighted ? [.. Enumerable.Range(0, n).Select(_ => 0.2 + random.NextDouble())] : [];
            return new Problem(features, y, weights);
        }

        public RidgeSolution Solve(RidgeSettings settings, IProgress<double>? progress = null, CancellationToken cancellation = default)
        {
            using var matrix = new FeatureMatrix(Features[0].Length);
            foreach (float[] row in Features)
                row.CopyTo(matrix.AddRow());
            return Ridge.Solve(matrix, Targets, Weights, settings, progress, cancellation);
        }
    }

    private sealed class Listener(Action<double> listen) : IProgress<double>
    {
        public void Report(double value) => listen(value);
    }

    private sealed class Close : IEqualityComparer<double>
    {
        public bool Equals(double x, double y) => Math.Abs(x - y) < 1e-6;

        public int GetHashCode(double value) => 0;
    }
}

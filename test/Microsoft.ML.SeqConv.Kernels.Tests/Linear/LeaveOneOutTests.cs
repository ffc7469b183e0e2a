using Xunit;

namespace Microsoft.ML.SeqConv.Kernels.Tests.Linear;

/// <summary>
/// Leave-one-out predictions beside fits without the example, in exact arithmetic. Features are sixteenths, the weights
/// of 8 and 16 rows sum to 8 and 16, and their roots are powers of two: features that are centred and weighted are then
/// exact in single precision. Others are rounded to it, which moves predictions by some 1e-8.
/// </summary>
public class LeaveOneOutTests
{
    private const double Tolerance = 1e-9;      // relative to the largest target

    private static readonly double[] Alphas = [1e-3, 1, 1e3];

    /// <summary>Kinds of data, by rows, columns and orientation.</summary>
    public static TheoryData<string, int, int, string> Cases
    {
        get
        {
            var all = new TheoryData<string, int, int, string>();
            foreach (string kind in new[]
                { "ordinary", "duplicated", "weighted", "one row a class", "constant features" })
            {
                foreach ((int rows, int columns) in new[] { (16, 5), (8, 20) })
                {
                    all.Add(kind, rows, columns, nameof(GramOrientation.Examples));
                    all.Add(kind, rows, columns, nameof(GramOrientation.Features));
                }
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Predictions_are_those_of_fits_without_the_example(
        string kind, int rows, int columns, string orientation)
    {
        RidgeSample sample = Sample(kind, rows, columns);
        double scale = sample.Targets.Max(Math.Abs);
        foreach (double alpha in Alphas)
        {
            double[] actual = sample.Solve(new()
            {
                Alphas = [alpha],
                ScaleFeatures = false,
                Orientation = Enum.Parse<GramOrientation>(orientation),
            }).LeaveOneOutPredictions;
            double[] expected =
                ExactRidge.LeaveOneOut(sample, [.. Enumerable.Repeat(alpha, columns)]);
            for (int i = 0; i < rows; i++)
                Assert.Equal(expected[i], actual[i], Tolerance * scale);
        }
    }

    // A variant that centres features and penalises a column of ones correlates by .998, and by -.13 when it is fitted
    // again.
    [Fact]
    public void Predictions_of_random_labels_do_not_know_them()
    {
        const int fits = 40;
        const int rows = 30;
        double sum = 0;
        foreach (int seed in Enumerable.Range(1, fits))
        {
            RidgeSample sample = Sample("ordinary", rows, 300, seed);
            double[] predictions = sample.Solve(new()).LeaveOneOutPredictions;
            double correlation = Correlation(predictions, sample.Targets);
            Assert.InRange(correlation, -1, 0.5);
            sum += correlation;
        }

        Assert.InRange(sum / fits, -1, 2 / Math.Sqrt(rows * fits));
    }

    private static RidgeSample Sample(string kind, int rows, int columns, int seed = 1)
    {
        var random = new SeededRandom((ulong)seed);
        float[][] features = [.. Enumerable.Range(0, rows).Select(
            _ => Enumerable.Range(0, columns).Select(_ => MathF.Round((float)(16 + 16 * random.NextNormal())) / 16)
                .ToArray())];
        double[] targets = [.. Enumerable.Range(0, rows).Select(i => random.NextDouble() < 0.5 ? -1.0 : 1)];
        double[] weights = [];
        switch (kind)
        {
            case "duplicated":
                for (int i = 1; i < rows; i += 2)
                    features[i] = features[i - 1];
                break;
            case "weighted":
                double[] of8 = [0.25, 4, 1, 0.25, 0.25, 1, 0.25, 1];
                weights = [.. Enumerable.Range(0, rows).Select(i => of8[i % 8])];
                break;
            case "one row a class":
                targets = [.. Enumerable.Range(0, rows).Select(i => i == 3 ? 1.0 : -1)];
                break;
            case "constant features":
                foreach (float[] row in features)
                    (row[0], row[columns / 2]) = (3, 0);
                break;
        }

        return new(features, targets, weights);
    }

    private static double Correlation(double[] left, double[] right)
    {
        double meanLeft = left.Average();
        double meanRight = right.Average();
        double product = left.Zip(right, (a, b) => (a - meanLeft) * (b - meanRight)).Sum();
        return product / Math.Sqrt(left.Sum(a => (a - meanLeft) * (a - meanLeft))
            * right.Sum(b => (b - meanRight) * (b - meanRight)));
    }
}

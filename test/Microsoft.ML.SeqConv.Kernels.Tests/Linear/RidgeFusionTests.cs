using CsCheck;
using Xunit;

namespace Microsoft.ML.SeqConv.Kernels.Tests.Linear;

public class RidgeFusionTests
{
    [Theory]
    [InlineData(0.05, false)]
    [InlineData(0.3, true)]
    [InlineData(3, false)]
    public void The_temperature_has_the_least_loss_of_a_dense_grid(double spread, bool isWeighted)
    {
        const int n = 120;
        const int classes = 4;
        (double[] decisions, int[] labels) = Draw(n, classes, spread, seed: 1);
        double[] weights = isWeighted ? [.. Enumerable.Range(0, n).Select(i => 0.5 + i % 3)] : [];
        double fitted = Temperature(decisions, labels, weights, classes);
        double least = Loss(decisions, labels, weights, classes, fitted);
        for (double t = -2; t <= 5; t += 0.001)
            Assert.True(least <= Loss(decisions, labels, weights, classes, Math.Exp(-t)) + 1e-12);
    }

    [Fact]
    public void Temperatures_stay_within_their_range()
    {
        // Separated without error by a hair, and decisions against the labels.
        double[] hair = [1e-9, -1e-9, -1e-9, 1e-9];
        Assert.Equal(-5, Math.Log(Temperature(hair, [0, 1], [], 2)), 1e-9);
        Assert.Equal(2, Math.Log(Temperature(hair, [1, 0], [], 2)), 1e-9);
    }

    [Fact]
    public void The_temperature_of_scaled_decisions_is_scaled()
    {
        (double[] decisions, int[] labels) = Draw(90, 3, 0.5, seed: 2);
        double temperature = Temperature(decisions, labels, [], 3);
        foreach (double scale in (double[])[0.5, 1.5, 3])
            Assert.Equal(scale * temperature,
                Temperature([.. decisions.Select(value => scale * value)], labels, [], 3), 1e-9);
    }

    [Fact]
    public void An_example_of_weight_two_counts_as_two()
    {
        (double[] decisions, int[] labels) = Draw(30, 3, 0.5, seed: 3);
        double[] weights = [.. Enumerable.Range(0, 30).Select(i => 1.0 + i % 2)];
        int[] repeated = [.. Enumerable.Range(0, 30).SelectMany(i => Enumerable.Repeat(i, 1 + i % 2))];
        Assert.Equal(Temperature(decisions, labels, weights, 3),
            Temperature([.. repeated.SelectMany(i => decisions.Skip(3 * i).Take(3))],
                [.. repeated.Select(i => labels[i])], [], 3), 1e-9);
        Assert.Equal(HeldOutScores.LogLoss(decisions, labels, weights, 0.7),
            HeldOutScores.LogLoss([.. repeated.SelectMany(i => decisions.Skip(3 * i).Take(3))],
                [.. repeated.Select(i => labels[i])], [], 0.7), 1e-12);
    }

    [Fact]
    public void Smoothed_targets_of_an_example_sum_to_one()
    {
        TargetSmoothing smoothing = TargetSmoothing.Of(40, 3);
        Assert.Equal((1 + 0.1 / 40) / (1 + 0.3 / 40), smoothing.Of(1, 1), 1e-15);
        Assert.Equal(0.1 / 40 / (1 + 0.3 / 40), smoothing.Of(1, 2), 1e-15);
        Assert.Equal(1, Enumerable.Range(0, 3).Sum(k => smoothing.Of(1, k)), 1e-15);
        TargetSmoothing weighted = TargetSmoothing.Of(2, [10, 30], 3);
        Assert.Equal(smoothing.Of(0, 0), weighted.Of(0, 0));
    }

    [Fact]
    public void Weights_are_powers_that_sum_to_one()
    {
        double[] weights = RidgeFusion.WeightsOfAccuracies([0.9, 0.6, 0]);
        Assert.Equal(1, weights.Sum(), 1e-15);
        Assert.Equal(Math.Pow(0.9 / 0.6, 8), weights[0] / weights[1], 1e-9);
        Assert.Equal(0, weights[2]);
        Assert.Equal([0.5, 0.5], RidgeFusion.WeightsOfAccuracies([0, 0]));

        double[] ofErrors = RidgeFusion.WeightsOfErrors([2, 1]);
        Assert.Equal(1.0 / 17, ofErrors[0], 1e-15);
        Assert.Equal(ofErrors, RidgeFusion.WeightsOfErrors([2e-200, 1e-200]));
        Assert.Equal([0, 0.5, 0.5], RidgeFusion.WeightsOfErrors([1, 0, 0]));
        Assert.Equal([0.5, 0.5], RidgeFusion.WeightsOfErrors([0, 0]));
    }

    [Fact]
    public void The_fused_model_is_the_sum_of_the_blocks()
    {
        RidgeSample[] blocks = [RidgeSample.Draw(1, 20, 5), RidgeSample.Draw(2, 20, 30), RidgeSample.Draw(3, 20, 1)];
        RidgeSolution[] solutions = [.. blocks.Select(block => block.Solve())];
        double[] factors = [0.3, 2.5, 0.01];
        double[] offsets = [0.5, -1];
        LinearModel fused = RidgeFusion.Join(solutions, factors, offsets);
        Assert.Equal(36, fused.NumberOfFeatures);
        var actual = new double[2];
        var own = new double[2];
        for (int i = 0; i < 20; i++)
        {
            fused.Score([.. blocks.SelectMany(block => block.Rows[i])], actual);
            double[] expected = [.. offsets];
            for (int b = 0; b < blocks.Length; b++)
            {
                LinearModel.From(solutions[b]).Score(blocks[b].Rows[i], own);
                for (int t = 0; t < 2; t++)
                    expected[t] += factors[b] * own[t];
            }

            Assert.Equal(expected[0], actual[0], 1e-5);
            Assert.Equal(expected[1], actual[1], 1e-5);
        }
    }

    // Each block's decisions are exactly those of a fit without the example, so that their sum is too.
    [Fact]
    public void Fused_decisions_of_leave_one_out_are_those_of_fits_without_the_example()
    {
        RidgeSample[] blocks = [RidgeSample.Draw(1, 12, 4), RidgeSample.Draw(2, 12, 20)];
        blocks[1] = blocks[1] with { Targets = blocks[0].Targets, Weights = blocks[0].Weights };
        var settings = new RidgeSettings { Alphas = [2], ScaleFeatures = false };
        double[] factors = [0.7, 1.3];
        double[] fused = RidgeFusion.Sum(
            [.. blocks.Select(block => block.Solve(settings).LeaveOneOutPredictions)], factors);
        for (int i = 0; i < 12; i++)
        {
            for (int t = 0; t < 2; t++)
            {
                double expected = 0;
                for (int b = 0; b < blocks.Length; b++)
                {
                    NaiveRidge without = NaiveRidge.Fit(
                        blocks[b].Take(Enumerable.Range(0, 12).Where(j => j != i)), 2, intercept: true);
                    expected += factors[b] * without.Predict(blocks[b].Rows[i], t);
                }

                Assert.Equal(expected, fused[2 * i + t], 1e-4);
            }
        }
    }

    [Fact]
    public void A_block_whose_features_are_scaled_gives_the_same_decisions()
    {
        RidgeSample sample = RidgeSample.Draw(4, 25, 8);
        RidgeSample scaled = sample.WithRows((value, j) => value * (j % 2 == 0 ? 64 : 0.25f));
        double[] decisions = sample.Solve().LeaveOneOutPredictions;
        double[] ofScaled = scaled.Solve().LeaveOneOutPredictions;
        for (int i = 0; i < decisions.Length; i++)
            Assert.Equal(decisions[i], ofScaled[i], 1e-4);
    }

    [Fact]
    public void Mixed_probabilities_are_the_weighted_mean()
    {
        Gen.Double[-20, 20].Array[6].Select(Gen.Double[-20, 20].Array[6]).Sample((first, second) =>
        {
            double[] weights = [0.75, 0.25];
            double[] mixed = ProbabilityMixture.Mix([first, second], weights, 3);
            for (int row = 0; row < 2; row++)
            {
                for (int k = 0; k < 3; k++)
                {
                    double expected = weights[0] * Softmax(first, row, k) + weights[1] * Softmax(second, row, k);
                    Assert.Equal(expected, Math.Exp(mixed[3 * row + k]), 1e-12);
                }
            }
        }, iter: 200, threads: 1);

        static double Softmax(double[] values, int row, int k)
            => 1 / Enumerable.Range(0, 3).Sum(j => Math.Exp(values[3 * row + j] - values[3 * row + k]));
    }

    [Fact]
    public void Mixed_log_odds_are_those_of_the_pair_and_finite_far_out()
    {
        double[] weights = [0.4, 0.6];
        double[] first = [0.3, -2, 1e6, -1e6];
        double[] second = [1, 0.1, 1e6, -1e6];
        double[] single = ProbabilityMixture.Mix([first, second], weights, 1);
        double[] pairs = ProbabilityMixture.Mix(
            [RidgeFusion.AsPairs(first), RidgeFusion.AsPairs(second)], weights, 2);
        for (int i = 0; i < single.Length; i++)
            Assert.Equal(pairs[2 * i + 1] - pairs[2 * i], single[i], 1e-12);
        Assert.Equal(-Math.Log(ProbabilityMixture.MinProbability), single[2], 1e-9);
        Assert.Equal(-single[2], single[3], 1e-9);
    }

    [Fact]
    public void A_mixture_scores_a_row_as_it_mixes_many()
    {
        RidgeSample[] blocks = [RidgeSample.Draw(1, 9, 5, targets: 200), RidgeSample.Draw(2, 9, 3, targets: 200)];
        LinearModel[] models = [.. blocks.Select(block => LinearModel.From(block.Solve()))];
        var mixture = new ProbabilityMixture(
            models, [0.5, 0.5], 2, [.. Enumerable.Range(0, 200).Select(t => t / 100.0)]);
        Assert.Equal(8, mixture.NumberOfFeatures);
        var actual = new double[200];
        for (int i = 0; i < 9; i++)
        {
            double[][] own = [.. blocks.Select((block, b) =>
            {
                var decisions = new double[200];
                models[b].Score(block.Rows[i], decisions);
                return decisions;
            })];
            double[] expected = ProbabilityMixture.Mix(own, [0.5, 0.5], 200);
            mixture.Score([.. blocks[0].Rows[i], .. blocks[1].Rows[i]], actual);
            for (int t = 0; t < 200; t++)
                Assert.Equal(2 * expected[t] + t / 100.0, actual[t], 1e-12);
        }

        Assert.Throws<ArgumentException>(() => new ProbabilityMixture(models, [1], 1, new double[200]));
        Assert.Throws<ArgumentException>(() => new ProbabilityMixture(models, [0.5, double.NaN], 1, new double[200]));
    }

    private static double Temperature(double[] decisions, int[] labels, double[] weights, int classes)
        => RidgeFusion.Temperature(
            decisions, labels, weights, TargetSmoothing.Of(labels.Length, weights, classes));

    private static (double[] Decisions, int[] Labels) Draw(int n, int classes, double spread, int seed)
    {
        var random = new Random(seed);
        int[] labels = [.. Enumerable.Range(0, n).Select(i => i % classes)];
        double[] decisions = [.. Enumerable.Range(0, n * classes).Select(i => spread
            * ((labels[i / classes] == i % classes ? 0.3 : -0.5) + 1.2 * random.NextDouble()))];
        return (decisions, labels);
    }

    // The loss as RidgeFusion states it, term by term.
    private static double Loss(double[] decisions, int[] labels, double[] weights, int classes, double temperature)
    {
        double total = weights.Length == 0 ? labels.Length : weights.Sum();
        double loss = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            double[] row = [.. decisions.Skip(i * classes).Take(classes)];
            double log = Math.Log(row.Sum(value => Math.Exp((value - row.Max()) / temperature)));
            for (int k = 0; k < classes; k++)
            {
                double target = ((k == labels[i] ? 1 : 0) + 0.1 / total) / (1 + 0.1 * classes / total);
                loss -= (weights.Length == 0 ? 1 : weights[i]) / total * target
                    * ((row[k] - row.Max()) / temperature - log);
            }
        }

        return loss;
    }
}

using CsCheck;
using Xunit;

namespace Microsoft.ML.SeqConv.Kernels.Tests.Linear;

public class CalibrationTests
{
    [Fact]
    public void Decisions_beyond_the_range_of_squares_are_scaled_first()
    {
        double[] decisions = [.. Enumerable.Range(0, 40).Select(i => (i % 2 == 0 ? 1e200 : -1e200) * (1 + i * 1e-3))];
        bool[] labels = [.. Enumerable.Range(0, 40).Select(i => i % 4 < 2)];
        PlattScaling large = PlattScaling.Fit(decisions, labels, []);
        PlattScaling small = PlattScaling.Fit([.. decisions.Select(decision => decision * 1e-200)], labels, []);
        Assert.True(large.Slope < 0);
        Assert.Equal(1, large.Slope * 1e200 / small.Slope, 1e-6);
        Assert.Equal(small.Offset, large.Offset, 1e-6);
    }

    [Fact]
    public void The_temperature_has_the_least_loss_of_a_grid()
    {
        const int n = 300;
        const int classes = 4;
        var random = new Random(1);
        int[] labels = [.. Enumerable.Range(0, n).Select(i => i % classes)];
        double[] decisions = [.. Enumerable.Range(0, n * classes)
            .Select(i => (labels[i / classes] == i % classes ? 0.3 : -0.5) + 0.6 * random.NextDouble())];
        double temperature = SoftmaxTemperature.Fit(decisions, labels, [], TargetSmoothing.Of(n, classes));
        double best = Loss(decisions, labels, classes, temperature);
        for (double factor = 0.5; factor < 2; factor *= 1.01)
            Assert.True(best <= Loss(decisions, labels, classes, temperature * factor) + 1e-9);
        Assert.InRange(temperature, 0.01, 10);
    }

    [Fact]
    public void Classes_distinguished_without_error_give_a_finite_temperature()
    {
        double temperature = SoftmaxTemperature.Fit(
            [1, -1, -1, 1, 1, -1, -1, 1], [0, 1, 0, 1], [], TargetSmoothing.Of(4, 2));
        Assert.InRange(temperature, 0.1, 10);
    }

    [Fact]
    public void Probabilities_sum_to_one_and_keep_the_order()
    {
        Gen.Double[-1e3, 1e3].Array[2, 20].Select(Gen.Double[1e-3, 1e3]).Sample((decisions, temperature) =>
        {
            var probabilities = new float[decisions.Length];
            SoftmaxTemperature.Apply(decisions, temperature, probabilities);
            int best = Array.IndexOf(decisions, decisions.Max());
            return Math.Abs(probabilities.Sum() - 1) < 1e-5 && probabilities[best] == probabilities.Max();
        }, iter: 500, threads: 1);
    }

    [Fact]
    public void Platt_scaling_recovers_the_probabilities_that_made_the_labels()
    {
        const int n = 20_000;
        var random = new SeededRandom(3);
        var decisions = new double[n];
        var labels = new bool[n];
        for (int i = 0; i < n; i++)
        {
            decisions[i] = random.NextNormal();
            labels[i] = random.NextDouble() < 1 / (1 + Math.Exp(-2 * decisions[i] + 0.5));
        }

        PlattScaling scaling = PlattScaling.Fit(decisions, labels, []);
        Assert.Equal(-2, scaling.Slope, 0.1);
        Assert.Equal(0.5, scaling.Offset, 0.1);
    }

    [Fact]
    public void Platt_scaling_of_separable_or_single_class_decisions_is_finite()
    {
        PlattScaling separable = PlattScaling.Fit([-1, -1, 1, 1], [false, false, true, true], []);
        Assert.InRange(separable.Probability(1), 0.6, 0.95);
        PlattScaling single = PlattScaling.Fit([1, 2, 3], [true, true, true], []);
        Assert.InRange(single.Probability(2), 0.6, 1);
    }

    private static double Loss(double[] decisions, int[] labels, int classes, double temperature)
    {
        // The same smoothed targets as the fit.
        var probabilities = new float[classes];
        double loss = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            SoftmaxTemperature.Apply(decisions.AsSpan(i * classes, classes), temperature, probabilities);
            double share = 0.1 / labels.Length;
            for (int k = 0; k < classes; k++)
                loss -= (k == labels[i] ? 1 + share : share) / (1 + classes * share) * Math.Log(
                    Math.Max(1e-30, probabilities[k]));
        }

        return loss;
    }
}

using CsCheck;
using Xunit;

namespace Microsoft.ML.SeqConv.Kernels.Tests.Linear;

/// <summary>Leave-one-out decisions beside those of new rows.</summary>
public class LeaveOneOutShiftTests
{
    // The mean prediction of a ridge with an intercept is the mean target, over the examples that it was fitted on.
    [Fact]
    public void The_shift_is_the_mean_target_of_all_less_that_of_the_others()
        => Gen.Select(Gen.Int[0, 2].Array[2, 12], Gen.Double[0.1, 3].Array[12], Gen.Bool).Sample(
            (labels, all, isWeighted) =>
            {
                double[] weights = isWeighted ? all[..labels.Length] : [];
                double[] shifted = LeaveOneOutShift.Add(
                    new double[labels.Length * 3], TargetsOf(labels, 3), weights, 3);
                for (int i = 0; i < labels.Length; i++)
                {
                    for (int k = 0; k < 3; k++)
                        Assert.Equal(Mean(labels, weights, k, _ => true) - Mean(labels, weights, k, j => j != i),
                            shifted[i * 3 + k], 1e-9);
                }
            });

    [Fact]
    public void An_example_of_all_the_weight_is_left_as_it_is()
        => Assert.Equal([0.5, -0.5], LeaveOneOutShift.Add(
            [0.5, -0.5, 1, -1], TargetsOf([0, 1], 2), [1, 0], 2)[..2]);

    private static double[] TargetsOf(int[] labels, int classes)
        => [.. Enumerable.Range(0, labels.Length * classes).Select(k => labels[k / classes] == k % classes ? 1.0 : -1)];

    private static double Mean(int[] labels, double[] weights, int k, Func<int, bool> isIn)
    {
        int[] rows = [.. Enumerable.Range(0, labels.Length).Where(isIn)];
        double total = rows.Sum(i => weights.Length == 0 ? 1 : weights[i]);
        return rows.Sum(i => (weights.Length == 0 ? 1 : weights[i]) * (labels[i] == k ? 1.0 : -1)) / total;
    }
}

using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>Chooses how many features are kept.</summary>
internal static class PruningChoice
{
    private const double Rounding = 1e-9;

    // Of many or easy rows every growth of the squared error is measurable: a small one is no warning.
    private const double GrowthThatMatters = 0.1;

    /// <summary>The fewest features before the first measurable loss: an index into the curve.</summary>
    /// <param name="curve">From all features down to one.</param>
    /// <param name="allowed">
    /// Accuracy that may be lost, or the share by which the root mean squared error may grow.
    /// </param>
    public static int WithinLoss(IReadOnlyList<DetachmentPoint> curve, double allowed)
    {
        int chosen = 0;
        while (chosen + 1 < curve.Count && IsWithin(curve[0], curve[chosen + 1], allowed))
            chosen++;
        return chosen;
    }

    /// <summary>
    /// The most features that a budget allows: an index into the curve, or its length where it does not even allow one.
    /// Less features cost less.
    /// </summary>
    public static int WithinBudget(int sizes, Func<int, bool> allows)
    {
        (int low, int high) = (0, sizes);
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (allows(middle))
                high = middle;
            else
                low = middle + 1;
        }

        return low;
    }

    private static bool IsWithin(DetachmentPoint full, DetachmentPoint point, double allowed)
    {
        if (double.IsNaN(full.Accuracy))
            return point.MeanSquaredError - full.MeanSquaredError * (1 + allowed) * (1 + allowed)
                <= point.SquaredErrorGrowthError + Rounding * full.MeanSquaredError;
        double growth = point.MeanSquaredError - full.MeanSquaredError;
        return full.Accuracy - point.Accuracy <= allowed + point.AccuracyLossError + Rounding
            && (allowed > 0 || growth
                <= Math.Max(2 * point.SquaredErrorGrowthError, GrowthThatMatters * full.MeanSquaredError) + Rounding);
    }
}

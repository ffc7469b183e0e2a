namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Leave-one-out decisions beside those of new rows. To leave an example out moves the mean of the targets away from
/// its own, by weight (target - mean) / (total weight - weight), and with an intercept all decisions on average by as
/// much: with ten examples a class that is a tenth of the spread between classes. The model that new rows are scored
/// with has all examples. Jackknife+ (Barber, Candès, Ramdas and Tibshirani 2021, arXiv:1905.02928) compares both with
/// the model that lacks the example; adding the shift to the leave-one-out decisions is the part of it that is the same
/// for all new rows.
/// </summary>
internal static class LeaveOneOutShift
{
    /// <summary>Adds the shift to leave-one-out predictions.</summary>
    /// <param name="predictions">[example, target], row-major; all examples of the fit.</param>
    /// <param name="targets">[example, target].</param>
    /// <param name="weights">[example], those of the fit, or empty.</param>
    /// <param name="numberOfTargets">At least 1.</param>
    /// <returns>[example, target].</returns>
    public static double[] Add(
        double[] predictions, ReadOnlySpan<double> targets, ReadOnlySpan<double> weights, int numberOfTargets)
    {
        var sums = new double[numberOfTargets];
        double total = 0;
        for (int i = 0; i < targets.Length / numberOfTargets; i++)
        {
            double weight = weights.IsEmpty ? 1 : weights[i];
            total += weight;
            for (int t = 0; t < numberOfTargets; t++)
                sums[t] += weight * targets[i * numberOfTargets + t];
        }

        double[] shifted = [.. predictions];
        for (int k = 0; k < shifted.Length; k++)
        {
            double weight = weights.IsEmpty ? 1 : weights[k / numberOfTargets];
            if (weight < total)
                shifted[k] += weight * (targets[k] - sums[k % numberOfTargets] / total) / (total - weight);
        }

        return shifted;
    }
}

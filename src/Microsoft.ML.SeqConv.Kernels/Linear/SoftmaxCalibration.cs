namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// How decision values become probabilities: the softmax of them, each plus the offset of its class, at a temperature.
/// Offsets are zero where held-out decisions say something of the classes. Where they do not, the temperature is the
/// highest one and the offsets are its multiples of the logarithms of the classes' shares, so that probabilities are
/// close to those shares for every row.
/// </summary>
/// <param name="Temperature">What decision values are divided by.</param>
/// <param name="Offsets">[class].</param>
internal sealed record SoftmaxCalibration(double Temperature, double[] Offsets)
{
    private const double MinShare = 1e-9;         // of a class without examples

    /// <summary>
    /// Chooses between a temperature and the shares of the classes. The choice does not depend on what decisions are
    /// multiplied by, as long as their best temperature is from 0.001 to 1,000.
    /// </summary>
    /// <param name="decisions">[example, class], row-major, made without the example they are for.</param>
    /// <param name="labels">[example]: class numbers from 0.</param>
    /// <param name="weights">[example], or empty.</param>
    /// <param name="numberOfClasses">Classes, at least 2.</param>
    /// <param name="temperature">
    /// The temperature where decisions say something; <see langword="null"/>: that of least log loss.
    /// </param>
    public static SoftmaxCalibration Choose(
        ReadOnlySpan<double> decisions, ReadOnlySpan<int> labels, ReadOnlySpan<double> weights, int numberOfClasses,
        double? temperature = null)
    {
        TargetSmoothing smoothing = TargetSmoothing.Of(labels.Length, weights, numberOfClasses);
        double best = SoftmaxTemperature.Fit(decisions, labels, weights, smoothing);
        if (!SoftmaxTemperature.SaysNothing(decisions, labels, weights, smoothing, best))
            return new(temperature ?? best, new double[numberOfClasses]);
        const double highest = SoftmaxTemperature.MaxTemperature;
        return new(highest, Array.ConvertAll(Shares(labels, weights, numberOfClasses),
            share => highest * Math.Log(Math.Max(share, MinShare))));
    }

    /// <summary>Adds the offsets to decision values.</summary>
    /// <param name="decisions">[example, class], row-major.</param>
    public double[] AddOffsets(double[] decisions)
        => [.. decisions.Select((decision, i) => decision + Offsets[i % Offsets.Length])];

    private static double[] Shares(ReadOnlySpan<int> labels, ReadOnlySpan<double> weights, int numberOfClasses)
    {
        double[] sums = new double[numberOfClasses];
        for (int i = 0; i < labels.Length; i++)
            sums[labels[i]] += weights.IsEmpty ? 1 : weights[i];
        double total = sums.Sum();
        return Array.ConvertAll(sums, sum => sum / total);
    }
}

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// The temperature at which <c>softmax(decision / temperature)</c> of held-out decision values has the least log loss
/// (Guo et al. 2017, arXiv:1706.04599). The loss is convex in the inverse temperature, whose optimum is found by
/// bisection of the derivative. Targets are smoothed (<see cref="TargetSmoothing"/>), so that classes that are
/// separated without error still give a finite temperature. It is fitted on a log scale and so is positive: softmax
/// keeps the order of the decision values.
/// </summary>
internal static class SoftmaxTemperature
{
    /// <summary>The highest temperature.</summary>
    public const double MaxTemperature = 1e3;

    private const double Least = 1e-3;

    /// <summary>Fits the temperature, from 0.001 to 1,000.</summary>
    /// <param name="decisions">[example, class], row-major, made without the example they are for.</param>
    /// <param name="labels">[example]: class numbers from 0.</param>
    /// <param name="weights">
    /// [example], or empty. An example of weight 2 counts as two, one of weight 0 as none.
    /// </param>
    /// <param name="smoothing">What examples count as.</param>
    public static double Fit(ReadOnlySpan<double> decisions, ReadOnlySpan<int> labels, ReadOnlySpan<double> weights,
        TargetSmoothing smoothing)
        => Fit(decisions, labels, weights, smoothing, Math.Log(1 / MaxTemperature), Math.Log(1 / Least));

    /// <summary>Fits the temperature.</summary>
    /// <param name="decisions">[example, class], row-major, made without the example they are for.</param>
    /// <param name="labels">[example]: class numbers from 0.</param>
    /// <param name="weights">
    /// [example], or empty. An example of weight 2 counts as two, one of weight 0 as none.
    /// </param>
    /// <param name="smoothing">What examples count as.</param>
    /// <param name="low">The logarithm of the least inverse temperature.</param>
    /// <param name="high">The logarithm of the largest inverse temperature.</param>
    public static double Fit(
        ReadOnlySpan<double> decisions, ReadOnlySpan<int> labels, ReadOnlySpan<double> weights,
        TargetSmoothing smoothing, double low, double high)
    {
        if (decisions.Length != (long)labels.Length * smoothing.NumberOfClasses)
            throw new ArgumentException($"There are {decisions.Length} decision values for {labels.Length} examples of "
                + $"{smoothing.NumberOfClasses} classes.", nameof(decisions));
        for (int i = 0; i < 60; i++)
        {
            double middle = (low + high) / 2;
            if (Derivative(decisions, labels, weights, smoothing, Math.Exp(middle)) > 0)
                high = middle;
            else
                low = middle;
        }

        return Math.Exp(-(low + high) / 2);
    }

    /// <summary>
    /// Whether held-out decision values say nothing of the classes: softmax at their best temperature has no less log
    /// loss than the best probabilities that are the same for all examples.
    /// </summary>
    /// <param name="decisions">[example, class], row-major, made without the example they are for.</param>
    /// <param name="labels">[example]: class numbers from 0.</param>
    /// <param name="weights">
    /// [example], or empty. An example of weight 2 counts as two, one of weight 0 as none.
    /// </param>
    /// <param name="smoothing">What examples count as.</param>
    /// <param name="temperature">The fitted temperature.</param>
    public static bool SaysNothing(
        ReadOnlySpan<double> decisions, ReadOnlySpan<int> labels, ReadOnlySpan<double> weights,
        TargetSmoothing smoothing, double temperature)
    {
        int numberOfClasses = smoothing.NumberOfClasses;
        double[] shares = new double[numberOfClasses];
        double loss = 0;
        double total = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            ReadOnlySpan<double> row = decisions.Slice(i * numberOfClasses, numberOfClasses);
            double weight = weights.IsEmpty ? 1 : weights[i];
            double max = Max(row);
            double sum = 0;
            foreach (double decision in row)
                sum += Math.Exp((decision - max) / temperature);
            for (int k = 0; k < numberOfClasses; k++)
            {
                double target = smoothing.Of(labels[i], k);
                loss -= weight * target * ((row[k] - max) / temperature - Math.Log(sum));
                shares[k] += weight * target;
            }

            total += weight;
        }

        double lossOfShares = 0;
        foreach (double share in shares)
            lossOfShares -= share * Math.Log(share / total);
        return !(loss < lossOfShares);
    }

    /// <summary>Computes softmax(decision / temperature).</summary>
    /// <param name="decisions">[class].</param>
    /// <param name="temperature">Above zero.</param>
    /// <param name="probabilities">[class], to be filled; they sum to one.</param>
    public static void Apply(ReadOnlySpan<double> decisions, double temperature, Span<float> probabilities)
    {
        double max = Max(decisions);
        double sum = 0;
        foreach (double decision in decisions)
            sum += Math.Exp((decision - max) / temperature);
        for (int i = 0; i < decisions.Length; i++)
            probabilities[i] = (float)(Math.Exp((decisions[i] - max) / temperature) / sum);
    }

    /// <summary>The largest of some values.</summary>
    public static double Max(ReadOnlySpan<double> values)
    {
        double max = double.NegativeInfinity;
        foreach (double value in values)
            max = Math.Max(max, value);
        return max;
    }

    // d loss / d inverse temperature = sum over examples and classes of weight (probability - target) decision.
    private static double Derivative(ReadOnlySpan<double> decisions, ReadOnlySpan<int> labels,
        ReadOnlySpan<double> weights, TargetSmoothing smoothing, double inverse)
    {
        int classes = smoothing.NumberOfClasses;
        double derivative = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            ReadOnlySpan<double> row = decisions.Slice(i * classes, classes);
            double max = Max(row);
            double sum = 0;
            foreach (double decision in row)
                sum += Math.Exp((decision - max) * inverse);

            double weight = weights.IsEmpty ? 1 : weights[i];
            for (int k = 0; k < classes; k++)
            {
                double target = smoothing.Of(labels[i], k);
                derivative += weight * (Math.Exp((row[k] - max) * inverse) / sum - target) * row[k];
            }
        }

        return derivative;
    }
}

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// The temperature at which <c>softmax(decision / temperature)</c> of held-out decision values has the least log loss (Guo et al. 2017, arXiv:1706.04599). The
/// loss is convex in the inverse temperature, whose optimum is found by bisection of the derivative. As in Platt scaling, an example of a class with m
/// examples counts as (m + 1) / (m + K) of its class and 1 / (m + K) of each other, so that classes that are told apart without error still give a
/// finite temperature. It is fitted on a log scale and so is positive: softmax keeps the order of the decision values.
/// </summary>
public static class SoftmaxTemperature
{
    private const double Least = 1e-3;
    private const double Most = 1e3;

    /// <summary>Fits the temperature, from 0.001 to 1,000.</summary>
    /// <param name="decisions">[example, class], row-major, made without the example they are for.</param>
    /// <param name="labels">[example]: class numbers from 0.</param>
    /// <param name="weights">[example], or empty. An example of weight 2 counts as two, one of weight 0 as none.</param>
    /// <param name="numberOfClasses">Classes, at least 2.</param>
    public static double Fit(ReadOnlySpan<double> decisions, ReadOnlySpan<int> labels, ReadOnlySpan<double> weights, int numberOfClasses)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(numberOfClasses, 2);
        if (decisions.Length != (long)labels.Length * numberOfClasses)
            throw new ArgumentException($"There are {decisions.Length} decision values for {labels.Length} examples of {numberOfClasses} classes.", nameof(decisions));
        double[] counts = new double[numberOfClasses];
        for (int i = 0; i < labels.Length; i++)
            counts[labels[i]] += weights.IsEmpty ? 1 : weights[i];

        double low = Math.Log(1 / Most);
        double high = Math.Log(1 / Least);
        for (int i = 0; i < 60; i++)
        {
            double middle = (low + high) / 2;
            if (Derivative(decisions, labels, weights, counts, Math.Exp(middle)) > 0)
                high = middle;
            else
                low = middle;
        }

        return Math.Exp(-(low + high) / 2);
    }

    /// <summary>Computes softmax(decision / temperature).</summary>
    /// <param name="decisions">[class].</param>
    /// <param name="temperature">Above zero.</param>
    /// <param name="probabilities">[class], to be filled; they sum to one.</param>
    public static void Apply(ReadOnlySpan<double> decisions, double temperature, Span<float> probabilities)
    {
        double max = double.NegativeInfinity;
        foreach (double decision in decisions)
            max = Math.Max(max, decision);
        double sum = 0;
        foreach (double decision in decisions)
            sum += Math.Exp((decision - max) / temperature);
        for (int i = 0; i < decisions.Length; i++)
            probabilities[i] = (float)(Math.Exp((decisions[i] - max) / temperature) / sum);
    }

    // d loss / d inverse temperature = sum over examples and classes of weight (probability - target) decision.
    private static double Derivative(ReadOnlySpan<double> decisions, ReadOnlySpan<int> labels, ReadOnlySpan<double> weights, double[] counts, double inverse)
    {
        int classes = counts.Length;
        double derivative = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            ReadOnlySpan<double> row = decisions.Slice(i * classes, classes);
            double max = double.NegativeInfinity;
            foreach (double decision in row)
                max = Math.Max(max, decision);
            double sum = 0;
            foreach (double decision in row)
                sum += Math.Exp((decision - max) * inverse);

            double weight = weights.IsEmpty ? 1 : weights[i];
            double smoothing = counts[labels[i]] + classes;
            for (int k = 0; k < classes; k++)
            {
                double target = (k == labels[i] ? counts[k] + 1 : 1) / smoothing;
                derivative += weight * (Math.Exp((row[k] - max) * inverse) / sum - target) * row[k];
            }
        }

        return derivative;
    }
}

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>How good decision values are that were made without the example they are for.</summary>
internal static class HeldOutScores
{
    /// <summary>The fraction of examples whose own class has the largest decision value, the first of equal ones.
    /// </summary>
    /// <param name="decisions">[example, class], row-major.</param>
    /// <param name="labels">[example]: class numbers from 0.</param>
    /// <param name="weights">[example], or empty.</param>
    public static double Accuracy(
        ReadOnlySpan<double> decisions, ReadOnlySpan<int> labels, ReadOnlySpan<double> weights)
    {
        int numberOfClasses = decisions.Length / labels.Length;
        double correct = 0;
        double total = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            double weight = weights.IsEmpty ? 1 : weights[i];
            ReadOnlySpan<double> row = decisions.Slice(i * numberOfClasses, numberOfClasses);
            correct += IndexOfMax(row) == labels[i] ? weight : 0;
            total += weight;
        }

        return correct / total;
    }

    /// <summary>The mean of -ln of the probability, softmax(decision / temperature), of the example's own class.
    /// </summary>
    /// <param name="decisions">[example, class], row-major.</param>
    /// <param name="labels">[example]: class numbers from 0.</param>
    /// <param name="weights">[example], or empty.</param>
    /// <param name="temperature">Above zero.</param>
    public static double LogLoss(
        ReadOnlySpan<double> decisions, ReadOnlySpan<int> labels, ReadOnlySpan<double> weights, double temperature)
    {
        int numberOfClasses = decisions.Length / labels.Length;
        double loss = 0;
        double total = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            double weight = weights.IsEmpty ? 1 : weights[i];
            ReadOnlySpan<double> row = decisions.Slice(i * numberOfClasses, numberOfClasses);
            double own = row[labels[i]];
            double max = SoftmaxTemperature.Max(row);
            double sum = 0;
            foreach (double decision in row)
                sum += Math.Exp((decision - max) / temperature);
            loss += weight * (Math.Log(sum) - (own - max) / temperature);
            total += weight;
        }

        return loss / total;
    }

    /// <summary>The mean squared difference of predictions and targets.</summary>
    /// <param name="predictions">[example].</param>
    /// <param name="targets">[example].</param>
    /// <param name="weights">[example], or empty.</param>
    public static double SquaredError(
        ReadOnlySpan<double> predictions, ReadOnlySpan<double> targets, ReadOnlySpan<double> weights)
    {
        double error = 0;
        double total = 0;
        for (int i = 0; i < targets.Length; i++)
        {
            double weight = weights.IsEmpty ? 1 : weights[i];
            double difference = predictions[i] - targets[i];
            error += weight * difference * difference;
            total += weight;
        }

        return error / total;
    }

    private static int IndexOfMax(ReadOnlySpan<double> values)
    {
        int best = 0;
        for (int i = 1; i < values.Length; i++)
        {
            if (values[i] > values[best])
                best = i;
        }

        return best;
    }
}

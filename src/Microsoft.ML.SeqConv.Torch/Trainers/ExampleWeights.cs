namespace Microsoft.ML.SeqConv;

/// <summary>Example weights times class weights.</summary>
internal static class ExampleWeights
{
    /// <param name="labels">Class numbers from 0.</param>
    /// <param name="weights">Of the examples.</param>
    /// <param name="classes">Names.</param>
    /// <param name="options">How to weigh classes.</param>
    /// <exception cref="ArgumentException">A class that is weighed does not exist.</exception>
    public static float[] Of(IReadOnlyList<float> labels, IReadOnlyList<float> weights, string[] classes, NetworkOptions options)
    {
        double[] classWeights = [.. Enumerable.Repeat(1.0, classes.Length)];
        foreach ((string name, double weight) in options.ClassWeights ?? new Dictionary<string, double>())
        {
            int index = ClassName.IndexOf(classes, name);
            if (index < 0)
            {
                throw new ArgumentException(
                    $"ClassWeights names the class '{name}', which column '{options.LabelColumnName}' does not have; "
                    + $"its classes are {KeyMapping.List(classes)}.");
            }

            classWeights[index] *= weight;
        }

        if (options.BalanceClasses)
        {
            double[] sums = new double[classes.Length];
            for (int i = 0; i < labels.Count; i++)
                sums[(int)labels[i]] += weights[i];
            double present = sums.Count(sum => sum > 0);
            double total = sums.Sum();
            for (int i = 0; i < sums.Length; i++)
                classWeights[i] *= sums[i] == 0 ? 1 : total / (present * sums[i]);
        }

        return [.. labels.Select((label, i) => (float)(classWeights[(int)label] * weights[i]))];
    }
}

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
            int index = Array.IndexOf(classes, name);
            if (index < 0)
                throw new ArgumentException($"ClassWeights names the class '{name}', which column '{options.LabelColumnName}' does not have; its classes are {KeyMapping.List(classes)}.");
            classWeights[index] *= weight;
        }

        if (options.BalanceClasses)
        {
            int[] counts = new int[classes.Length];
            foreach (float label in labels)
                counts[(int)label]++;
            double present = counts.Count(count => count > 0);
            for (int i = 0; i < counts.Length; i++)
                classWeights[i] *= counts[i] == 0 ? 1 : labels.Count / (present * counts[i]);
        }

        return [.. labels.Select((label, i) => (float)(classWeights[(int)label] * weights[i]))];
    }
}

namespace Microsoft.ML.SeqConv;

/// <summary>What classifiers need to know of their classes before they fit.</summary>
internal static class ClassWeighting
{
    /// <summary>The weight of each class.</summary>
    /// <param name="weights">[example]; empty where all are 1.</param>
    /// <param name="classes">[example]: class numbers from 0.</param>
    /// <param name="classNames">[class].</param>
    /// <param name="labelColumnName">The column of the classes, for messages.</param>
    /// <param name="balance">Whether each class gets the same weight in all.</param>
    /// <param name="weightsByName">A weight for each class that is named; may be none.</param>
    /// <returns>[class]; empty where all are 1.</returns>
    /// <exception cref="ArgumentException">A class that is weighed does not exist.</exception>
    public static double[] OfClasses(
        IReadOnlyList<double> weights, int[] classes, string[] classNames, string labelColumnName, bool balance,
        IReadOnlyDictionary<string, double>? weightsByName)
    {
        double[] named = OfNamed(classNames, labelColumnName, weightsByName);
        if (!balance)
            return named;

        // An example counts as much as it weighs: one of weight 2 is two examples.
        var totals = new double[classNames.Length];
        for (int i = 0; i < classes.Length; i++)
            totals[classes[i]] += weights.Count == 0 ? 1 : weights[i];
        double share = totals.Sum() / totals.Count(total => total > 0);
        return [.. totals.Select((total, i) => (named.Length == 0 ? 1 : named[i]) * (total == 0 ? 1 : share / total))];
    }

    /// <summary>The weight of each class where some are named.</summary>
    /// <returns>[class]; empty where none is named.</returns>
    /// <exception cref="ArgumentException">A class that is weighed does not exist.</exception>
    public static double[] OfNamed(
        string[] classNames, string labelColumnName, IReadOnlyDictionary<string, double>? weightsByName)
    {
        if (weightsByName is null)
            return [];
        double[] classWeights = [.. Enumerable.Repeat(1.0, classNames.Length)];
        foreach ((string name, double weight) in weightsByName)
        {
            int index = ClassName.IndexOf(classNames, name);
            if (index < 0)
            {
                throw new ArgumentException(
                    $"ClassWeights names the class '{name}', which column '{labelColumnName}' does not have; "
                    + $"its classes are {KeyMapping.List(classNames)}.");
            }

            classWeights[index] *= weight;
        }

        return classWeights;
    }

    /// <summary>Example weights times class weights.</summary>
    /// <returns>[example]; empty where all weigh 1.</returns>
    public static double[] OfExamples(IReadOnlyList<double> weights, int[] classes, double[] classWeights)
        => classWeights.Length == 0
            ? [.. weights]
            : [.. classes.Select((label, i) => classWeights[label] * (weights.Count == 0 ? 1 : weights[i]))];

    /// <exception cref="ArgumentOutOfRangeException">A weight is not positive and finite.</exception>
    public static void Check(IReadOnlyDictionary<string, double>? classWeights)
    {
        foreach ((string label, double weight) in classWeights ?? new Dictionary<string, double>())
        {
            if (weight > 0 && double.IsFinite(weight))
                continue;
            throw new ArgumentOutOfRangeException("ClassWeights", weight, FormattableString.Invariant(
                $"ClassWeights gives class '{label}' the weight {weight}; a weight must be positive and finite."));
        }
    }

    /// <exception cref="InvalidOperationException">There is one class only.</exception>
    public static void CheckTwoClasses(int[] classes, string[] classNames, string labelColumnName)
    {
        if (Array.TrueForAll(classes, label => label == classes[0]))
        {
            throw new InvalidOperationException($"Column '{labelColumnName}' has the one class "
                + $"'{classNames[classes[0]]}' in all {classes.Length} rows; "
                + "a classifier needs at least two. Check the data view or its filters.");
        }
    }
}

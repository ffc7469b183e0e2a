namespace Microsoft.ML.SeqConv;

/// <summary>What classifiers need to know of their classes before they fit.</summary>
internal static class ClassWeighting
{
    /// <summary>Example weights times class weights.</summary>
    /// <param name="rows">Example weights.</param>
    /// <param name="classes">[example]: class numbers from 0.</param>
    /// <param name="classNames">[class].</param>
    /// <param name="options">How to weigh classes.</param>
    /// <returns>[example]; empty where all weigh alike.</returns>
    /// <exception cref="ArgumentException">A class that is weighed does not exist.</exception>
    public static double[] Weigh(TrainingRows rows, int[] classes, string[] classNames, RidgeClassifierOptions options)
        => Weigh(rows, classes, classNames, options.LabelColumnName, options.BalanceClasses, options.ClassWeights);

    /// <summary>Example weights times class weights.</summary>
    /// <param name="rows">Example weights.</param>
    /// <param name="classes">[example]: class numbers from 0.</param>
    /// <param name="classNames">[class].</param>
    /// <param name="labelColumnName">The column of the classes, for messages.</param>
    /// <param name="balance">Whether each class gets the same weight in all.</param>
    /// <param name="weightsByName">A weight for each class that is named; may be none.</param>
    /// <returns>[example]; empty where all weigh alike.</returns>
    /// <exception cref="ArgumentException">A class that is weighed does not exist.</exception>
    public static double[] Weigh(
        TrainingRows rows, int[] classes, string[] classNames, string labelColumnName, bool balance, IReadOnlyDictionary<string, double>? weightsByName)
    {
        if (!balance && weightsByName is null)
            return [.. rows.Weights];

        var classWeights = new double[classNames.Length];
        Array.Fill(classWeights, 1);
        foreach ((string name, double weight) in weightsByName ?? new Dictionary<string, double>())
        {
            int index = Array.IndexOf(classNames, name);
            if (index < 0)
                throw new ArgumentException($"ClassWeights names the class '{name}', which column '{labelColumnName}' does not have; its classes are {KeyMapping.List(classNames)}.");
            classWeights[index] *= weight;
        }

        if (balance)
        {
            int[] counts = new int[classNames.Length];
            foreach (int label in classes)
                counts[label]++;
            double present = counts.Count(count => count > 0);
            for (int i = 0; i < counts.Length; i++)
                classWeights[i] *= counts[i] == 0 ? 1 : classes.Length / (present * counts[i]);
        }

        return [.. classes.Select((label, i) => classWeights[label] * (rows.Weights.Count == 0 ? 1 : rows.Weights[i]))];
    }

    /// <exception cref="ArgumentOutOfRangeException">A weight is not positive and finite.</exception>
    public static void Check(IReadOnlyDictionary<string, double>? classWeights)
    {
        foreach ((string label, double weight) in classWeights ?? new Dictionary<string, double>())
        {
            if (!(weight > 0 && double.IsFinite(weight)))
                throw new ArgumentOutOfRangeException("ClassWeights", weight, $"ClassWeights gives class '{label}' the weight {weight}; a weight must be positive and finite.");
        }
    }

    /// <exception cref="InvalidOperationException">There is one class only.</exception>
    public static void CheckTwoClasses(int[] classes, string[] classNames, string labelColumnName)
    {
        if (Array.TrueForAll(classes, label => label == classes[0]))
        {
            throw new InvalidOperationException($"Column '{labelColumnName}' has the one class '{classNames[classes[0]]}' in all {classes.Length} rows; "
                + "a classifier needs at least two. Check the data view or its filters.");
        }
    }
}

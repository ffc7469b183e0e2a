using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>The steps that ridge trainers share.</summary>
internal static class RidgeFit
{
    /// <summary>Solves for targets.</summary>
    /// <param name="rows">Their features are spent afterwards.</param>
    /// <param name="targets">[example, target], row-major.</param>
    /// <param name="weights">[example], or empty.</param>
    /// <param name="options">Hyperparameters.</param>
    /// <param name="monitor">Gets progress.</param>
    public static RidgeSolution Solve(TrainingRows rows, double[] targets, double[] weights, RidgeOptions options, FitMonitor monitor)
    {
        monitor.Begin("solving", "parts", 1);
        return Ridge.Solve(rows.Features, targets, weights, options.Settings(), monitor.AsFraction());
    }

    /// <summary>Example weights times class weights.</summary>
    /// <param name="rows">Example weights.</param>
    /// <param name="classes">[example]: class numbers from 0.</param>
    /// <param name="classNames">[class].</param>
    /// <param name="options">How to weigh classes.</param>
    /// <returns>[example]; empty where all weigh alike.</returns>
    /// <exception cref="ArgumentException">A class that is weighed does not exist.</exception>
    public static double[] Weigh(TrainingRows rows, int[] classes, string[] classNames, RidgeClassifierOptions options)
    {
        if (!options.BalanceClasses && options.ClassWeights is null)
            return [.. rows.Weights];

        var classWeights = new double[classNames.Length];
        Array.Fill(classWeights, 1);
        foreach ((string name, double weight) in options.ClassWeights ?? new Dictionary<string, double>())
        {
            int index = Array.IndexOf(classNames, name);
            if (index < 0)
                throw new ArgumentException($"ClassWeights names the class '{name}', which column '{options.LabelColumnName}' does not have; its classes are {string.Join(", ", classNames)}.");
            classWeights[index] *= weight;
        }

        if (options.BalanceClasses)
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

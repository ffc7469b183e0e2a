namespace Microsoft.ML.SeqConv;

/// <summary>Solved ridge problems, one a column of features, and the examples that scores are calibrated on.</summary>
/// <param name="Fits">One a column; all have predictions for the same examples.</param>
/// <param name="Labels">[example with predictions]: labels as rows give them.</param>
/// <param name="Classes">[example with predictions]: class numbers from 0; zeros for a regression.</param>
/// <param name="Weights">
/// [example with predictions]: weights times those of their classes; empty where all are 1.
/// </param>
/// <param name="ClassWeights">[class]; empty where all are 1.</param>
/// <param name="Joint">
/// The problem of all columns side by side, for the same examples; <see langword="null"/> where it was not solved.
/// </param>
internal sealed record RidgeTraining(
    RidgeFit[] Fits, float[] Labels, int[] Classes, double[] Weights, double[] ClassWeights,
    RidgeFit? Joint = null)
{
    /// <summary>The weights of the examples themselves, whatever their classes weigh; empty where all are 1.</summary>
    public double[] OwnWeights => ClassWeights.Length == 0
        ? Weights
        : [.. Weights.Select((weight, i) => weight / ClassWeights[Classes[i]])];

    /// <summary>Solves the problems of rows.</summary>
    /// <param name="task">What labels mean.</param>
    /// <param name="rows">Features that are held are spent afterwards.</param>
    /// <param name="label">The column of labels.</param>
    /// <param name="options">Hyperparameters.</param>
    /// <param name="monitor">Gets progress.</param>
    /// <exception cref="InvalidOperationException">All rows are of one class.</exception>
    public static RidgeTraining Run(
        RidgeTask task, TrainingRows rows, DataViewSchema.Column label, RidgeOptions options, FitMonitor monitor)
    {
        string[] names = task.ClassesOf(label);
        int[] classes = [.. rows.Labels.Select(task.ClassOf)];
        double[] classWeights = [];
        if (options is RidgeClassifierOptions classifier)
        {
            ClassWeighting.CheckTwoClasses(classes, names, label.Name);
            classWeights = classifier.WeightsOfClasses(rows, classes, names);
        }

        double[] weights = ClassWeighting.OfExamples(rows.Weights, classes, classWeights);
        (RidgeFit[] fits, RidgeFit? joint) = RidgeFit.SolveBlocks(rows, task.NumberOfTargets(names),
            (example, targets) => task.WriteTargets(rows.Labels[example], targets), weights, options, monitor);
        return new(fits, fits[0].OfExamples([.. rows.Labels]), fits[0].OfExamples(classes), fits[0].OfExamples(weights),
            classWeights, joint);
    }
}

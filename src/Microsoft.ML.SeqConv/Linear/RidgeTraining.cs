using Microsoft.ML.SeqConv.Kernels;

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
    /// <summary>
    /// Whether leaving an example out moves all predictions: there is an intercept, and they are exact, of every
    /// example of the fit.
    /// </summary>
    public bool IsShifted { get; init; }

    /// <summary>
    /// Leave-one-out decisions of classes as they compare with those of new rows, see <see cref="LeaveOneOutShift"/>.
    /// </summary>
    /// <param name="decisions">[example with predictions, class], row-major, of one of the fits.</param>
    public double[] Comparable(double[] decisions)
    {
        if (!IsShifted)
            return decisions;
        int numberOfClasses = decisions.Length / Classes.Length;
        var targets = new double[decisions.Length];
        for (int k = 0; k < targets.Length; k++)
            targets[k] = Classes[k / numberOfClasses] == k % numberOfClasses ? 1 : -1;
        return LeaveOneOutShift.Add(decisions, targets, Weights, numberOfClasses);
    }

    /// <summary>
    /// What leave-one-out predictions of a number miss, as it compares with what those of new rows will: targets less
    /// predictions, shifted as those of classes are.
    /// </summary>
    /// <param name="predictions">[example with predictions], of one of the fits or of several fused.</param>
    public double[] Residuals(double[] predictions)
    {
        double[] targets = [.. Labels.Select(label => (double)label)];
        double[] comparable =
            IsShifted ? LeaveOneOutShift.Add(predictions, targets, Weights, numberOfTargets: 1) : predictions;
        return [.. targets.Zip(comparable, (target, prediction) => target - prediction)];
    }

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
            classWeights, joint)
        {
            IsShifted = options.FitIntercept && fits[0].Examples.Length == classes.Length,
        };
    }
}

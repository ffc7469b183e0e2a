using Microsoft.ML.Runtime;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Ridge classification: a linear function for each class fitted to +1 for its examples and -1 for all others, the penalty chosen by exact leave-one-out. The
/// head of the ROCKET family up to about ten thousand series.
/// </summary>
/// <remarks>
/// <para>
/// | Characteristic | |
/// |---|---|
/// | Machine learning task | Multiclass classification |
/// | Is normalization required? | No: features are divided by their standard deviation |
/// | Is caching required? | No: the data is read once |
/// | Input label column data type | key |
/// | Input features column data type | known-sized vector of Single |
/// | Output columns | <c>Score</c>: a probability a class; <c>PredictedLabel</c>: key |
/// </para>
/// <para>
/// Scores are the softmax of the decision values at a temperature fitted on the leave-one-out predictions; they sum to one. Missing features are an
/// error; rows without a label are left out.
/// </para>
/// </remarks>
public sealed class RidgeMulticlassTrainer : MulticlassFeatureTrainer<RidgeMulticlassModelParameters>
{
    private readonly Options _options;

    internal RidgeMulticlassTrainer(IHostEnvironment env, Options options)
        : base(env, "Ridge", options.LabelColumnName, options.FeatureColumnName, options.ExampleWeightColumnName)
        => _options = (Options)options.CheckedCopy();

    private protected override RidgeMulticlassModelParameters Train(IHostEnvironment env, TrainingRows rows, DataViewSchema.Column label, FitMonitor monitor)
    {
        string[] names = KeyNames.Of(label);
        int[] classes = [.. rows.Labels.Select(value => (int)value)];
        RidgeFit.CheckTwoClasses(classes, names, label.Name);
        double[] weights = RidgeFit.Weigh(rows, classes, names, _options);

        var targets = new double[classes.Length * names.Length];
        Array.Fill(targets, -1);
        for (int i = 0; i < classes.Length; i++)
            targets[i * names.Length + classes[i]] = 1;
        RidgeSolution solution = RidgeFit.Solve(rows, targets, weights, _options, monitor);
        double temperature = SoftmaxTemperature.Fit(solution.LeaveOneOutPredictions, classes, weights, names.Length);
        return new RidgeMulticlassModelParameters(env, RidgeModel.From(solution, _options.Settings()), temperature, Accuracy(solution.LeaveOneOutPredictions, classes));
    }

    private static double Accuracy(double[] decisions, int[] classes)
    {
        int numberOfClasses = decisions.Length / classes.Length;
        int right = 0;
        for (int i = 0; i < classes.Length; i++)
        {
            ReadOnlySpan<double> row = decisions.AsSpan(i * numberOfClasses, numberOfClasses);
            right += System.Numerics.Tensors.TensorPrimitives.IndexOfMax(row) == classes[i] ? 1 : 0;
        }

        return (double)right / classes.Length;
    }

    /// <summary>Options of <see cref="RidgeMulticlassTrainer"/>.</summary>
    public sealed class Options : RidgeClassifierOptions
    {
    }
}

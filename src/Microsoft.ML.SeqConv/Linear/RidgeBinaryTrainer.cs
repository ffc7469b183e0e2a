using Microsoft.ML.Calibrators;
using Microsoft.ML.Runtime;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Ridge classification of two classes: a linear function fitted to +1 and -1, the penalty chosen by exact leave-one-out, with a probability by Platt scaling of
/// the leave-one-out predictions.
/// </summary>
/// <remarks>
/// | Characteristic | |
/// |---|---|
/// | Machine learning task | Binary classification |
/// | Is normalization required? | No: features are divided by their standard deviation |
/// | Is caching required? | No: the data is read once |
/// | Input label column data type | Boolean |
/// | Input features column data type | known-sized vector of Single |
/// | Output columns | <c>Score</c>: the decision value; <c>Probability</c>; <c>PredictedLabel</c> |
/// </remarks>
public sealed class RidgeBinaryTrainer : BinaryFeatureTrainer<RidgeBinaryModelParameters>
{
    private static readonly string[] ClassNames = ["False", "True"];

    private readonly Options _options;

    internal RidgeBinaryTrainer(IHostEnvironment env, Options options)
        : base(env, "Ridge", options.LabelColumnName, options.FeatureColumnName, options.ExampleWeightColumnName)
        => _options = (Options)options.CheckedCopy();

    private protected override CalibratedModelParametersBase<RidgeBinaryModelParameters, PlattCalibrator> Train(
        IHostEnvironment env, TrainingRows rows, DataViewSchema.Column label, FitMonitor monitor)
    {
        int[] classes = [.. rows.Labels.Select(value => value > 0 ? 1 : 0)];
        RidgeFit.CheckTwoClasses(classes, ClassNames, label.Name);
        double[] weights = RidgeFit.Weigh(rows, classes, ClassNames, _options);
        RidgeSolution solution = RidgeFit.Solve(rows, [.. classes.Select(value => 2.0 * value - 1)], weights, _options, monitor);
        PlattScaling scaling = PlattScaling.Fit(solution.LeaveOneOutPredictions, [.. classes.Select(value => value == 1)], weights);
        return Calibrated(env, new RidgeBinaryModelParameters(env, RidgeModel.From(solution, _options.Settings())), scaling);
    }

    /// <summary>Options of <see cref="RidgeBinaryTrainer"/>.</summary>
    public sealed class Options : RidgeClassifierOptions
    {
    }
}

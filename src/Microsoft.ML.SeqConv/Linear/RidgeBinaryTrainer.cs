using Microsoft.ML.Calibrators;
using Microsoft.ML.Runtime;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Ridge classification of two classes: a linear function fitted to +1 and -1, the penalty chosen by exact
/// leave-one-out or, for many rows, by generalized cross-validation (<see cref="RidgeOptions.AlphaSelection"/>), and
/// scaled to log-odds by Platt scaling of what the model fitted without an example predicts for it.
/// </summary>
/// <remarks>
/// <para>
/// | Characteristic | |
/// |---|---|
/// | Machine learning task | Binary classification |
/// | Is normalization required? | No: features are divided by their standard deviation |
/// | Is caching required? | No: the data is read once, or twice where it is read in blocks |
/// | Input label column data type | Boolean |
/// | Input features column data type | known-sized vector of Single |
/// | Output columns | <c>Score</c>: log-odds; <c>Probability</c>; <c>PredictedLabel</c> |
/// </para>
/// <para>
/// <c>Probability</c> is the logistic function of <c>Score</c>, and <c>PredictedLabel</c> is true where it
/// exceeds 0.5: the three never contradict each other. Where the predictions without an example say nothing of
/// its label, probabilities are close to the fraction of the positive class for every row, and the predicted label
/// is the class with more weight.
/// </para>
/// </remarks>
public sealed class RidgeBinaryTrainer : BinaryFeatureTrainer<RidgeBinaryModelParameters>, IRidgeTrainer
{
    private static readonly string[] ClassNames = ["False", "True"];

    private readonly Options _options;

    internal RidgeBinaryTrainer(IHostEnvironment env, Options options)
        : base(env, "Ridge", options.LabelColumnName, options.FeatureColumnName, options.ExampleWeightColumnName)
        => _options = (Options)options.CheckedCopy();

    private protected override CalibratedModelParametersBase<RidgeBinaryModelParameters, PlattCalibrator> Train(
        IHostEnvironment env, TrainingRows rows, DataViewSchema.Column label, FitMonitor monitor)
    {
        int[] classes = [.. rows.Labels.Select(ClassOf)];
        ClassWeighting.CheckTwoClasses(classes, ClassNames, label.Name);
        double[] classWeights = _options.WeightsOfClasses(rows, classes, ClassNames);
        double[] weights = ClassWeighting.OfExamples(rows.Weights, classes, classWeights);
        RidgeFit fit = RidgeFit.Solve(rows, 1,
            (example, targets) => targets[0] = Target(rows.Labels[example]), weights, _options, monitor);
        return Calibrate(env, fit, fit.OfExamples([.. rows.Labels]), fit.OfExamples(weights));
    }

    private protected override bool TooManyToHold(long rows, int features)
        => RidgeFit.TooManyToHold(rows, features, _options.AlphaSelection);

    RidgeOptions IRidgeTrainer.Settings => _options;

    string[] IRidgeTrainer.ClassesOf(DataViewSchema.Column label) => ClassNames;

    int IRidgeTrainer.ClassOf(float label) => ClassOf(label);

    int IRidgeTrainer.NumberOfTargets(string[] classes) => 1;

    void IRidgeTrainer.WriteTargets(float label, Span<double> targets) => targets[0] = Target(label);

    ITransformer IRidgeTrainer.Finish(
        IHostEnvironment env, RidgeFit fit, float[] labels, double[] weights,
        double[] classWeights, DataViewSchema schema)
        => TransformerOf(Calibrate(env, fit, labels, weights), schema);

    private static int ClassOf(float label) => label > 0 ? 1 : 0;

    private static double Target(float label) => 2.0 * ClassOf(label) - 1;

    private CalibratedModelParametersBase<RidgeBinaryModelParameters, PlattCalibrator> Calibrate(
        IHostEnvironment env, RidgeFit fit, float[] labels, double[] weights)
    {
        PlattScaling scaling = PlattScaling.Fit(fit.Predictions, Array.ConvertAll(labels, label => label > 0), weights);
        RidgeModel model = RidgeModel.From(fit.Solution, _options.Settings()).AsLogOdds(scaling);
        return Calibrated(env, new RidgeBinaryModelParameters(env, model));
    }

    /// <summary>Options of <see cref="RidgeBinaryTrainer"/>.</summary>
    public sealed class Options : RidgeClassifierOptions
    {
    }
}

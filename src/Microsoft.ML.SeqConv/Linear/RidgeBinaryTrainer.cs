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
    private readonly Options _options;

    internal RidgeBinaryTrainer(IHostEnvironment env, Options options)
        : base(env, "Ridge", options.LabelColumnName, options.FeatureColumnName, options.ExampleWeightColumnName)
        => _options = (Options)options.CheckedCopy();

    private protected override CalibratedModelParametersBase<RidgeBinaryModelParameters, PlattCalibrator> Train(
        IHostEnvironment env, TrainingRows rows, DataViewSchema.Column label, FitMonitor monitor)
        => Calibrate(env, RidgeTraining.Run(RidgeTask.Binary, rows, label, _options, monitor));

    private protected override bool TooManyToHold(long rows, int features)
        => RidgeFit.TooManyToHold(rows, features, _options.AlphaSelection);

    RidgeOptions IRidgeTrainer.Settings => _options;

    RidgeTask IRidgeTrainer.Task => RidgeTask.Binary;

    ITransformer IRidgeTrainer.Finish(IHostEnvironment env, RidgeTraining training, DataViewSchema schema)
        => TransformerOf(Calibrate(env, training), schema);

    private CalibratedModelParametersBase<RidgeBinaryModelParameters, PlattCalibrator> Calibrate(
        IHostEnvironment env, RidgeTraining training)
    {
        RidgeFit fit = training.Fits[0];
        PlattScaling scaling = PlattScaling.Fit(
            fit.Predictions, Array.ConvertAll(training.Classes, label => label > 0), training.Weights);
        RidgeModel model = RidgeModel.From(fit.Solution, _options.Settings()).AsLogOdds(scaling);
        return Calibrated(env, new RidgeBinaryModelParameters(env, model));
    }

    /// <summary>Options of <see cref="RidgeBinaryTrainer"/>.</summary>
    public sealed class Options : RidgeClassifierOptions
    {
    }
}

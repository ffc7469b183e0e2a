using Microsoft.ML.Runtime;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Ridge classification: a linear function for each class fitted to +1 for its examples and -1 for all others, the
/// penalty chosen by exact leave-one-out or, for many rows, by generalized cross-validation
/// (<see cref="RidgeOptions.AlphaSelection"/>). The head of the ROCKET family.
/// </summary>
/// <remarks>
/// <para>
/// | Characteristic | |
/// |---|---|
/// | Machine learning task | Multiclass classification |
/// | Is normalization required? | No: features are divided by their standard deviation |
/// | Is caching required? | No: the data is read once, or twice where it is read in blocks |
/// | Input label column data type | key |
/// | Input features column data type | known-sized vector of Single |
/// | Output columns | <c>Score</c>: a probability a class; <c>PredictedLabel</c>: key |
/// </para>
/// <para>
/// Scores are the softmax of the decision values at a temperature fitted on what the model fitted without an example
/// predicts for it; they sum to one. Where those predictions say nothing of the classes, scores are the shares of the
/// classes. Missing features are an error; rows without a label are left out.
/// </para>
/// </remarks>
public sealed class RidgeMulticlassTrainer : MulticlassFeatureTrainer<RidgeMulticlassModelParameters>, IRidgeTrainer
{
    private readonly Options _options;

    internal RidgeMulticlassTrainer(IHostEnvironment env, Options options)
        : base(env, "Ridge", options.LabelColumnName, options.FeatureColumnName, options.ExampleWeightColumnName)
        => _options = (Options)options.CheckedCopy();

    private protected override RidgeMulticlassModelParameters Train(
        IHostEnvironment env, TrainingRows rows, DataViewSchema.Column label, FitMonitor monitor)
        => Calibrate(env, RidgeTraining.Run(RidgeTask.Multiclass, rows, label, _options, monitor));

    private protected override bool TooManyToHold(long rows, int features)
        => RidgeFit.TooManyToHold(rows, features, _options.AlphaSelection);

    RidgeOptions IRidgeTrainer.Settings => _options;

    RidgeTask IRidgeTrainer.Task => RidgeTask.Multiclass;

    ITransformer IRidgeTrainer.Finish(IHostEnvironment env, RidgeTraining training, DataViewSchema schema)
        => TransformerOf(Calibrate(env, training), schema);

    // Where leave-one-out says that the decisions tell nothing of the classes, the intercepts tell the shares of the
    // classes, so that probabilities are those.
    private RidgeMulticlassModelParameters Calibrate(IHostEnvironment env, RidgeTraining training)
    {
        RidgeFit fit = training.Fits[0];
        int numberOfClasses = fit.Predictions.Length / training.Classes.Length;
        SoftmaxCalibration calibration =
            SoftmaxCalibration.Choose(fit.Predictions, training.Classes, training.Weights, numberOfClasses);
        double[] comparable = calibration.AddOffsets(training.Comparable(fit.Predictions));
        return new(env, RidgeModel.From(fit.Solution, _options.Settings()).Plus(calibration.Offsets),
            calibration.Temperature, HeldOutScores.Accuracy(
                calibration.AddOffsets(fit.Predictions), training.Classes, training.OwnWeights),
            LeaveOneOutProbabilities.Of(comparable, calibration.Temperature, training.Classes, training.OwnWeights));
    }

    /// <summary>Options of <see cref="RidgeMulticlassTrainer"/>.</summary>
    public sealed class Options : RidgeClassifierOptions
    {
    }
}

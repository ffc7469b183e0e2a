using Microsoft.ML.Runtime;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Ridge regression, the penalty chosen by exact leave-one-out or, for many rows, by generalized cross-validation
/// (<see cref="RidgeOptions.AlphaSelection"/>).
/// </summary>
/// <remarks>
/// | Characteristic | |
/// |---|---|
/// | Machine learning task | Regression |
/// | Is normalization required? | No: features are divided by their standard deviation |
/// | Is caching required? | No: the data is read once, or twice where it is read in blocks |
/// | Input label column data type | Single |
/// | Input features column data type | known-sized vector of Single |
/// | Output column | <c>Score</c>: Single |
/// </remarks>
public sealed class RidgeRegressionTrainer : RegressionFeatureTrainer<RidgeRegressionModelParameters>, IRidgeTrainer
{
    private readonly Options _options;

    internal RidgeRegressionTrainer(IHostEnvironment env, Options options)
        : base(env, "Ridge", options.LabelColumnName, options.FeatureColumnName, options.ExampleWeightColumnName)
        => _options = (Options)options.CheckedCopy();

    private protected override RidgeRegressionModelParameters Train(
        IHostEnvironment env, TrainingRows rows, DataViewSchema.Column label, FitMonitor monitor)
        => ModelOf(env, RidgeTraining.Run(RidgeTask.Regression, rows, label, _options, monitor));

    private protected override bool TooManyToHold(long rows, int features)
        => RidgeFit.TooManyToHold(rows, features, _options.AlphaSelection);

    RidgeOptions IRidgeTrainer.Settings => _options;

    RidgeTask IRidgeTrainer.Task => RidgeTask.Regression;

    ITransformer IRidgeTrainer.Finish(IHostEnvironment env, RidgeTraining training, DataViewSchema schema)
        => TransformerOf(ModelOf(env, training), schema);

    private RidgeRegressionModelParameters ModelOf(IHostEnvironment env, RidgeTraining training)
        => new(env, RidgeModel.From(training.Fits[0].Solution, _options.Settings()),
            LeaveOneOutResiduals.Of(training.Residuals(training.Fits[0].Predictions), training.OwnWeights));

    /// <summary>Options of <see cref="RidgeRegressionTrainer"/>.</summary>
    public sealed class Options : RidgeOptions
    {
    }
}

using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Ridge regression on several columns of features, each with a ridge of its own, as
/// <see cref="RidgeRegressionTrainer"/> fits it, and its own penalty. The score is the mean of theirs, weighted by the
/// mean squared error of leave-one-out (or of what chose the penalty) to the power of -4: one linear model over all
/// features. All columns have their error by the same criterion. An ensemble of one column gives the scores of
/// <see cref="RidgeRegressionTrainer"/> on it.
/// </summary>
/// <remarks>
/// | Characteristic | |
/// |---|---|
/// | Machine learning task | Regression |
/// | Is normalization required? | No: features are divided by their standard deviation |
/// | Is caching required? | No: the data is read once, or twice where it is read in blocks |
/// | Input label column data type | Single |
/// | Input features column data type | one or more known-sized vectors of Single |
/// | Output columns | <c>Score</c>: Single; all features, joined to one column, <c>{label}.Blocks</c> |
/// </remarks>
public sealed class RidgeEnsembleRegressionTrainer : RidgeEnsembleTrainer<
    RegressionPredictionTransformer<RidgeEnsembleRegressionModelParameters>, RidgeEnsembleRegressionModelParameters>
{
    internal RidgeEnsembleRegressionTrainer(IHostEnvironment env, Options options)
        : base(env, options, RidgeTask.Regression)
    {
    }

    private Options Chosen => (Options)Settings;

    private protected override
        FeatureTrainer<RegressionPredictionTransformer<RidgeEnsembleRegressionModelParameters>,
            RidgeEnsembleRegressionModelParameters> HeadOf(string joined, ColumnBlock[] blocks)
        => new Head(Environment, this, joined, blocks);

    private protected override RidgeEnsembleRegressionModelParameters ModelOf(
        IHostEnvironment env, RidgeTraining training)
        => new RidgeEnsembleFit(training, Chosen).Regression(env);

    /// <summary>Options of <see cref="RidgeEnsembleRegressionTrainer"/>.</summary>
    public sealed class Options : RidgeOptions
    {
        /// <summary>Starts with the defaults.</summary>
        public Options() => FeatureColumnNames = [];

        /// <summary>
        /// The columns of features, at least one, each a vector of Single of known size. They take the place of
        /// <see cref="RidgeOptions.FeatureColumnName"/>, which is not set.
        /// </summary>
        public string[] FeatureColumnNames
        {
            get => Ensemble!;
            set => Ensemble = value ?? throw new ArgumentNullException(nameof(value));
        }

        /// <summary>
        /// How much a ridge on all columns side by side, <see cref="RidgeEnsembleScalarModelParameters.Joint"/>, counts
        /// among those of the single columns, from 0 to below 1, as
        /// <see cref="RidgeEnsembleClassifierOptions.JointWeight"/> says. Default 0: without it.
        /// </summary>
        public double JointWeight
        {
            get => WeightOfJoint;
            set => WeightOfJoint = value;
        }
    }

    private sealed class Head(
        IHostEnvironment env, RidgeEnsembleRegressionTrainer trainer, string joined, ColumnBlock[] blocks)
        : RegressionFeatureTrainer<RidgeEnsembleRegressionModelParameters>(
            env, Component, trainer.Chosen.LabelColumnName, joined, trainer.Chosen.ExampleWeightColumnName)
    {
        private protected override IReadOnlyList<ColumnBlock> Blocks => blocks;

        private protected override RidgeEnsembleRegressionModelParameters Train(
            IHostEnvironment env, TrainingRows rows, DataViewSchema.Column label, FitMonitor monitor)
            => trainer.ModelOf(env, RidgeTraining.Run(RidgeTask.Regression, rows, label, trainer.Chosen, monitor));

        private protected override bool TooManyToHold(long rows, int features)
            => RidgeFit.TooManyToHold(rows, blocks, trainer.Chosen.AlphaSelection);
    }
}

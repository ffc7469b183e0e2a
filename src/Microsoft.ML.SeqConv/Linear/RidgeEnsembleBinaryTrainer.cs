using Microsoft.ML.Calibrators;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Ridge classification of two classes on several columns of features, each with a ridge of its own, as
/// <see cref="RidgeBinaryTrainer"/> fits it, and its own penalty. Leave-one-out decides how much each column counts:
/// decision values, as a pair (-s, s), are divided by the temperature at which their softmax has the least log loss,
/// and weighted by accuracy^8. By default the sum is one linear model over all features; Platt scaling makes it
/// log-odds.
/// </summary>
/// <remarks>
/// <para>
/// | Characteristic | |
/// |---|---|
/// | Machine learning task | Binary classification |
/// | Is normalization required? | No: features are divided by their standard deviation |
/// | Is caching required? | No: the data is read once, or twice where it is read in blocks |
/// | Input label column data type | Boolean |
/// | Input features column data type | one or more known-sized vectors of Single |
/// | Output columns | <c>Score</c>: log-odds; <c>Probability</c>; <c>PredictedLabel</c>; all features, joined |
/// </para>
/// <para>
/// <c>Probability</c> is the logistic function of <c>Score</c>, and <c>PredictedLabel</c> is true where it
/// exceeds 0.5: the three never contradict each other. Where the predictions without an example say nothing of
/// its label, probabilities are close to the fraction of the positive class for every row. An ensemble of one column
/// gives the scores of <see cref="RidgeBinaryTrainer"/> on that column, up to rounding.
/// </para>
/// <para>
/// The fitted chain joins the columns to one, <c>{label}.Blocks</c>, from which the last transformer predicts.
/// </para>
/// </remarks>
public sealed class RidgeEnsembleBinaryTrainer : RidgeEnsembleTrainer<
    BinaryPredictionTransformer<CalibratedModelParametersBase<RidgeEnsembleBinaryModelParameters, PlattCalibrator>>,
    CalibratedModelParametersBase<RidgeEnsembleBinaryModelParameters, PlattCalibrator>>
{
    internal RidgeEnsembleBinaryTrainer(IHostEnvironment env, Options options)
        : base(env, options, RidgeTask.Binary)
    {
    }

    private Options Chosen => (Options)Settings;

    private protected override FeatureTrainer<
        BinaryPredictionTransformer<CalibratedModelParametersBase<RidgeEnsembleBinaryModelParameters, PlattCalibrator>>,
        CalibratedModelParametersBase<RidgeEnsembleBinaryModelParameters, PlattCalibrator>> HeadOf(
            string joined, ColumnBlock[] blocks)
        => new Head(Environment, this, joined, blocks);

    private protected override CalibratedModelParametersBase<RidgeEnsembleBinaryModelParameters, PlattCalibrator>
        ModelOf(IHostEnvironment env, RidgeTraining training)
        => Head.WithProbabilities(
            env, new RidgeEnsembleFit(training, Chosen).Binary(
                env, Chosen.Fusion));

    /// <summary>Options of <see cref="RidgeEnsembleBinaryTrainer"/>.</summary>
    public sealed class Options : RidgeEnsembleClassifierOptions
    {
    }

    private sealed class Head(
        IHostEnvironment env, RidgeEnsembleBinaryTrainer trainer, string joined, ColumnBlock[] blocks)
        : BinaryFeatureTrainer<RidgeEnsembleBinaryModelParameters>(
            env, Component, trainer.Chosen.LabelColumnName, joined, trainer.Chosen.ExampleWeightColumnName)
    {
        private protected override IReadOnlyList<ColumnBlock> Blocks => blocks;

        public static CalibratedModelParametersBase<RidgeEnsembleBinaryModelParameters, PlattCalibrator>
            WithProbabilities(IHostEnvironment env, RidgeEnsembleBinaryModelParameters model) => Calibrated(env, model);

        private protected override CalibratedModelParametersBase<RidgeEnsembleBinaryModelParameters, PlattCalibrator>
            Train(IHostEnvironment env, TrainingRows rows, DataViewSchema.Column label, FitMonitor monitor)
            => trainer.ModelOf(env, RidgeTraining.Run(RidgeTask.Binary, rows, label, trainer.Chosen, monitor));

        private protected override bool TooManyToHold(long rows, int features)
            => RidgeFit.TooManyToHold(rows, blocks, trainer.Chosen.AlphaSelection);
    }
}

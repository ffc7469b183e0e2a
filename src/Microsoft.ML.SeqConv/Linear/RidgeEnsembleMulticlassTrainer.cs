using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Ridge classification on several columns of features, each with a ridge of its own, as
/// <see cref="RidgeMulticlassTrainer"/> fits it, and its own penalty. Leave-one-out decides how much each column
/// counts: decision values are divided by the temperature at which their softmax has the least log loss, and weighted
/// by accuracy^8. By default the sum is one linear model over all features.
/// </summary>
/// <remarks>
/// <para>
/// | Characteristic | |
/// |---|---|
/// | Machine learning task | Multiclass classification |
/// | Is normalization required? | No: features are divided by their standard deviation |
/// | Is caching required? | No: the data is read once, or twice where it is read in blocks |
/// | Input label column data type | key |
/// | Input features column data type | one or more known-sized vectors of Single |
/// | Output columns | <c>Score</c>: a probability a class; <c>PredictedLabel</c>: key; all features, joined |
/// </para>
/// <para>
/// Concatenated columns share one penalty, and a column with many features counts more than one with few; here each
/// column has a penalty and a weight of its own. Scores are the softmax of the fused decision values at a temperature
/// fitted on leave-one-out decision values; they sum to one. Where those say nothing of the classes, scores are the
/// shares of the classes. Missing features are an error; rows without a label are left out.
/// </para>
/// <para>
/// An ensemble of one column predicts the labels of <see cref="RidgeMulticlassTrainer"/> on that column, where scores
/// are not equal in single precision. Its decision values are that trainer's over the temperature of the block, or,
/// with <see cref="EnsembleFusion.Probabilities"/>, the logarithms of their softmax; where leave-one-out says nothing
/// of the classes, both add offsets of the classes' shares.
/// </para>
/// <para>
/// The fitted chain joins the columns to one, <c>{label}.Blocks</c>, from which the last transformer predicts, so that
/// it is saved, exported to ONNX and explained like any other linear trainer.
/// </para>
/// </remarks>
public sealed class RidgeEnsembleMulticlassTrainer : RidgeEnsembleTrainer<
    MulticlassPredictionTransformer<RidgeEnsembleMulticlassModelParameters>, RidgeEnsembleMulticlassModelParameters>
{
    internal RidgeEnsembleMulticlassTrainer(IHostEnvironment env, Options options)
        : base(env, options, RidgeTask.Multiclass)
    {
    }

    private Options Chosen => (Options)Settings;

    private protected override
        FeatureTrainer<MulticlassPredictionTransformer<RidgeEnsembleMulticlassModelParameters>,
            RidgeEnsembleMulticlassModelParameters> HeadOf(string joined, ColumnBlock[] blocks)
        => new Head(Environment, this, joined, blocks);

    private protected override RidgeEnsembleMulticlassModelParameters ModelOf(
        IHostEnvironment env, RidgeTraining training)
        => new RidgeEnsembleFit(training, Chosen)
            .Multiclass(env, Chosen.Fusion);

    /// <summary>Options of <see cref="RidgeEnsembleMulticlassTrainer"/>.</summary>
    public sealed class Options : RidgeEnsembleClassifierOptions
    {
    }

    private sealed class Head(
        IHostEnvironment env, RidgeEnsembleMulticlassTrainer trainer, string joined, ColumnBlock[] blocks)
        : MulticlassFeatureTrainer<RidgeEnsembleMulticlassModelParameters>(
            env, Component, trainer.Chosen.LabelColumnName, joined, trainer.Chosen.ExampleWeightColumnName)
    {
        private protected override IReadOnlyList<ColumnBlock> Blocks => blocks;

        private protected override RidgeEnsembleMulticlassModelParameters Train(
            IHostEnvironment env, TrainingRows rows, DataViewSchema.Column label, FitMonitor monitor)
            => trainer.ModelOf(env, RidgeTraining.Run(RidgeTask.Multiclass, rows, label, trainer.Chosen, monitor));

        private protected override bool TooManyToHold(long rows, int features)
            => RidgeFit.TooManyToHold(rows, blocks, trainer.Chosen.AlphaSelection);
    }
}

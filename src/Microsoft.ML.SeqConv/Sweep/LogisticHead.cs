using Microsoft.ML.SearchSpace;
using Microsoft.ML.Trainers;

namespace Microsoft.ML.SeqConv;

/// <summary>Multinomial logistic regression on standardised features, for sweeps. One thread, so that a seed gives one model.</summary>
internal sealed class LogisticHead
{
    private const int Iterations = 100;

    /// <summary>The penalty on squared weights.</summary>
    [Range(1e-3, 1e3, init: 1.0, logBase: true)]
    public double L2Regularization { get; set; } = 1;

    public IEstimator<ITransformer> Build(MLContext context, string label, string features) => context.Transforms.NormalizeMeanVariance(features)
        .Append(context.MulticlassClassification.Trainers.LbfgsMaximumEntropy(new LbfgsMaximumEntropyMulticlassTrainer.Options
        {
            LabelColumnName = label,
            FeatureColumnName = features,
            L1Regularization = 0,
            L2Regularization = (float)L2Regularization,
            OptimizationTolerance = 1e-4f,
            MaximumNumberOfIterations = Iterations,
            NumberOfThreads = 1,
        }));
}

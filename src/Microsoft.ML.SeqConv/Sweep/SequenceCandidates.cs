using Microsoft.ML.Data;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// The pipelines that a sweep tries by default: MiniRocket, Hydra, MultiRocket, Hydra and MultiRocket together, Rocket,
/// interval quantiles and dilated shapelets, each with each head, and the sequence ensemble. A list to extend:
/// candidates of one's own, such as networks, are made the same way.
/// </summary>
public static class SequenceCandidates
{
    private const string Features = DefaultColumnNames.Features;
    private const string EnsemblePrefix = "Ensemble.";

    /// <summary>
    /// Featurizers with ridge, and with multinomial logistic regression, and the sequence ensemble. The first is
    /// MiniRocket + ridge.
    /// </summary>
    /// <param name="labelColumnName">
    /// The label, which is a key when a pipeline sees it, also where there are two classes.
    /// </param>
    /// <param name="seriesColumnName">The series.</param>
    /// <param name="missingValues">What featurizers do with NaN.</param>
    public static IReadOnlyList<SweepCandidate> ForClassification(
        string labelColumnName = DefaultColumnNames.Label, string seriesColumnName = "Series",
        MissingValues missingValues = MissingValues.Error)
        => Combine(SequenceFeaturizer.All(labelColumnName, seriesColumnName, missingValues),
        [
            new("ridge", SweepSpace.Of<RidgeMulticlassTrainer.Options>("Ridge."), 1,
                (context, parameters) => context.MulticlassClassification.Trainers.Ridge(
                    parameters.To<RidgeMulticlassTrainer.Options>("Ridge.", options =>
                        (options.LabelColumnName, options.FeatureColumnName) = (labelColumnName, Features)))),
            new("logistic", SweepSpace.Of<MinibatchLogisticRegressionTrainer.Options>("Logistic."), 2,
                (context, parameters) => context.MulticlassClassification.Trainers.MinibatchLogisticRegression(
                    parameters.To<MinibatchLogisticRegressionTrainer.Options>("Logistic.", options =>
                    {
                        (options.LabelColumnName, options.FeatureColumnName) = (labelColumnName, Features);
                        options.ValidationRows = 0;         // the sweep validates, and searches the number of epochs
                    }))),
        ],
        Ensemble(missingValues, (context, options) => context.MulticlassClassification.Trainers.SequenceEnsemble(
            labelColumnName, seriesColumnName, options)));

    /// <summary>Featurizers with ridge, and the sequence ensemble. The first is MiniRocket + ridge.</summary>
    /// <param name="labelColumnName">The target, Single.</param>
    /// <param name="seriesColumnName">The series.</param>
    /// <param name="missingValues">What featurizers do with NaN.</param>
    public static IReadOnlyList<SweepCandidate> ForRegression(
        string labelColumnName = DefaultColumnNames.Label, string seriesColumnName = "Series",
        MissingValues missingValues = MissingValues.Error)
        => Combine(SequenceFeaturizer.All(labelColumnName, seriesColumnName, missingValues),
        [
            new("ridge", SweepSpace.Of<RidgeRegressionTrainer.Options>("Ridge."), 1,
                (context, parameters) => context.Regression.Trainers.Ridge(
                    parameters.To<RidgeRegressionTrainer.Options>("Ridge.", options =>
                        (options.LabelColumnName, options.FeatureColumnName) = (labelColumnName, Features)))),
        ],
        Ensemble(missingValues, (context, options) => context.Regression.Trainers.SequenceEnsemble(
            labelColumnName, seriesColumnName, options)));

    private static SweepCandidate Ensemble(
        MissingValues missingValues, Func<MLContext, SequenceEnsembleOptions, IEstimator<ITransformer>> build)
        => new("ensemble", SweepSpace.Of<SequenceEnsembleOptions>(EnsemblePrefix),
            (context, parameters) => build(context, parameters.To<SequenceEnsembleOptions>(
                EnsemblePrefix, options => options.MissingValues = missingValues)))
        {
            Cost = 7,
        };

    private static SweepCandidate[] Combine(
        IReadOnlyList<SequenceFeaturizer> featurizers, Head[] heads, SweepCandidate ensemble) =>
    [
        .. heads.SelectMany(head => featurizers.Select(
            featurizer => new SweepCandidate($"{featurizer.Name} + {head.Name}", featurizer.Space.And(head.Space),
                (context, parameters) =>
                    featurizer.Build(context, parameters, Features).Append(head.Build(context, parameters)))
            {
                Cost = featurizer.Cost * head.Cost,
                Resource = featurizer.Resource,
            })),
        ensemble,
    ];

    private sealed record Head(
        string Name, SweepSpace Space, double Cost, Func<MLContext, SweepParameters, IEstimator<ITransformer>> Build);
}

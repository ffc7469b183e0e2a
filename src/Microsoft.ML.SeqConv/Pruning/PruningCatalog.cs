using Microsoft.ML.SeqConv;

namespace Microsoft.ML;

/// <summary>Makes <see cref="PruningEstimator{TTransformer}"/>.</summary>
public static class PruningCatalog
{
    /// <summary>
    /// Prunes the fitted featurizer to the fewest features without a measurable loss of validation accuracy (sequential
    /// detachment, arXiv:2309.14518).
    /// </summary>
    /// <param name="featurizer">MiniRocket, Rocket, MultiRocket, Hydra, DilatedShapelets or IntervalQuantiles.</param>
    /// <param name="labelColumnName">
    /// The label that features are chosen for: a key or Boolean (classes), or Single (regression).
    /// </param>
    public static PruningEstimator<TTransformer> Prune<TTransformer>(
        this SeriesFeaturizerEstimator<TTransformer> featurizer, string labelColumnName = "Label")
        where TTransformer : SeriesTransformer, IPrunableTransformer<TTransformer>
        => featurizer.Prune(labelColumnName, new PruningOptions());

    /// <summary>Prunes the fitted featurizer (sequential detachment, arXiv:2309.14518).</summary>
    /// <param name="featurizer">MiniRocket, Rocket, MultiRocket, Hydra, DilatedShapelets or IntervalQuantiles.</param>
    /// <param name="labelColumnName">
    /// The label that features are chosen for: a key or Boolean (classes), or Single (regression).
    /// </param>
    /// <param name="options">The loss that is allowed, or the budget.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public static PruningEstimator<TTransformer> Prune<TTransformer>(
        this SeriesFeaturizerEstimator<TTransformer> featurizer, string labelColumnName, PruningOptions options)
        where TTransformer : SeriesTransformer, IPrunableTransformer<TTransformer>
        => new(featurizer, labelColumnName, options);
}

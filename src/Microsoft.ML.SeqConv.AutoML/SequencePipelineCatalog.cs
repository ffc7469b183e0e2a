using Microsoft.ML.AutoML;
using Microsoft.ML.Data;
using Microsoft.ML.SeqConv;

namespace Microsoft.ML;

/// <summary>
/// Whole pipelines over series for AutoML: featurizer, head, normalisation and their hyperparameters.
/// </summary>
public static class SequencePipelineCatalog
{
    /// <summary>
    /// Classifiers of series, as <see cref="SequenceCandidates.ForClassification"/> lists them, the cheapest first.
    /// </summary>
    /// <param name="catalog">AutoML's catalog.</param>
    /// <param name="labelColumnName">The label, a key: put <c>MapValueToKey</c> before for others.</param>
    /// <param name="seriesColumnName">The series.</param>
    /// <param name="missingValues">What featurizers do with NaN.</param>
    public static SweepablePipeline SequenceClassification(
        this AutoCatalog catalog, string labelColumnName = "Label", string seriesColumnName = "Series",
        MissingValues missingValues = MissingValues.Error)
        => catalog.SequencePipeline(
            SequenceCandidates.ForClassification(labelColumnName, seriesColumnName, missingValues));

    /// <summary>
    /// Regressors of series, as <see cref="SequenceCandidates.ForRegression"/> lists them, the cheapest first.
    /// </summary>
    /// <param name="catalog">AutoML's catalog.</param>
    /// <param name="labelColumnName">The target, Single.</param>
    /// <param name="seriesColumnName">The series.</param>
    /// <param name="missingValues">What featurizers do with NaN.</param>
    public static SweepablePipeline SequenceRegression(
        this AutoCatalog catalog, string labelColumnName = "Label", string seriesColumnName = "Series",
        MissingValues missingValues = MissingValues.Error)
        => catalog.SequencePipeline(SequenceCandidates.ForRegression(labelColumnName, seriesColumnName, missingValues));

    /// <summary>One of some candidates; those of one's own among them.</summary>
    /// <param name="catalog">AutoML's catalog.</param>
    /// <param name="candidates">The candidates, at least one.</param>
    public static SweepablePipeline SequencePipeline(this AutoCatalog catalog, IReadOnlyList<SweepCandidate> candidates)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(candidates);
        if (candidates.Count == 0)
            throw new ArgumentException("Candidates is empty; give at least one.", nameof(candidates));
        // AutoML takes alternatives only behind an estimator; the empty chain passes rows on.
        return ((IEstimator<ITransformer>)new EstimatorChain<ITransformer>())
            .Append([.. candidates.OrderBy(candidate => candidate.Cost)
                .Select(candidate => new SweepableCandidate(candidate))]);
    }
}

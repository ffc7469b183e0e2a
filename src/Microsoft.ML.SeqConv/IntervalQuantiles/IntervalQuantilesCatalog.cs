using Microsoft.ML.SeqConv;

namespace Microsoft.ML;

/// <summary>Makes <see cref="IntervalQuantilesEstimator"/>.</summary>
public static class IntervalQuantilesCatalog
{
    /// <summary>Features of series by QUANT (arXiv:2308.00928): quantiles of intervals.</summary>
    /// <param name="catalog">The transforms.</param>
    /// <param name="outputColumnName">The column to write: a vector of Single of known size.</param>
    /// <param name="inputColumnName">
    /// The column to read: <c>Vector&lt;Single, T&gt;</c>, <c>Vector&lt;Single, C, T&gt;</c>, or a vector of unknown
    /// size. Default: the output column's name.
    /// </param>
    /// <param name="depth">Levels of intervals, from 1 to 10: a level halves the intervals of the one before.</param>
    /// <param name="normalScores">
    /// Whether a feature becomes the normal score of its rank among the training series.
    /// </param>
    /// <param name="seed">
    /// Seed of the choice of training rows where not all are held; default: drawn from the context.
    /// </param>
    public static IntervalQuantilesEstimator IntervalQuantiles(this TransformsCatalog catalog, string outputColumnName,
        string? inputColumnName = null, int depth = 6, bool normalScores = true, int? seed = null)
        => new(catalog.Environment(), outputColumnName, inputColumnName, new IntervalQuantilesEstimator.Options
        {
            Depth = depth,
            NormalScores = normalScores,
            Seed = seed,
        });

    /// <summary>Features of series by QUANT (arXiv:2308.00928): quantiles of intervals.</summary>
    /// <param name="catalog">The transforms.</param>
    /// <param name="outputColumnName">The column to write: a vector of Single of known size.</param>
    /// <param name="options">Options.</param>
    /// <param name="inputColumnName">The column to read. Default: the output column's name.</param>
    public static IntervalQuantilesEstimator IntervalQuantiles(this TransformsCatalog catalog, string outputColumnName,
        IntervalQuantilesEstimator.Options options, string? inputColumnName = null)
        => new(catalog.Environment(), outputColumnName, inputColumnName, options);
}

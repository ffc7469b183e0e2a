using Microsoft.ML.SeqConv;

namespace Microsoft.ML;

/// <summary>Makes <see cref="MultiRocketEstimator"/>.</summary>
public static class MultiRocketCatalog
{
    /// <summary>Features of series by MultiRocket (arXiv:2102.00457).</summary>
    /// <param name="catalog">The transforms.</param>
    /// <param name="outputColumnName">The column to write: a vector of Single of known size.</param>
    /// <param name="inputColumnName">
    /// The column to read: <c>Vector&lt;Single, T&gt;</c>, <c>Vector&lt;Single, C, T&gt;</c>, or a vector of unknown
    /// size. Default: the output column's name.
    /// </param>
    /// <param name="numberOfFeatures">Features wanted, from 672; rounded down to a multiple of 672.</param>
    /// <param name="seed">Seed of the draws; default: drawn from the context.</param>
    public static MultiRocketEstimator MultiRocket(this TransformsCatalog catalog, string outputColumnName,
        string? inputColumnName = null, int numberOfFeatures = 50_000, int? seed = null)
        => new(catalog.Environment(), outputColumnName, inputColumnName,
            new MultiRocketEstimator.Options { NumberOfFeatures = numberOfFeatures, Seed = seed });

    /// <summary>Features of series by MultiRocket (arXiv:2102.00457).</summary>
    /// <param name="catalog">The transforms.</param>
    /// <param name="outputColumnName">The column to write: a vector of Single of known size.</param>
    /// <param name="options">Options.</param>
    /// <param name="inputColumnName">The column to read. Default: the output column's name.</param>
    public static MultiRocketEstimator MultiRocket(this TransformsCatalog catalog, string outputColumnName,
        MultiRocketEstimator.Options options, string? inputColumnName = null)
        => new(catalog.Environment(), outputColumnName, inputColumnName, options);
}

using Microsoft.ML.SeqConv;

namespace Microsoft.ML;

/// <summary>Makes <see cref="MiniRocketEstimator"/>.</summary>
public static class MiniRocketCatalog
{
    /// <summary>Features of series by MiniRocket (arXiv:2012.08791).</summary>
    /// <param name="catalog">The transforms.</param>
    /// <param name="outputColumnName">The column to write: a vector of Single of known size.</param>
    /// <param name="inputColumnName">
    /// The column to read: <c>Vector&lt;Single, T&gt;</c>, <c>Vector&lt;Single, C, T&gt;</c>, or a vector of unknown
    /// size. Default: the output column's name.
    /// </param>
    /// <param name="numberOfFeatures">Features wanted, from 84; rounded down to a multiple of 84.</param>
    /// <param name="seed">Seed of the draws; default: drawn from the context.</param>
    public static MiniRocketEstimator MiniRocket(this TransformsCatalog catalog, string outputColumnName,
        string? inputColumnName = null, int numberOfFeatures = 10_000, int? seed = null)
        => new(catalog.Environment(), outputColumnName, inputColumnName,
            new MiniRocketEstimator.Options { NumberOfFeatures = numberOfFeatures, Seed = seed });

    /// <summary>Features of series by MiniRocket (arXiv:2012.08791).</summary>
    /// <param name="catalog">The transforms.</param>
    /// <param name="outputColumnName">The column to write: a vector of Single of known size.</param>
    /// <param name="options">Options.</param>
    /// <param name="inputColumnName">The column to read. Default: the output column's name.</param>
    public static MiniRocketEstimator MiniRocket(this TransformsCatalog catalog, string outputColumnName,
        MiniRocketEstimator.Options options, string? inputColumnName = null)
        => new(catalog.Environment(), outputColumnName, inputColumnName, options);
}

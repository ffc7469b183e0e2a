using Microsoft.ML.SeqConv;

namespace Microsoft.ML;

/// <summary>Makes <see cref="HydraEstimator"/>.</summary>
public static class HydraCatalog
{
    /// <summary>Features of series by Hydra (arXiv:2203.13652).</summary>
    /// <param name="catalog">The transforms.</param>
    /// <param name="outputColumnName">The column to write: a vector of Single of known size.</param>
    /// <param name="inputColumnName">
    /// The column to read: <c>Vector&lt;Single, T&gt;</c>, <c>Vector&lt;Single, C, T&gt;</c>, or a vector of unknown
    /// size. Default: the output column's name.
    /// </param>
    /// <param name="numberOfGroups">
    /// Groups of eight kernels a dilation, from 1; half of them are on the series and half on its first difference.
    /// </param>
    /// <param name="seed">Seed of the draws; default: drawn from the context.</param>
    public static HydraEstimator Hydra(this TransformsCatalog catalog, string outputColumnName,
        string? inputColumnName = null, int numberOfGroups = 64, int? seed = null)
        => new(catalog.Environment(), outputColumnName, inputColumnName,
            new HydraEstimator.Options { NumberOfGroups = numberOfGroups, Seed = seed });

    /// <summary>Features of series by Hydra (arXiv:2203.13652).</summary>
    /// <param name="catalog">The transforms.</param>
    /// <param name="outputColumnName">The column to write: a vector of Single of known size.</param>
    /// <param name="options">Options.</param>
    /// <param name="inputColumnName">The column to read. Default: the output column's name.</param>
    public static HydraEstimator Hydra(this TransformsCatalog catalog, string outputColumnName,
        HydraEstimator.Options options, string? inputColumnName = null)
        => new(catalog.Environment(), outputColumnName, inputColumnName, options);
}

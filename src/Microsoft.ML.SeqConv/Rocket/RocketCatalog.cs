using Microsoft.ML.SeqConv;

namespace Microsoft.ML;

/// <summary>Makes <see cref="RocketEstimator"/>.</summary>
public static class RocketCatalog
{
    /// <summary>Features of series by Rocket (arXiv:1910.13051).</summary>
    /// <param name="catalog">The transforms.</param>
    /// <param name="outputColumnName">The column to write: a vector of Single, two values a kernel.</param>
    /// <param name="inputColumnName">
    /// The column to read: <c>Vector&lt;Single, T&gt;</c>, <c>Vector&lt;Single, C, T&gt;</c>, or a vector of unknown
    /// size. Default: the output column's name.
    /// </param>
    /// <param name="numberOfKernels">Random kernels, at least 1.</param>
    /// <param name="seed">Seed of the draws; default: drawn from the context.</param>
    public static RocketEstimator Rocket(this TransformsCatalog catalog, string outputColumnName,
        string? inputColumnName = null, int numberOfKernels = 10_000, int? seed = null)
        => new(catalog.Environment(), outputColumnName, inputColumnName,
            new RocketEstimator.Options { NumberOfKernels = numberOfKernels, Seed = seed });

    /// <summary>Features of series by Rocket (arXiv:1910.13051).</summary>
    /// <param name="catalog">The transforms.</param>
    /// <param name="outputColumnName">The column to write: a vector of Single, two values a kernel.</param>
    /// <param name="options">Options.</param>
    /// <param name="inputColumnName">The column to read. Default: the output column's name.</param>
    public static RocketEstimator Rocket(this TransformsCatalog catalog, string outputColumnName,
        RocketEstimator.Options options, string? inputColumnName = null)
        => new(catalog.Environment(), outputColumnName, inputColumnName, options);
}

using Microsoft.ML.SeqConv;

namespace Microsoft.ML;

/// <summary>Makes <see cref="__Name__Estimator"/>.</summary>
public static class __Name__Catalog
{
    /// <summary>Features of series by __Name__ (arXiv:NUMBER).</summary>
    /// <param name="catalog">The transforms.</param>
    /// <param name="outputColumnName">The column to write: a vector of Single of known size.</param>
    /// <param name="inputColumnName">
    /// The column to read: <c>Vector&lt;Single, T&gt;</c>, <c>Vector&lt;Single, C, T&gt;</c>, or a vector of unknown
    /// size. Default: the output column's name.
    /// </param>
    /// <param name="numberOfKernels">Kernels, from 1.</param>
    /// <param name="seed">Seed of the draws; default: drawn from the context.</param>
    public static __Name__Estimator __Name__(this TransformsCatalog catalog, string outputColumnName,
        string? inputColumnName = null, int numberOfKernels = 1_000, int? seed = null)
        => new(catalog.Environment(), outputColumnName, inputColumnName,
            new __Name__Estimator.Options { NumberOfKernels = numberOfKernels, Seed = seed });

    /// <summary>Features of series by __Name__ (arXiv:NUMBER).</summary>
    /// <param name="catalog">The transforms.</param>
    /// <param name="outputColumnName">The column to write: a vector of Single of known size.</param>
    /// <param name="options">Options.</param>
    /// <param name="inputColumnName">The column to read. Default: the output column's name.</param>
    public static __Name__Estimator __Name__(this TransformsCatalog catalog, string outputColumnName,
        __Name__Estimator.Options options, string? inputColumnName = null)
        => new(catalog.Environment(), outputColumnName, inputColumnName, options);
}

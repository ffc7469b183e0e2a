using Microsoft.ML.SeqConv;

namespace Microsoft.ML;

/// <summary>Makes <see cref="ConvolutionEstimator"/>.</summary>
public static class ConvolutionCatalog
{
    /// <summary>Convolution of series, or of the vectors of tokens, with given kernels.</summary>
    /// <param name="catalog">The transforms.</param>
    /// <param name="outputColumnName">
    /// The column to write: a vector of Single of known size, kernel after kernel.
    /// </param>
    /// <param name="options">Kernels, padding, stride, dilation, pooling.</param>
    /// <param name="inputColumnName">
    /// The column to read: <c>Vector&lt;Single, T&gt;</c>, <c>Vector&lt;Single, C, T&gt;</c>, or a vector of unknown
    /// size. Default: the output column's name.
    /// </param>
    public static ConvolutionEstimator Convolution1D(this TransformsCatalog catalog, string outputColumnName,
        ConvolutionOptions options, string? inputColumnName = null)
        => new(catalog.Environment(), outputColumnName, inputColumnName, options);
}

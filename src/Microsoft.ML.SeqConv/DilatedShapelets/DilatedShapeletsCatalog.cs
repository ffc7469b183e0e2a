using Microsoft.ML.SeqConv;

namespace Microsoft.ML;

/// <summary>Makes <see cref="DilatedShapeletsEstimator"/>.</summary>
public static class DilatedShapeletsCatalog
{
    /// <summary>Features of series by random dilated shapelets (RDST, arXiv:2109.13514).</summary>
    /// <param name="catalog">The transforms.</param>
    /// <param name="outputColumnName">The column to write: a vector of Single of known size.</param>
    /// <param name="labelColumnName">
    /// The label, read by the fit alone: a key or Boolean, whose classes give the thresholds; Single, or
    /// <see langword="null"/>: thresholds come from any series.
    /// </param>
    /// <param name="inputColumnName">
    /// The column to read: <c>Vector&lt;Single, T&gt;</c>, <c>Vector&lt;Single, C, T&gt;</c>, or a vector of unknown
    /// size. Default: the output column's name.
    /// </param>
    /// <param name="numberOfShapelets">Shapelets, from 1; each gives three features.</param>
    /// <param name="seed">Seed of the draws; default: drawn from the context.</param>
    public static DilatedShapeletsEstimator DilatedShapelets(this TransformsCatalog catalog, string outputColumnName,
        string? labelColumnName = null, string? inputColumnName = null, int numberOfShapelets = 2_000,
        int? seed = null)
        => catalog.DilatedShapelets(outputColumnName,
            new DilatedShapeletsEstimator.Options { NumberOfShapelets = numberOfShapelets, Seed = seed },
            labelColumnName, inputColumnName);

    /// <summary>Features of series by random dilated shapelets (RDST, arXiv:2109.13514).</summary>
    /// <param name="catalog">The transforms.</param>
    /// <param name="outputColumnName">The column to write: a vector of Single of known size.</param>
    /// <param name="options">Options.</param>
    /// <param name="labelColumnName">The label, read by the fit alone, or <see langword="null"/>.</param>
    /// <param name="inputColumnName">The column to read. Default: the output column's name.</param>
    public static DilatedShapeletsEstimator DilatedShapelets(this TransformsCatalog catalog, string outputColumnName,
        DilatedShapeletsEstimator.Options options, string? labelColumnName = null, string? inputColumnName = null)
        => new(catalog.Environment(), outputColumnName, labelColumnName, inputColumnName, options);
}

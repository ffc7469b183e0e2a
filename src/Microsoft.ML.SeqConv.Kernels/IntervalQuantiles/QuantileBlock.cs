namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// The features of one interval of one representation, which follow one another: [channel, quantile].
/// </summary>
/// <param name="Representation">The representation.</param>
/// <param name="Number">Number of the interval in the representation.</param>
/// <param name="Interval">The interval.</param>
/// <param name="Quantiles">Quantiles of each channel.</param>
/// <param name="First">The number of the first feature in the full model.</param>
internal sealed record QuantileBlock(
    SeriesRepresentation Representation, int Number, DyadicInterval Interval, int Quantiles, long First);

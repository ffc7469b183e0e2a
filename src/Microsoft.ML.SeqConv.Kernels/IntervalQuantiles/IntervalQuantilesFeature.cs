namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>What a feature of QUANT is.</summary>
/// <param name="Representation">What it is a quantile of.</param>
/// <param name="Interval">Number of the interval in the representation.</param>
/// <param name="Channel">The channel of the series.</param>
/// <param name="Quantile">Which of the interval's quantiles, from 0.</param>
internal readonly record struct IntervalQuantilesFeature(
    SeriesRepresentation Representation, int Interval, int Channel, int Quantile);

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>What quantiles are taken of, in the order of the published code.</summary>
internal enum SeriesRepresentation
{
    /// <summary>The series.</summary>
    Series,

    /// <summary>Its first difference, smoothed by a centred mean of five.</summary>
    Difference,

    /// <summary>Its second difference.</summary>
    SecondDifference,

    /// <summary>The magnitudes of its discrete Fourier transform, from frequency zero to the highest.</summary>
    Spectrum,
}

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>What one of a shapelet's three features is, in their order.</summary>
internal enum ShapeletFeature
{
    /// <summary>The smallest distance of the shapelet from a window of the series.</summary>
    Minimum,

    /// <summary>The first point of the first window of that distance.</summary>
    Position,

    /// <summary>The number of windows whose distance is below the threshold.</summary>
    Count,
}

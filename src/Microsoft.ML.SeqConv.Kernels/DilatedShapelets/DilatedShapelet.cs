namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>A shapelet of a <see cref="DilatedShapeletsModel"/>, without its values.</summary>
/// <param name="Dilation">Points of a series from one point of the shapelet to the next, at least 1.</param>
/// <param name="IsNormalized">Whether it is compared with z-normalised windows.</param>
/// <param name="Threshold">Windows of a smaller distance are counted.</param>
/// <param name="Channels">The channels that it is of, at least one.</param>
/// <param name="FirstValue">Where its values begin among those of the model: [one of its channels, point].</param>
internal readonly record struct DilatedShapelet(
    int Dilation, bool IsNormalized, float Threshold, int[] Channels, int FirstValue) : IComparable<DilatedShapelet>
{
    /// <summary>Whether windows are made once for both: they have the dilation in common, and normalisation.</summary>
    public bool SharesWindowsWith(DilatedShapelet other) => CompareTo(other) == 0;

    /// <summary>The order in a model: by dilation, normalised ones last.</summary>
    public int CompareTo(DilatedShapelet other)
        => (Dilation, IsNormalized).CompareTo((other.Dilation, other.IsNormalized));
}

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>What a shapelet finds in a series.</summary>
/// <param name="Minimum">The smallest distance from a window.</param>
/// <param name="Position">The first point of the first window of that distance.</param>
/// <param name="Count">The number of windows whose distance is below the threshold.</param>
internal readonly record struct ShapeletMatch(float Minimum, int Position, int Count);

using System.Runtime.CompilerServices;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>What a shapelet finds in a series.</summary>
/// <param name="Minimum">The smallest distance from a window.</param>
/// <param name="Position">The first point of the first window of that distance.</param>
/// <param name="Count">The number of windows whose distance is below the threshold.</param>
internal readonly record struct ShapeletMatch(float Minimum, int Position, int Count)
{
    /// <summary>What it finds among no windows.</summary>
    public static ShapeletMatch None => new(float.PositiveInfinity, 0, 0);

    /// <summary>What it finds among more windows.</summary>
    /// <param name="later">What it finds among the later ones alone, its position being one of theirs.</param>
    /// <param name="first">The first of them.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ShapeletMatch With(ShapeletMatch later, int first) => later.Minimum < Minimum
        ? new(later.Minimum, first + later.Position, Count + later.Count)
        : this with { Count = Count + later.Count };
}

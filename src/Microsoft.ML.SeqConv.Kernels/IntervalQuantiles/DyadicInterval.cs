using System.Numerics;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>One of the intervals that a series of any length is divided into.</summary>
/// <param name="Parts">Intervals of equal length that cover the series: a power of two.</param>
/// <param name="Index">Which of them, from 0.</param>
/// <param name="IsShifted">Whether it is moved by half its length.</param>
internal readonly record struct DyadicInterval(int Parts, int Index, bool IsShifted)
{
    /// <summary>The intervals of the published code, in its order.</summary>
    /// <param name="length">Points of a series, at least 1.</param>
    /// <param name="depth">Levels, at least 1.</param>
    public static IEnumerable<DyadicInterval> Of(int length, int depth)
    {
        int levels = Math.Min(depth, BitOperations.Log2((uint)length) + 1);
        for (int level = 0; level < levels; level++)
        {
            int parts = 1 << level;
            for (int i = 0; i < parts; i++)
                yield return new(parts, i, IsShifted: false);
            for (int i = 0; HasShifted(length, parts) && i < parts - 1; i++)
                yield return new(parts, i, IsShifted: true);
        }
    }

    /// <summary>
    /// Where the interval lies in a series. Bounds are those of the published code, which rounds evenly spaced numbers
    /// down; in a series that is too short for them the interval is one point.
    /// </summary>
    /// <param name="length">Points of the series, at least 1.</param>
    public (int Start, int End) Within(int length)
    {
        int shift = IsShifted ? (int)((length + 2L * Parts - 1) / (2L * Parts)) : 0;
        int start = (int)Math.Min(Bound(length, Parts, Index) + shift, length - 1);
        int end = (int)Math.Min(Bound(length, Parts, Index + 1) + shift, length);
        return (start, Math.Max(start + 1, end));
    }

    /// <summary>Where a number of equal parts of a series end.</summary>
    public static long Bound(int length, int parts, int count) => (long)length * count / parts;

    // Where the lower median of the lengths is above one point: of n intervals, length % n are one point longer.
    private static bool HasShifted(int length, int parts)
    {
        (int shorter, int longer) = Math.DivRem(length, parts);
        int median = parts - longer > (parts - 1) / 2 ? shorter : shorter + 1;
        return parts > 1 && median > 1;
    }
}

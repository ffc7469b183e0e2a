using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// The mean of an interval, summed in float64 by eight sums that take turns, point after point: the lanes of two
/// vectors of 256 bits, which give the same bits on every processor.
/// </summary>
internal static class IntervalMean
{
    private const int Lanes = 8;

    /// <summary>The specification.</summary>
    /// <param name="values">[time], at least one.</param>
    public static float Scalar(ReadOnlySpan<float> values)
    {
        Span<double> sums = stackalloc double[Lanes];
        sums.Clear();
        for (int t = 0; t < values.Length; t++)
            sums[t % Lanes] += values[t];
        return Join(sums, values.Length);
    }

    /// <summary>The same on vectors.</summary>
    /// <param name="values">[time], at least one.</param>
    public static float Vectorised(ReadOnlySpan<float> values)
    {
        Vector256<double> low = Vector256<double>.Zero;
        Vector256<double> high = Vector256<double>.Zero;
        ref float first = ref MemoryMarshal.GetReference(values);
        int t = 0;
        for (; t <= values.Length - Lanes; t += Lanes)
        {
            (Vector256<double> ofLow, Vector256<double> ofHigh) =
                Vector256.Widen(Vector256.LoadUnsafe(ref first, (nuint)t));
            low += ofLow;
            high += ofHigh;
        }

        Span<double> sums = stackalloc double[Lanes];
        low.CopyTo(sums);
        high.CopyTo(sums[(Lanes / 2)..]);
        for (int lane = 0; t < values.Length; t++, lane++)
            sums[lane] += values[t];
        return Join(sums, values.Length);
    }

    private static float Join(ReadOnlySpan<double> sums, int count)
        => (float)((sums[0] + sums[4] + (sums[2] + sums[6]) + (sums[1] + sums[5] + (sums[3] + sums[7]))) / count);
}

using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Transposes rows into lanes: [lane, position] to [position, lane], for <see cref="PooledLanes.Count"/> lanes.
/// </summary>
internal static unsafe class LaneTransposition
{
    private const int Lanes = PooledLanes.Count;

    /// <summary>Transposes a block.</summary>
    /// <param name="rows">[lane, position], readable up to <paramref name="positions"/>, rounded up to eight.</param>
    /// <param name="stride">Values from one row to the next.</param>
    /// <param name="positions">Positions to transpose; up to seven more may be written.</param>
    /// <param name="transposed">[position, lane].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Transpose(float* rows, int stride, int positions, float* transposed)
    {
        Debug.Assert(positions >= 0 && (positions + 7) / 8 * 8 <= stride,
            "The rows are shorter than the positions, rounded up to eight.");
        if (!Avx.IsSupported)
        {
            TransposeOneByOne(rows, stride, positions, transposed);
            return;
        }

        for (int t = 0; t < positions; t += Vector256<float>.Count)
        {
            for (int lane = 0; lane < Lanes; lane += Vector256<float>.Count)
                TransposeEight(rows + lane * stride + t, stride, transposed + t * Lanes + lane);
        }
    }

    private static void TransposeOneByOne(float* rows, int stride, int positions, float* transposed)
    {
        for (int t = 0; t < positions; t++)
        {
            for (int lane = 0; lane < Lanes; lane++)
                transposed[t * Lanes + lane] = rows[lane * stride + t];
        }
    }

    // Eight rows of eight: pairs of rows, then fours, then both halves of the vectors.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransposeEight(float* rows, int stride, float* transposed)
    {
        Vector256<float> row0 = Vector256.Load(rows);
        Vector256<float> row1 = Vector256.Load(rows + stride);
        Vector256<float> row2 = Vector256.Load(rows + 2 * stride);
        Vector256<float> row3 = Vector256.Load(rows + 3 * stride);
        Vector256<float> row4 = Vector256.Load(rows + 4 * stride);
        Vector256<float> row5 = Vector256.Load(rows + 5 * stride);
        Vector256<float> row6 = Vector256.Load(rows + 6 * stride);
        Vector256<float> row7 = Vector256.Load(rows + 7 * stride);
        (Vector256<float> a0, Vector256<float> a1, Vector256<float> a2, Vector256<float> a3) =
            TransposeFour(row0, row1, row2, row3);
        (Vector256<float> b0, Vector256<float> b1, Vector256<float> b2, Vector256<float> b3) =
            TransposeFour(row4, row5, row6, row7);
        Vector256.Store(Avx.Permute2x128(a0, b0, 0x20), transposed);
        Vector256.Store(Avx.Permute2x128(a1, b1, 0x20), transposed + Lanes);
        Vector256.Store(Avx.Permute2x128(a2, b2, 0x20), transposed + 2 * Lanes);
        Vector256.Store(Avx.Permute2x128(a3, b3, 0x20), transposed + 3 * Lanes);
        Vector256.Store(Avx.Permute2x128(a0, b0, 0x31), transposed + 4 * Lanes);
        Vector256.Store(Avx.Permute2x128(a1, b1, 0x31), transposed + 5 * Lanes);
        Vector256.Store(Avx.Permute2x128(a2, b2, 0x31), transposed + 6 * Lanes);
        Vector256.Store(Avx.Permute2x128(a3, b3, 0x31), transposed + 7 * Lanes);
    }

    // Each half of a vector as four rows of four.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<float>, Vector256<float>, Vector256<float>, Vector256<float>) TransposeFour(
        Vector256<float> row0, Vector256<float> row1, Vector256<float> row2, Vector256<float> row3)
    {
        Vector256<float> low01 = Avx.UnpackLow(row0, row1);
        Vector256<float> high01 = Avx.UnpackHigh(row0, row1);
        Vector256<float> low23 = Avx.UnpackLow(row2, row3);
        Vector256<float> high23 = Avx.UnpackHigh(row2, row3);
        return (Avx.Shuffle(low01, low23, 0x44), Avx.Shuffle(low01, low23, 0xEE),
            Avx.Shuffle(high01, high23, 0x44), Avx.Shuffle(high01, high23, 0xEE));
    }
}

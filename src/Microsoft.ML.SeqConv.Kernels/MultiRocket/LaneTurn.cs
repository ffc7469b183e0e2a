using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>Turns rows into lanes: [lane, position] to [position, lane], for <see cref="PooledLanes.Count"/> lanes.</summary>
internal static unsafe class LaneTurn
{
    private const int Lanes = PooledLanes.Count;

    /// <summary>Turns a block.</summary>
    /// <param name="rows">[lane, position], readable up to <paramref name="positions"/>, rounded up to eight.</param>
    /// <param name="stride">Values from one row to the next.</param>
    /// <param name="positions">Positions to turn; up to seven more may be written.</param>
    /// <param name="turned">[position, lane].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Turn(float* rows, int stride, int positions, float* turned)
    {
        if (!Avx.IsSupported)
        {
            TurnOneByOne(rows, stride, positions, turned);
            return;
        }

        for (int t = 0; t < positions; t += Vector256<float>.Count)
        {
            for (int lane = 0; lane < Lanes; lane += Vector256<float>.Count)
                TurnEight(rows + lane * stride + t, stride, turned + t * Lanes + lane);
        }
    }

    private static void TurnOneByOne(float* rows, int stride, int positions, float* turned)
    {
        for (int t = 0; t < positions; t++)
        {
            for (int lane = 0; lane < Lanes; lane++)
                turned[t * Lanes + lane] = rows[lane * stride + t];
        }
    }

    // Eight rows of eight: pairs of rows, then fours, then both halves of the vectors.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TurnEight(float* rows, int stride, float* turned)
    {
        Vector256<float> row0 = Vector256.Load(rows);
        Vector256<float> row1 = Vector256.Load(rows + stride);
        Vector256<float> row2 = Vector256.Load(rows + 2 * stride);
        Vector256<float> row3 = Vector256.Load(rows + 3 * stride);
        Vector256<float> row4 = Vector256.Load(rows + 4 * stride);
        Vector256<float> row5 = Vector256.Load(rows + 5 * stride);
        Vector256<float> row6 = Vector256.Load(rows + 6 * stride);
        Vector256<float> row7 = Vector256.Load(rows + 7 * stride);
        (Vector256<float> a0, Vector256<float> a1, Vector256<float> a2, Vector256<float> a3) = TurnFour(row0, row1, row2, row3);
        (Vector256<float> b0, Vector256<float> b1, Vector256<float> b2, Vector256<float> b3) = TurnFour(row4, row5, row6, row7);
        Vector256.Store(Avx.Permute2x128(a0, b0, 0x20), turned);
        Vector256.Store(Avx.Permute2x128(a1, b1, 0x20), turned + Lanes);
        Vector256.Store(Avx.Permute2x128(a2, b2, 0x20), turned + 2 * Lanes);
        Vector256.Store(Avx.Permute2x128(a3, b3, 0x20), turned + 3 * Lanes);
        Vector256.Store(Avx.Permute2x128(a0, b0, 0x31), turned + 4 * Lanes);
        Vector256.Store(Avx.Permute2x128(a1, b1, 0x31), turned + 5 * Lanes);
        Vector256.Store(Avx.Permute2x128(a2, b2, 0x31), turned + 6 * Lanes);
        Vector256.Store(Avx.Permute2x128(a3, b3, 0x31), turned + 7 * Lanes);
    }

    // Each half of a vector as four rows of four.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<float>, Vector256<float>, Vector256<float>, Vector256<float>) TurnFour(Vector256<float> row0, Vector256<float> row1, Vector256<float> row2, Vector256<float> row3)
    {
        Vector256<float> low01 = Avx.UnpackLow(row0, row1);
        Vector256<float> high01 = Avx.UnpackHigh(row0, row1);
        Vector256<float> low23 = Avx.UnpackLow(row2, row3);
        Vector256<float> high23 = Avx.UnpackHigh(row2, row3);
        return (Avx.Shuffle(low01, low23, 0x44), Avx.Shuffle(low01, low23, 0xEE), Avx.Shuffle(high01, high23, 0x44), Avx.Shuffle(high01, high23, 0xEE));
    }
}

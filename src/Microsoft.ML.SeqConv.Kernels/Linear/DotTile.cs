using System.Numerics;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// The inner loop of matrix products over rows: the twelve dot products of four rows with three. Twelve sums, three rows and one operand fill the sixteen
/// registers of 256-bit processors, and each value that is loaded is used three or four times.
/// </summary>
internal static unsafe class DotTile
{
    public const int Rows = 4;
    public const int Columns = 3;

    /// <summary>Computes dot products.</summary>
    /// <param name="a">Four rows.</param>
    /// <param name="b">Three rows.</param>
    /// <param name="start">First value of the rows that is used.</param>
    /// <param name="length">Values used: a multiple of the vector's width.</param>
    /// <param name="sums">[row of a, row of b], row-major, to be filled.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Apply<T>(T** a, T** b, long start, long length, double* sums)
        where T : unmanaged, INumber<T>
    {
        T* a0 = a[0] + start, a1 = a[1] + start, a2 = a[2] + start, a3 = a[3] + start;
        T* b0 = b[0] + start, b1 = b[1] + start, b2 = b[2] + start;
        Vector<T> s00 = default, s01 = default, s02 = default;
        Vector<T> s10 = default, s11 = default, s12 = default;
        Vector<T> s20 = default, s21 = default, s22 = default;
        Vector<T> s30 = default, s31 = default, s32 = default;
        for (nint k = 0; k < length; k += Vector<T>.Count)
        {
            Vector<T> y0 = Vector.Load(b0 + k), y1 = Vector.Load(b1 + k), y2 = Vector.Load(b2 + k);
            Vector<T> x = Vector.Load(a0 + k);
            s00 = MultiplyAdd(x, y0, s00);
            s01 = MultiplyAdd(x, y1, s01);
            s02 = MultiplyAdd(x, y2, s02);
            x = Vector.Load(a1 + k);
            s10 = MultiplyAdd(x, y0, s10);
            s11 = MultiplyAdd(x, y1, s11);
            s12 = MultiplyAdd(x, y2, s12);
            x = Vector.Load(a2 + k);
            s20 = MultiplyAdd(x, y0, s20);
            s21 = MultiplyAdd(x, y1, s21);
            s22 = MultiplyAdd(x, y2, s22);
            x = Vector.Load(a3 + k);
            s30 = MultiplyAdd(x, y0, s30);
            s31 = MultiplyAdd(x, y1, s31);
            s32 = MultiplyAdd(x, y2, s32);
        }

        sums[0] = Sum(s00);
        sums[1] = Sum(s01);
        sums[2] = Sum(s02);
        sums[3] = Sum(s10);
        sums[4] = Sum(s11);
        sums[5] = Sum(s12);
        sums[6] = Sum(s20);
        sums[7] = Sum(s21);
        sums[8] = Sum(s22);
        sums[9] = Sum(s30);
        sums[10] = Sum(s31);
        sums[11] = Sum(s32);
    }

    private static double Sum<T>(Vector<T> values)
        where T : unmanaged, INumber<T>
        => double.CreateTruncating(Vector.Sum(values));

    // Fused where the framework offers it; the last bit of ridge, unlike that of the kernels, is not promised across instruction sets.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<T> MultiplyAdd<T>(Vector<T> x, Vector<T> y, Vector<T> sum)
        where T : unmanaged, INumber<T>
    {
#if NET9_0_OR_GREATER
        return typeof(T) == typeof(float)
            ? Vector.FusedMultiplyAdd(x.As<T, float>(), y.As<T, float>(), sum.As<T, float>()).As<float, T>()
            : Vector.FusedMultiplyAdd(x.As<T, double>(), y.As<T, double>(), sum.As<T, double>()).As<double, T>();
#else
        return x * y + sum;
#endif
    }
}

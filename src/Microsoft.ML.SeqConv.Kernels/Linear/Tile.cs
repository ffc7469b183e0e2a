using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// The inner loops of ridge's dense algebra, above all C += factor * A B, where C is [4, 12], A is [4, depth] and B is
/// [depth, 12]. A and C are row-major with any stride; B is a strip: <see cref="Width"/> columns stored contiguously,
/// row after row. The twelve sums take twelve vector registers, a row of B three and an element of A one: sixteen, all
/// there are on AVX2. Each sum runs over depth in order, so a result does not depend on the thread.
/// </summary>
internal static unsafe class Tile
{
    internal const int Height = 4;
    internal const int Width = 12;

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal static void Add(double* c, long strideC, double* a, long strideA, double* b, int depth, double factor)
    {
        Debug.Assert(depth >= 0 && strideC >= Width, "The rows of C overlap.");
        if (KernelPaths.Current == KernelPath.Scalar)
        {
            ScalarLinear.AddTile(c, strideC, a, strideA, b, depth, factor);
            return;
        }

        Vector256<double> s00 = default, s01 = default, s02 = default;
        Vector256<double> s10 = default, s11 = default, s12 = default;
        Vector256<double> s20 = default, s21 = default, s22 = default;
        Vector256<double> s30 = default, s31 = default, s32 = default;
        double* a1 = a + strideA;
        double* a2 = a1 + strideA;
        double* a3 = a2 + strideA;
        for (nint k = 0; k < depth; k++)
        {
            var b0 = Vector256.Load(b);
            var b1 = Vector256.Load(b + 4);
            var b2 = Vector256.Load(b + 8);
            b += Width;
            var x = Vector256.Create(a[k]);
            s00 = VectorArithmetic256.FusedMultiplyAdd(x, b0, s00);
            s01 = VectorArithmetic256.FusedMultiplyAdd(x, b1, s01);
            s02 = VectorArithmetic256.FusedMultiplyAdd(x, b2, s02);
            x = Vector256.Create(a1[k]);
            s10 = VectorArithmetic256.FusedMultiplyAdd(x, b0, s10);
            s11 = VectorArithmetic256.FusedMultiplyAdd(x, b1, s11);
            s12 = VectorArithmetic256.FusedMultiplyAdd(x, b2, s12);
            x = Vector256.Create(a2[k]);
            s20 = VectorArithmetic256.FusedMultiplyAdd(x, b0, s20);
            s21 = VectorArithmetic256.FusedMultiplyAdd(x, b1, s21);
            s22 = VectorArithmetic256.FusedMultiplyAdd(x, b2, s22);
            x = Vector256.Create(a3[k]);
            s30 = VectorArithmetic256.FusedMultiplyAdd(x, b0, s30);
            s31 = VectorArithmetic256.FusedMultiplyAdd(x, b1, s31);
            s32 = VectorArithmetic256.FusedMultiplyAdd(x, b2, s32);
        }

        var f = Vector256.Create(factor);
        AddRow(c, f, s00, s01, s02);
        AddRow(c + strideC, f, s10, s11, s12);
        AddRow(c + 2 * strideC, f, s20, s21, s22);
        AddRow(c + 3 * strideC, f, s30, s31, s32);
    }

    /// <summary>The sum of squares of each column of a strip.</summary>
    /// <param name="strip">[depth, 12].</param>
    /// <param name="depth">Rows.</param>
    /// <param name="sums">[12]; written.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal static void SumSquares(double* strip, int depth, double* sums)
    {
        Debug.Assert(depth >= 0, "The number of rows is negative.");
        if (KernelPaths.Current == KernelPath.Scalar)
        {
            ScalarLinear.SumSquares(strip, depth, sums);
            return;
        }

        Vector256<double> s0 = default, s1 = default, s2 = default;
        for (nint k = 0; k < depth; k++)
        {
            var x0 = Vector256.Load(strip);
            var x1 = Vector256.Load(strip + 4);
            var x2 = Vector256.Load(strip + 8);
            s0 = VectorArithmetic256.FusedMultiplyAdd(x0, x0, s0);
            s1 = VectorArithmetic256.FusedMultiplyAdd(x1, x1, s1);
            s2 = VectorArithmetic256.FusedMultiplyAdd(x2, x2, s2);
            strip += Width;
        }

        s0.Store(sums);
        s1.Store(sums + 4);
        s2.Store(sums + 8);
    }

    /// <summary>Solves L X = B for a triangle of <see cref="Height"/> rows.</summary>
    /// <param name="x">[4, 12]: B, becomes X.</param>
    /// <param name="triangle">L, [4, 4], with the reciprocals of the diagonal on it.</param>
    /// <param name="stride">Values from one row of L to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal static void SolveTriangle(double* x, double* triangle, long stride)
    {
        Debug.Assert(stride >= Height, "The rows of the triangle overlap.");
        if (KernelPaths.Current == KernelPath.Scalar)
        {
            ScalarLinear.SolveTriangle(x, triangle, stride);
            return;
        }

        for (int part = 0; part < Width; part += 4, x += 4)
        {
            double* row = triangle;
            var x0 = Vector256.Load(x) * row[0];
            row += stride;
            var x1 = (Vector256.Load(x + Width) - x0 * row[0]) * row[1];
            row += stride;
            var x2 = (Vector256.Load(x + 2 * Width) - x0 * row[0] - x1 * row[1]) * row[2];
            row += stride;
            var x3 = (Vector256.Load(x + 3 * Width) - x0 * row[0] - x1 * row[1] - x2 * row[2]) * row[3];
            x0.Store(x);
            x1.Store(x + Width);
            x2.Store(x + 2 * Width);
            x3.Store(x + 3 * Width);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddRow(
        double* c, Vector256<double> factor, Vector256<double> s0, Vector256<double> s1, Vector256<double> s2)
    {
        VectorArithmetic256.FusedMultiplyAdd(factor, s0, Vector256.Load(c)).Store(c);
        VectorArithmetic256.FusedMultiplyAdd(factor, s1, Vector256.Load(c + 4)).Store(c + 4);
        VectorArithmetic256.FusedMultiplyAdd(factor, s2, Vector256.Load(c + 8)).Store(c + 8);
    }
}

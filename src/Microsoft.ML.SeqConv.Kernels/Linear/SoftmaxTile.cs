using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// The inner loops of multinomial logistic regression. Both keep eight float32 sums in registers, and each sum runs in
/// the order of columns or rows, so a result does not depend on the thread.
/// </summary>
internal static unsafe class SoftmaxTile
{
    /// <summary>Classes of a tile; padded numbers of classes are multiples of it.</summary>
    internal const int Classes = 4;

    /// <summary>Columns of a strip: a cache line.</summary>
    internal const int Columns = 16;

    /// <summary>
    /// z[row, class] += x[row] w[class] for two rows and four classes. Short runs of columns keep the float32 sums
    /// exact enough; they end in float64.
    /// </summary>
    /// <param name="x0">[columns]: one row.</param>
    /// <param name="x1">[columns]: another; may be the same.</param>
    /// <param name="w">[4, columns].</param>
    /// <param name="strideW">Values from one class to the next.</param>
    /// <param name="columns">A multiple of 8.</param>
    /// <param name="z0">[4]: of the one row.</param>
    /// <param name="z1">[4]: of the other.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal static void AddProducts(float* x0, float* x1, float* w, long strideW, int columns, double* z0, double* z1)
    {
        Debug.Assert(columns >= 0 && columns % Vector256<float>.Count == 0 && columns <= strideW,
            "The columns are not whole vectors of a row.");
        if (KernelPaths.Current == KernelPath.Scalar)
        {
            ScalarLinear.AddProducts(x0, x1, w, strideW, columns, z0, z1);
            return;
        }

        Vector256<float> s00 = default, s01 = default, s02 = default, s03 = default;
        Vector256<float> s10 = default, s11 = default, s12 = default, s13 = default;
        float* w1 = w + strideW;
        float* w2 = w1 + strideW;
        float* w3 = w2 + strideW;
        for (nint j = 0; j < columns; j += Vector256<float>.Count)
        {
            var row0 = Vector256.Load(x0 + j);
            var row1 = Vector256.Load(x1 + j);
            var weights = Vector256.Load(w + j);
            s00 = VectorArithmetic256.FusedMultiplyAdd(row0, weights, s00);
            s10 = VectorArithmetic256.FusedMultiplyAdd(row1, weights, s10);
            weights = Vector256.Load(w1 + j);
            s01 = VectorArithmetic256.FusedMultiplyAdd(row0, weights, s01);
            s11 = VectorArithmetic256.FusedMultiplyAdd(row1, weights, s11);
            weights = Vector256.Load(w2 + j);
            s02 = VectorArithmetic256.FusedMultiplyAdd(row0, weights, s02);
            s12 = VectorArithmetic256.FusedMultiplyAdd(row1, weights, s12);
            weights = Vector256.Load(w3 + j);
            s03 = VectorArithmetic256.FusedMultiplyAdd(row0, weights, s03);
            s13 = VectorArithmetic256.FusedMultiplyAdd(row1, weights, s13);
        }

        z0[0] += VectorArithmetic256.Sum(s00);
        z0[1] += VectorArithmetic256.Sum(s01);
        z0[2] += VectorArithmetic256.Sum(s02);
        z0[3] += VectorArithmetic256.Sum(s03);
        z1[0] += VectorArithmetic256.Sum(s10);
        z1[1] += VectorArithmetic256.Sum(s11);
        z1[2] += VectorArithmetic256.Sum(s12);
        z1[3] += VectorArithmetic256.Sum(s13);
    }

    /// <summary>
    /// g[class, column] += sum over rows of residual[row, class] x[row, column] for four classes and sixteen columns.
    /// </summary>
    /// <param name="gradient">[4, 16].</param>
    /// <param name="strideG">Values from one class to the next.</param>
    /// <param name="residuals">[rows, 4].</param>
    /// <param name="strideR">Values from one row to the next.</param>
    /// <param name="strip">[rows, 16], contiguous.</param>
    /// <param name="rows">Rows.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal static void AddGradient(
        float* gradient, long strideG, float* residuals, long strideR, float* strip, int rows)
    {
        Debug.Assert(rows >= 0 && strideG >= Columns && strideR >= Classes,
            "The rows of the gradient or of the residuals overlap.");
        if (KernelPaths.Current == KernelPath.Scalar)
        {
            ScalarLinear.AddGradient(gradient, strideG, residuals, strideR, strip, rows);
            return;
        }

        Vector256<float> s00 = default, s01 = default, s10 = default, s11 = default;
        Vector256<float> s20 = default, s21 = default, s30 = default, s31 = default;
        for (int i = 0; i < rows; i++)
        {
            var x0 = Vector256.Load(strip);
            var x1 = Vector256.Load(strip + 8);
            var r = Vector256.Create(residuals[0]);
            s00 = VectorArithmetic256.FusedMultiplyAdd(r, x0, s00);
            s01 = VectorArithmetic256.FusedMultiplyAdd(r, x1, s01);
            r = Vector256.Create(residuals[1]);
            s10 = VectorArithmetic256.FusedMultiplyAdd(r, x0, s10);
            s11 = VectorArithmetic256.FusedMultiplyAdd(r, x1, s11);
            r = Vector256.Create(residuals[2]);
            s20 = VectorArithmetic256.FusedMultiplyAdd(r, x0, s20);
            s21 = VectorArithmetic256.FusedMultiplyAdd(r, x1, s21);
            r = Vector256.Create(residuals[3]);
            s30 = VectorArithmetic256.FusedMultiplyAdd(r, x0, s30);
            s31 = VectorArithmetic256.FusedMultiplyAdd(r, x1, s31);
            strip += Columns;
            residuals += strideR;
        }

        AddRow(gradient, s00, s01);
        AddRow(gradient + strideG, s10, s11);
        AddRow(gradient + 2 * strideG, s20, s21);
        AddRow(gradient + 3 * strideG, s30, s31);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddRow(float* gradient, Vector256<float> s0, Vector256<float> s1)
    {
        (Vector256.Load(gradient) + s0).Store(gradient);
        (Vector256.Load(gradient + 8) + s1).Store(gradient + 8);
    }
}

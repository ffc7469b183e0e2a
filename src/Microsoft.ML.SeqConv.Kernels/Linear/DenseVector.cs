using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>Loops over single vectors, which <see cref="Tile"/> does not cover.</summary>
internal static unsafe class DenseVector
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static double Dot(double* x, double* y, int length)
    {
        Debug.Assert(length >= 0, "The length is negative.");
        if (KernelPaths.Current == KernelPath.Scalar)
            return ScalarLinear.Dot(x, y, length);
        Vector256<double> s0 = default, s1 = default, s2 = default, s3 = default;
        int i = 0;
        for (; i + 16 <= length; i += 16)
        {
            s0 = VectorArithmetic256.FusedMultiplyAdd(Vector256.Load(x + i), Vector256.Load(y + i), s0);
            s1 = VectorArithmetic256.FusedMultiplyAdd(Vector256.Load(x + i + 4), Vector256.Load(y + i + 4), s1);
            s2 = VectorArithmetic256.FusedMultiplyAdd(Vector256.Load(x + i + 8), Vector256.Load(y + i + 8), s2);
            s3 = VectorArithmetic256.FusedMultiplyAdd(Vector256.Load(x + i + 12), Vector256.Load(y + i + 12), s3);
        }

        double sum = VectorArithmetic256.Sum(s0 + s1 + (s2 + s3));
        for (; i < length; i++)
            sum += x[i] * y[i];
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void AddMultiple(double* target, double* source, double factor, int length)
    {
        Debug.Assert(length >= 0, "The length is negative.");
        if (KernelPaths.Current == KernelPath.Scalar)
        {
            ScalarLinear.AddMultiple(target, source, factor, length);
            return;
        }

        var f = Vector256.Create(factor);
        int i = 0;
        for (; i + 4 <= length; i += 4)
            VectorArithmetic256.FusedMultiplyAdd(f, Vector256.Load(source + i), Vector256.Load(target + i))
                .Store(target + i);
        for (; i < length; i++)
            target[i] += factor * source[i];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void AddMultiple(double* target, float* source, double factor, int length)
    {
        Debug.Assert(length >= 0, "The length is negative.");
        if (KernelPaths.Current == KernelPath.Scalar)
        {
            ScalarLinear.AddMultiple(target, source, factor, length);
            return;
        }

        var f = Vector256.Create(factor);
        int i = 0;
        for (; i + 4 <= length; i += 4)
            VectorArithmetic256.FusedMultiplyAdd(f, Widen(source + i), Vector256.Load(target + i)).Store(target + i);
        for (; i < length; i++)
            target[i] += factor * source[i];
    }

    /// <summary>sums[j] += weight (x[j] - origin[j]).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void AddDifferences(double* sums, float* x, double* origin, double weight, int length)
    {
        Debug.Assert(length >= 0, "The length is negative.");
        if (KernelPaths.Current == KernelPath.Scalar)
        {
            ScalarLinear.AddDifferences(sums, x, origin, weight, length);
            return;
        }

        var w = Vector256.Create(weight);
        int i = 0;
        for (; i + 4 <= length; i += 4)
            VectorArithmetic256.FusedMultiplyAdd(w, Widen(x + i) - Vector256.Load(origin + i), Vector256.Load(sums + i))
                .Store(sums + i);
        for (; i < length; i++)
            sums[i] += weight * (x[i] - origin[i]);
    }

    /// <summary>sums[j] += weight (x[j] - origin[j])^2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void AddSquaredDifferences(double* sums, float* x, double* origin, double weight, int length)
    {
        Debug.Assert(length >= 0, "The length is negative.");
        if (KernelPaths.Current == KernelPath.Scalar)
        {
            ScalarLinear.AddSquaredDifferences(sums, x, origin, weight, length);
            return;
        }

        var w = Vector256.Create(weight);
        int i = 0;
        for (; i + 4 <= length; i += 4)
        {
            var difference = Widen(x + i) - Vector256.Load(origin + i);
            VectorArithmetic256.FusedMultiplyAdd(w * difference, difference, Vector256.Load(sums + i)).Store(sums + i);
        }

        for (; i < length; i++)
            sums[i] += weight * (x[i] - origin[i]) * (x[i] - origin[i]);
    }

    /// <summary>x[j] := common factor[j] (x[j] - origin[j]).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Map(float* x, double* origin, double* factor, double common, int length)
    {
        Debug.Assert(length >= 0, "The length is negative.");
        if (KernelPaths.Current == KernelPath.Scalar)
        {
            ScalarLinear.Map(x, origin, factor, common, length);
            return;
        }

        var c = Vector256.Create(common);
        int i = 0;
        for (; i + 8 <= length; i += 8)
        {
            var lower = c * Vector256.Load(factor + i) * (Widen(x + i) - Vector256.Load(origin + i));
            var upper = c * Vector256.Load(factor + i + 4) * (Widen(x + i + 4) - Vector256.Load(origin + i + 4));
            Vector256.Narrow(lower, upper).Store(x + i);
        }

        for (; i < length; i++)
            x[i] = (float)(common * factor[i] * (x[i] - origin[i]));
    }

    /// <summary>One value four times as float64.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<double> WidenAll(float value) =>
        Avx.IsSupported ? Avx.ConvertToVector256Double(Vector128.Create(value)) : Vector256.Create((double)value);

    /// <summary>Four values as float64.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<double> Widen(float* values) =>
        Avx.IsSupported
            ? Avx.ConvertToVector256Double(Vector128.Load(values))
            : Vector256.Create(values[0], values[1], values[2], (double)values[3]);
}

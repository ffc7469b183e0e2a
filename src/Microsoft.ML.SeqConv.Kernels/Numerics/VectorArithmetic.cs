using System.Numerics;
using System.Runtime.CompilerServices;
#if !NET9_0_OR_GREATER
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
#endif

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// What a vector of either precision can do in one instruction, where the processor has it. Results do not depend
/// on whether it does.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal static class VectorArithmetic<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>left * right + addend, rounded once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<T> FusedMultiplyAdd(Vector<T> left, Vector<T> right, Vector<T> addend)
        => typeof(T) == typeof(double)
            ? FusedMultiplyAdd(left.As<T, double>(), right.As<T, double>(), addend.As<T, double>()).As<double, T>()
            : FusedMultiplyAdd(left.As<T, float>(), right.As<T, float>(), addend.As<T, float>()).As<float, T>();

    /// <summary>The larger in each lane. Either zero may stand for both; there is no NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<T> Larger(Vector<T> left, Vector<T> right)
#if NET9_0_OR_GREATER
        => Vector.MaxNative(left, right);
#else
        => Vector.ConditionalSelect(Vector.GreaterThan(left, right), left, right);
#endif

    /// <summary>
    /// counts + 1 in the lanes where value &gt; 0. Counts are integers in the bits of <typeparamref name="T"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<T> CountPositive(Vector<T> counts, Vector<T> value)
    {
        // A comparison gives -1 where it holds.
        Vector<T> positive = Vector.GreaterThan(value, Vector<T>.Zero);
        return typeof(T) == typeof(double)
            ? (counts.As<T, long>() - positive.As<T, long>()).As<long, T>()
            : (counts.As<T, int>() - positive.As<T, int>()).As<int, T>();
    }

    /// <summary>A count in one lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Count(T count)
        => typeof(T) == typeof(double) ? (int)Unsafe.BitCast<T, long>(count) : Unsafe.BitCast<T, int>(count);

#if NET9_0_OR_GREATER
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<double> FusedMultiplyAdd(
        Vector<double> left, Vector<double> right, Vector<double> addend)
        => Vector.FusedMultiplyAdd(left, right, addend);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> FusedMultiplyAdd(
        Vector<float> left, Vector<float> right, Vector<float> addend)
        => Vector.FusedMultiplyAdd(left, right, addend);
#else
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<double> FusedMultiplyAdd(Vector<double> left, Vector<double> right, Vector<double> addend)
    {
        if (Fma.IsSupported && Vector<double>.Count == Vector256<double>.Count)
            return Fma.MultiplyAdd(left.AsVector256(), right.AsVector256(), addend.AsVector256()).AsVector();
        if (AdvSimd.Arm64.IsSupported && Vector<double>.Count == Vector128<double>.Count)
            return AdvSimd.Arm64.FusedMultiplyAdd(addend.AsVector128(), left.AsVector128(),
                right.AsVector128()).AsVector();
        return OneByOne(left, right, addend);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> FusedMultiplyAdd(Vector<float> left, Vector<float> right, Vector<float> addend)
    {
        if (Fma.IsSupported && Vector<float>.Count == Vector256<float>.Count)
            return Fma.MultiplyAdd(left.AsVector256(), right.AsVector256(), addend.AsVector256()).AsVector();
        if (AdvSimd.IsSupported && Vector<float>.Count == Vector128<float>.Count)
            return AdvSimd.FusedMultiplyAdd(addend.AsVector128(), left.AsVector128(), right.AsVector128()).AsVector();
        return OneByOne(left, right, addend);
    }

    private static Vector<TLane> OneByOne<TLane>(Vector<TLane> left, Vector<TLane> right, Vector<TLane> addend)
        where TLane : unmanaged, IFloatingPointIeee754<TLane>
    {
        Span<TLane> results = stackalloc TLane[Vector<TLane>.Count];
        for (int i = 0; i < results.Length; i++)
            results[i] = TLane.FusedMultiplyAdd(left[i], right[i], addend[i]);
        return new Vector<TLane>(results);
    }
#endif
}

using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary><see cref="VectorArithmetic{T}"/> on 512 bits, for <see cref="KernelPath.Vector512"/>.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal static class VectorArithmetic512<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The numbers of the lanes.</summary>
    public static Vector512<T> Lanes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => typeof(T) == typeof(double)
            ? Vector512.Create(0.0, 1, 2, 3, 4, 5, 6, 7).As<double, T>()
            : Vector512.Create(0f, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15).As<float, T>();
    }

    /// <summary>left * right + addend, rounded once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> FusedMultiplyAdd(Vector512<T> left, Vector512<T> right, Vector512<T> addend)
        => typeof(T) == typeof(double)
            ? Avx512F.FusedMultiplyAdd(left.AsDouble(), right.AsDouble(), addend.AsDouble()).As<double, T>()
            : Avx512F.FusedMultiplyAdd(left.AsSingle(), right.AsSingle(), addend.AsSingle()).As<float, T>();

    /// <summary>The larger in each lane. Either zero may stand for both; there is no NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Larger(Vector512<T> left, Vector512<T> right)
        => typeof(T) == typeof(double)
            ? Avx512F.Max(left.AsDouble(), right.AsDouble()).As<double, T>()
            : Avx512F.Max(left.AsSingle(), right.AsSingle()).As<float, T>();

    /// <summary>
    /// counts + 1 in the lanes where value &gt; 0, as <see cref="VectorArithmetic{T}.CountPositive"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> CountPositive(Vector512<T> counts, Vector512<T> value)
    {
        Vector512<T> positive = Vector512.GreaterThan(value, Vector512<T>.Zero);
        return typeof(T) == typeof(double)
            ? Vector512.ConditionalSelect(positive.AsInt64(), counts.AsInt64() + Vector512<long>.One,
                counts.AsInt64()).As<long, T>()
            : Vector512.ConditionalSelect(positive.AsInt32(), counts.AsInt32() + Vector512<int>.One,
                counts.AsInt32()).As<int, T>();
    }

    /// <summary>The sums of counts.</summary>
    public static Vector<T> AddCounts(Vector<T> left, Vector<T> right)
        => typeof(T) == typeof(double)
            ? (left.As<T, long>() + right.As<T, long>()).As<long, T>()
            : (left.As<T, int>() + right.As<T, int>()).As<int, T>();
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
#if !NET9_0_OR_GREATER
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
#endif

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// What linear algebra does on 256 bits, whatever the processor's vectors are: sums have as many lanes on every
/// machine, and so the same bits.
/// </summary>
internal static class VectorArithmetic256
{
    /// <summary>left * right + addend, rounded once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> FusedMultiplyAdd(
        Vector256<double> left, Vector256<double> right, Vector256<double> addend)
    {
#if NET9_0_OR_GREATER
        return Vector256.FusedMultiplyAdd(left, right, addend);
#else
        if (Fma.IsSupported)
            return Fma.MultiplyAdd(left, right, addend);
        if (AdvSimd.Arm64.IsSupported)
        {
            return Vector256.Create(
                AdvSimd.Arm64.FusedMultiplyAdd(addend.GetLower(), left.GetLower(), right.GetLower()),
                AdvSimd.Arm64.FusedMultiplyAdd(addend.GetUpper(), left.GetUpper(), right.GetUpper()));
        }

        return Vector256.Create(
            Math.FusedMultiplyAdd(left[0], right[0], addend[0]), Math.FusedMultiplyAdd(left[1], right[1], addend[1]),
            Math.FusedMultiplyAdd(left[2], right[2], addend[2]), Math.FusedMultiplyAdd(left[3], right[3], addend[3]));
#endif
    }

    /// <summary>left * right + addend, rounded once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> FusedMultiplyAdd(
        Vector256<float> left, Vector256<float> right, Vector256<float> addend)
    {
#if NET9_0_OR_GREATER
        return Vector256.FusedMultiplyAdd(left, right, addend);
#else
        if (Fma.IsSupported)
            return Fma.MultiplyAdd(left, right, addend);
        if (AdvSimd.IsSupported)
        {
            return Vector256.Create(
                AdvSimd.FusedMultiplyAdd(addend.GetLower(), left.GetLower(), right.GetLower()),
                AdvSimd.FusedMultiplyAdd(addend.GetUpper(), left.GetUpper(), right.GetUpper()));
        }

        Span<float> results = stackalloc float[Vector256<float>.Count];
        for (int i = 0; i < results.Length; i++)
            results[i] = MathF.FusedMultiplyAdd(left[i], right[i], addend[i]);
        return Vector256.Create<float>(results);
#endif
    }

    /// <summary>The lanes' sum: (0 + 1) + (2 + 3).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Sum(Vector256<double> lanes) => lanes[0] + lanes[1] + (lanes[2] + lanes[3]);

    /// <summary>The lanes' sum: with s[i] = [i] + [i + 4], (s[0] + s[1]) + (s[2] + s[3]).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector256<float> lanes)
    {
        Vector128<float> halves = lanes.GetLower() + lanes.GetUpper();
        return halves[0] + halves[1] + (halves[2] + halves[3]);
    }
}

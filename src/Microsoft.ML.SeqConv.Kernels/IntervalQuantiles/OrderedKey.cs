using System.Runtime.CompilerServices;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Numbers as integers of the same order: comparisons of integers need no branch and have no exception for NaN. The
/// magnitude bits of negative numbers are inverted; the mapping is its own inverse.
/// </summary>
internal static class OrderedKey
{
    /// <summary>The key of a number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Of(float value)
    {
        int bits = BitConverter.SingleToInt32Bits(value);
        return bits ^ ((bits >> 31) & int.MaxValue);
    }

    /// <summary>The number of a key.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float ToSingle(int key) => BitConverter.Int32BitsToSingle(key ^ ((key >> 31) & int.MaxValue));
}

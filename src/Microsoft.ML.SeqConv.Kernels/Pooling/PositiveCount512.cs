using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// The loops of <see cref="PositiveCount"/> on 512-bit vectors: a comparison gives a mask register, under which
/// counters add one. A vector is two of <see cref="Vector{T}"/>, two positions where lanes are series, so its halves
/// are added at the end. Outputs that do not fill a vector are left to the others.
/// </summary>
internal static unsafe partial class PositiveCount512
{
    /// <summary>Adds counts.</summary>
    /// <returns>The positions counted: those that fill vectors.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Add<TOutput>(
        TOutput output, int positions, float* biases, int numberOfBiases, Vector<int>* counts)
        where TOutput : struct, IConvolutionOutput<TOutput>
    {
        Debug.Assert(positions >= 0, "The number of positions is negative.");
        Debug.Assert(numberOfBiases >= 1, "There is no bias.");
        positions -= positions % Vector512<float>.Count;
        if (positions == 0)
            return 0;
        for (; numberOfBiases >= PositiveCount.AtOnce;
            numberOfBiases -= PositiveCount.AtOnce, biases += PositiveCount.AtOnce, counts += PositiveCount.AtOnce)
            Add8(output, positions, biases, counts);
        switch (numberOfBiases)
        {
            case 1:
                Add1(output, positions, biases, counts);
                break;
            case 2:
                Add2(output, positions, biases, counts);
                break;
            case 3:
                Add3(output, positions, biases, counts);
                break;
            case 4:
                Add4(output, positions, biases, counts);
                break;
            case 5:
                Add5(output, positions, biases, counts);
                break;
            case 6:
                Add6(output, positions, biases, counts);
                break;
            case 7:
                Add7(output, positions, biases, counts);
                break;
        }

        return positions;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Above(Vector512<float> value, Vector512<float> bias, Vector512<int> count)
        => Vector512.ConditionalSelect(Vector512.GreaterThan(value, bias).AsInt32(), count + Vector512<int>.One, count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<int> Fold(Vector512<int> count) => (count.GetLower() + count.GetUpper()).AsVector();
}

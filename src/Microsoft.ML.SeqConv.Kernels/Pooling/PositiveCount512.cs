using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// The loops of <see cref="PositiveCount"/> on 512-bit vectors: a comparison gives a mask register, under which counters add one. A vector is two of
/// <see cref="Vector{T}"/>, two positions where lanes are series, so its halves are added at the end. Outputs that do not fill a vector are left to the others.
/// </summary>
internal static unsafe class PositiveCount512
{
    /// <summary>Adds counts.</summary>
    /// <returns>The positions counted: those that fill vectors.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Add<TOutput>(TOutput output, int positions, float* biases, int numberOfBiases, Vector<int>* counts)
        where TOutput : struct, IConvolutionOutput<TOutput>
    {
        positions -= positions % Vector512<float>.Count;
        if (positions == 0)
            return 0;
        for (; numberOfBiases >= PositiveCount.AtOnce; numberOfBiases -= PositiveCount.AtOnce, biases += PositiveCount.AtOnce, counts += PositiveCount.AtOnce)
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

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Add1<TOutput>(TOutput output, int positions, float* biases, Vector<int>* counts)
        where TOutput : struct, IConvolutionOutput<TOutput>
    {
        Vector512<float> bias0 = Vector512.Create(biases[0]);
        Vector512<int> count0 = Vector512<int>.Zero;
        for (nint t = 0; t < positions; t += Vector512<float>.Count)
        {
            Vector512<float> value = output.WideAt(t);
            count0 = Above(value, bias0, count0);
        }

        counts[0] += Fold(count0);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Add2<TOutput>(TOutput output, int positions, float* biases, Vector<int>* counts)
        where TOutput : struct, IConvolutionOutput<TOutput>
    {
        Vector512<float> bias0 = Vector512.Create(biases[0]);
        Vector512<float> bias1 = Vector512.Create(biases[1]);
        Vector512<int> count0 = Vector512<int>.Zero;
        Vector512<int> count1 = Vector512<int>.Zero;
        for (nint t = 0; t < positions; t += Vector512<float>.Count)
        {
            Vector512<float> value = output.WideAt(t);
            count0 = Above(value, bias0, count0);
            count1 = Above(value, bias1, count1);
        }

        counts[0] += Fold(count0);
        counts[1] += Fold(count1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Add3<TOutput>(TOutput output, int positions, float* biases, Vector<int>* counts)
        where TOutput : struct, IConvolutionOutput<TOutput>
    {
        Vector512<float> bias0 = Vector512.Create(biases[0]);
        Vector512<float> bias1 = Vector512.Create(biases[1]);
        Vector512<float> bias2 = Vector512.Create(biases[2]);
        Vector512<int> count0 = Vector512<int>.Zero;
        Vector512<int> count1 = Vector512<int>.Zero;
        Vector512<int> count2 = Vector512<int>.Zero;
        for (nint t = 0; t < positions; t += Vector512<float>.Count)
        {
            Vector512<float> value = output.WideAt(t);
            count0 = Above(value, bias0, count0);
            count1 = Above(value, bias1, count1);
            count2 = Above(value, bias2, count2);
        }

        counts[0] += Fold(count0);
        counts[1] += Fold(count1);
        counts[2] += Fold(count2);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Add4<TOutput>(TOutput output, int positions, float* biases, Vector<int>* counts)
        where TOutput : struct, IConvolutionOutput<TOutput>
    {
        Vector512<float> bias0 = Vector512.Create(biases[0]);
        Vector512<float> bias1 = Vector512.Create(biases[1]);
        Vector512<float> bias2 = Vector512.Create(biases[2]);
        Vector512<float> bias3 = Vector512.Create(biases[3]);
        Vector512<int> count0 = Vector512<int>.Zero;
        Vector512<int> count1 = Vector512<int>.Zero;
        Vector512<int> count2 = Vector512<int>.Zero;
        Vector512<int> count3 = Vector512<int>.Zero;
        for (nint t = 0; t < positions; t += Vector512<float>.Count)
        {
            Vector512<float> value = output.WideAt(t);
            count0 = Above(value, bias0, count0);
            count1 = Above(value, bias1, count1);
            count2 = Above(value, bias2, count2);
            count3 = Above(value, bias3, count3);
        }

        counts[0] += Fold(count0);
        counts[1] += Fold(count1);
        counts[2] += Fold(count2);
        counts[3] += Fold(count3);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Add5<TOutput>(TOutput output, int positions, float* biases, Vector<int>* counts)
        where TOutput : struct, IConvolutionOutput<TOutput>
    {
        Vector512<float> bias0 = Vector512.Create(biases[0]);
        Vector512<float> bias1 = Vector512.Create(biases[1]);
        Vector512<float> bias2 = Vector512.Create(biases[2]);
        Vector512<float> bias3 = Vector512.Create(biases[3]);
        Vector512<float> bias4 = Vector512.Create(biases[4]);
        Vector512<int> count0 = Vector512<int>.Zero;
        Vector512<int> count1 = Vector512<int>.Zero;
        Vector512<int> count2 = Vector512<int>.Zero;
        Vector512<int> count3 = Vector512<int>.Zero;
        Vector512<int> count4 = Vector512<int>.Zero;
        for (nint t = 0; t < positions; t += Vector512<float>.Count)
        {
            Vector512<float> value = output.WideAt(t);
            count0 = Above(value, bias0, count0);
            count1 = Above(value, bias1, count1);
            count2 = Above(value, bias2, count2);
            count3 = Above(value, bias3, count3);
            count4 = Above(value, bias4, count4);
        }

        counts[0] += Fold(count0);
        counts[1] += Fold(count1);
        counts[2] += Fold(count2);
        counts[3] += Fold(count3);
        counts[4] += Fold(count4);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Add6<TOutput>(TOutput output, int positions, float* biases, Vector<int>* counts)
        where TOutput : struct, IConvolutionOutput<TOutput>
    {
        Vector512<float> bias0 = Vector512.Create(biases[0]);
        Vector512<float> bias1 = Vector512.Create(biases[1]);
        Vector512<float> bias2 = Vector512.Create(biases[2]);
        Vector512<float> bias3 = Vector512.Create(biases[3]);
        Vector512<float> bias4 = Vector512.Create(biases[4]);
        Vector512<float> bias5 = Vector512.Create(biases[5]);
        Vector512<int> count0 = Vector512<int>.Zero;
        Vector512<int> count1 = Vector512<int>.Zero;
        Vector512<int> count2 = Vector512<int>.Zero;
        Vector512<int> count3 = Vector512<int>.Zero;
        Vector512<int> count4 = Vector512<int>.Zero;
        Vector512<int> count5 = Vector512<int>.Zero;
        for (nint t = 0; t < positions; t += Vector512<float>.Count)
        {
            Vector512<float> value = output.WideAt(t);
            count0 = Above(value, bias0, count0);
            count1 = Above(value, bias1, count1);
            count2 = Above(value, bias2, count2);
            count3 = Above(value, bias3, count3);
            count4 = Above(value, bias4, count4);
            count5 = Above(value, bias5, count5);
        }

        counts[0] += Fold(count0);
        counts[1] += Fold(count1);
        counts[2] += Fold(count2);
        counts[3] += Fold(count3);
        counts[4] += Fold(count4);
        counts[5] += Fold(count5);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Add7<TOutput>(TOutput output, int positions, float* biases, Vector<int>* counts)
        where TOutput : struct, IConvolutionOutput<TOutput>
    {
        Vector512<float> bias0 = Vector512.Create(biases[0]);
        Vector512<float> bias1 = Vector512.Create(biases[1]);
        Vector512<float> bias2 = Vector512.Create(biases[2]);
        Vector512<float> bias3 = Vector512.Create(biases[3]);
        Vector512<float> bias4 = Vector512.Create(biases[4]);
        Vector512<float> bias5 = Vector512.Create(biases[5]);
        Vector512<float> bias6 = Vector512.Create(biases[6]);
        Vector512<int> count0 = Vector512<int>.Zero;
        Vector512<int> count1 = Vector512<int>.Zero;
        Vector512<int> count2 = Vector512<int>.Zero;
        Vector512<int> count3 = Vector512<int>.Zero;
        Vector512<int> count4 = Vector512<int>.Zero;
        Vector512<int> count5 = Vector512<int>.Zero;
        Vector512<int> count6 = Vector512<int>.Zero;
        for (nint t = 0; t < positions; t += Vector512<float>.Count)
        {
            Vector512<float> value = output.WideAt(t);
            count0 = Above(value, bias0, count0);
            count1 = Above(value, bias1, count1);
            count2 = Above(value, bias2, count2);
            count3 = Above(value, bias3, count3);
            count4 = Above(value, bias4, count4);
            count5 = Above(value, bias5, count5);
            count6 = Above(value, bias6, count6);
        }

        counts[0] += Fold(count0);
        counts[1] += Fold(count1);
        counts[2] += Fold(count2);
        counts[3] += Fold(count3);
        counts[4] += Fold(count4);
        counts[5] += Fold(count5);
        counts[6] += Fold(count6);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Add8<TOutput>(TOutput output, int positions, float* biases, Vector<int>* counts)
        where TOutput : struct, IConvolutionOutput<TOutput>
    {
        Vector512<float> bias0 = Vector512.Create(biases[0]);
        Vector512<float> bias1 = Vector512.Create(biases[1]);
        Vector512<float> bias2 = Vector512.Create(biases[2]);
        Vector512<float> bias3 = Vector512.Create(biases[3]);
        Vector512<float> bias4 = Vector512.Create(biases[4]);
        Vector512<float> bias5 = Vector512.Create(biases[5]);
        Vector512<float> bias6 = Vector512.Create(biases[6]);
        Vector512<float> bias7 = Vector512.Create(biases[7]);
        Vector512<int> count0 = Vector512<int>.Zero;
        Vector512<int> count1 = Vector512<int>.Zero;
        Vector512<int> count2 = Vector512<int>.Zero;
        Vector512<int> count3 = Vector512<int>.Zero;
        Vector512<int> count4 = Vector512<int>.Zero;
        Vector512<int> count5 = Vector512<int>.Zero;
        Vector512<int> count6 = Vector512<int>.Zero;
        Vector512<int> count7 = Vector512<int>.Zero;
        for (nint t = 0; t < positions; t += Vector512<float>.Count)
        {
            Vector512<float> value = output.WideAt(t);
            count0 = Above(value, bias0, count0);
            count1 = Above(value, bias1, count1);
            count2 = Above(value, bias2, count2);
            count3 = Above(value, bias3, count3);
            count4 = Above(value, bias4, count4);
            count5 = Above(value, bias5, count5);
            count6 = Above(value, bias6, count6);
            count7 = Above(value, bias7, count7);
        }

        counts[0] += Fold(count0);
        counts[1] += Fold(count1);
        counts[2] += Fold(count2);
        counts[3] += Fold(count3);
        counts[4] += Fold(count4);
        counts[5] += Fold(count5);
        counts[6] += Fold(count6);
        counts[7] += Fold(count7);
    }
}

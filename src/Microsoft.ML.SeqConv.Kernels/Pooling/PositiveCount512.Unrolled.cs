// Made by eng/UnrolledCounters/generate.cs.
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Microsoft.ML.SeqConv.Kernels;

internal static unsafe partial class PositiveCount512
{
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

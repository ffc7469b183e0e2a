// Made by eng/UnrolledCounters/generate.cs.
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.SeqConv.Kernels;

internal static unsafe partial class PositiveCount
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Add1<TOutput>(TOutput output, int positions, float* biases, Vector<int>* counts, int* mask)
        where TOutput : struct, IConvolutionOutput<TOutput>
    {
        var bias0 = new Vector<float>(biases[0]);
        Vector<int> count0 = counts[0];
        nint t = 0;
        for (; t <= positions - Vector<float>.Count; t += Vector<float>.Count)
        {
            Vector<float> value = output.At(t);
            count0 -= Vector.GreaterThan(value, bias0);
        }

        if (t < positions)
        {
            Vector<int> valid = Vector.Load(mask);
            Vector<float> value = output.At(t);
            count0 -= Vector.GreaterThan(value, bias0) & valid;
        }

        counts[0] = count0;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Add2<TOutput>(TOutput output, int positions, float* biases, Vector<int>* counts, int* mask)
        where TOutput : struct, IConvolutionOutput<TOutput>
    {
        var bias0 = new Vector<float>(biases[0]);
        var bias1 = new Vector<float>(biases[1]);
        Vector<int> count0 = counts[0];
        Vector<int> count1 = counts[1];
        nint t = 0;
        for (; t <= positions - Vector<float>.Count; t += Vector<float>.Count)
        {
            Vector<float> value = output.At(t);
            count0 -= Vector.GreaterThan(value, bias0);
            count1 -= Vector.GreaterThan(value, bias1);
        }

        if (t < positions)
        {
            Vector<int> valid = Vector.Load(mask);
            Vector<float> value = output.At(t);
            count0 -= Vector.GreaterThan(value, bias0) & valid;
            count1 -= Vector.GreaterThan(value, bias1) & valid;
        }

        counts[0] = count0;
        counts[1] = count1;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Add3<TOutput>(TOutput output, int positions, float* biases, Vector<int>* counts, int* mask)
        where TOutput : struct, IConvolutionOutput<TOutput>
    {
        var bias0 = new Vector<float>(biases[0]);
        var bias1 = new Vector<float>(biases[1]);
        var bias2 = new Vector<float>(biases[2]);
        Vector<int> count0 = counts[0];
        Vector<int> count1 = counts[1];
        Vector<int> count2 = counts[2];
        nint t = 0;
        for (; t <= positions - Vector<float>.Count; t += Vector<float>.Count)
        {
            Vector<float> value = output.At(t);
            count0 -= Vector.GreaterThan(value, bias0);
            count1 -= Vector.GreaterThan(value, bias1);
            count2 -= Vector.GreaterThan(value, bias2);
        }

        if (t < positions)
        {
            Vector<int> valid = Vector.Load(mask);
            Vector<float> value = output.At(t);
            count0 -= Vector.GreaterThan(value, bias0) & valid;
            count1 -= Vector.GreaterThan(value, bias1) & valid;
            count2 -= Vector.GreaterThan(value, bias2) & valid;
        }

        counts[0] = count0;
        counts[1] = count1;
        counts[2] = count2;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Add4<TOutput>(TOutput output, int positions, float* biases, Vector<int>* counts, int* mask)
        where TOutput : struct, IConvolutionOutput<TOutput>
    {
        var bias0 = new Vector<float>(biases[0]);
        var bias1 = new Vector<float>(biases[1]);
        var bias2 = new Vector<float>(biases[2]);
        var bias3 = new Vector<float>(biases[3]);
        Vector<int> count0 = counts[0];
        Vector<int> count1 = counts[1];
        Vector<int> count2 = counts[2];
        Vector<int> count3 = counts[3];
        nint t = 0;
        for (; t <= positions - Vector<float>.Count; t += Vector<float>.Count)
        {
            Vector<float> value = output.At(t);
            count0 -= Vector.GreaterThan(value, bias0);
            count1 -= Vector.GreaterThan(value, bias1);
            count2 -= Vector.GreaterThan(value, bias2);
            count3 -= Vector.GreaterThan(value, bias3);
        }

        if (t < positions)
        {
            Vector<int> valid = Vector.Load(mask);
            Vector<float> value = output.At(t);
            count0 -= Vector.GreaterThan(value, bias0) & valid;
            count1 -= Vector.GreaterThan(value, bias1) & valid;
            count2 -= Vector.GreaterThan(value, bias2) & valid;
            count3 -= Vector.GreaterThan(value, bias3) & valid;
        }

        counts[0] = count0;
        counts[1] = count1;
        counts[2] = count2;
        counts[3] = count3;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Add5<TOutput>(TOutput output, int positions, float* biases, Vector<int>* counts, int* mask)
        where TOutput : struct, IConvolutionOutput<TOutput>
    {
        var bias0 = new Vector<float>(biases[0]);
        var bias1 = new Vector<float>(biases[1]);
        var bias2 = new Vector<float>(biases[2]);
        var bias3 = new Vector<float>(biases[3]);
        var bias4 = new Vector<float>(biases[4]);
        Vector<int> count0 = counts[0];
        Vector<int> count1 = counts[1];
        Vector<int> count2 = counts[2];
        Vector<int> count3 = counts[3];
        Vector<int> count4 = counts[4];
        nint t = 0;
        for (; t <= positions - Vector<float>.Count; t += Vector<float>.Count)
        {
            Vector<float> value = output.At(t);
            count0 -= Vector.GreaterThan(value, bias0);
            count1 -= Vector.GreaterThan(value, bias1);
            count2 -= Vector.GreaterThan(value, bias2);
            count3 -= Vector.GreaterThan(value, bias3);
            count4 -= Vector.GreaterThan(value, bias4);
        }

        if (t < positions)
        {
            Vector<int> valid = Vector.Load(mask);
            Vector<float> value = output.At(t);
            count0 -= Vector.GreaterThan(value, bias0) & valid;
            count1 -= Vector.GreaterThan(value, bias1) & valid;
            count2 -= Vector.GreaterThan(value, bias2) & valid;
            count3 -= Vector.GreaterThan(value, bias3) & valid;
            count4 -= Vector.GreaterThan(value, bias4) & valid;
        }

        counts[0] = count0;
        counts[1] = count1;
        counts[2] = count2;
        counts[3] = count3;
        counts[4] = count4;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Add6<TOutput>(TOutput output, int positions, float* biases, Vector<int>* counts, int* mask)
        where TOutput : struct, IConvolutionOutput<TOutput>
    {
        var bias0 = new Vector<float>(biases[0]);
        var bias1 = new Vector<float>(biases[1]);
        var bias2 = new Vector<float>(biases[2]);
        var bias3 = new Vector<float>(biases[3]);
        var bias4 = new Vector<float>(biases[4]);
        var bias5 = new Vector<float>(biases[5]);
        Vector<int> count0 = counts[0];
        Vector<int> count1 = counts[1];
        Vector<int> count2 = counts[2];
        Vector<int> count3 = counts[3];
        Vector<int> count4 = counts[4];
        Vector<int> count5 = counts[5];
        nint t = 0;
        for (; t <= positions - Vector<float>.Count; t += Vector<float>.Count)
        {
            Vector<float> value = output.At(t);
            count0 -= Vector.GreaterThan(value, bias0);
            count1 -= Vector.GreaterThan(value, bias1);
            count2 -= Vector.GreaterThan(value, bias2);
            count3 -= Vector.GreaterThan(value, bias3);
            count4 -= Vector.GreaterThan(value, bias4);
            count5 -= Vector.GreaterThan(value, bias5);
        }

        if (t < positions)
        {
            Vector<int> valid = Vector.Load(mask);
            Vector<float> value = output.At(t);
            count0 -= Vector.GreaterThan(value, bias0) & valid;
            count1 -= Vector.GreaterThan(value, bias1) & valid;
            count2 -= Vector.GreaterThan(value, bias2) & valid;
            count3 -= Vector.GreaterThan(value, bias3) & valid;
            count4 -= Vector.GreaterThan(value, bias4) & valid;
            count5 -= Vector.GreaterThan(value, bias5) & valid;
        }

        counts[0] = count0;
        counts[1] = count1;
        counts[2] = count2;
        counts[3] = count3;
        counts[4] = count4;
        counts[5] = count5;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Add7<TOutput>(TOutput output, int positions, float* biases, Vector<int>* counts, int* mask)
        where TOutput : struct, IConvolutionOutput<TOutput>
    {
        var bias0 = new Vector<float>(biases[0]);
        var bias1 = new Vector<float>(biases[1]);
        var bias2 = new Vector<float>(biases[2]);
        var bias3 = new Vector<float>(biases[3]);
        var bias4 = new Vector<float>(biases[4]);
        var bias5 = new Vector<float>(biases[5]);
        var bias6 = new Vector<float>(biases[6]);
        Vector<int> count0 = counts[0];
        Vector<int> count1 = counts[1];
        Vector<int> count2 = counts[2];
        Vector<int> count3 = counts[3];
        Vector<int> count4 = counts[4];
        Vector<int> count5 = counts[5];
        Vector<int> count6 = counts[6];
        nint t = 0;
        for (; t <= positions - Vector<float>.Count; t += Vector<float>.Count)
        {
            Vector<float> value = output.At(t);
            count0 -= Vector.GreaterThan(value, bias0);
            count1 -= Vector.GreaterThan(value, bias1);
            count2 -= Vector.GreaterThan(value, bias2);
            count3 -= Vector.GreaterThan(value, bias3);
            count4 -= Vector.GreaterThan(value, bias4);
            count5 -= Vector.GreaterThan(value, bias5);
            count6 -= Vector.GreaterThan(value, bias6);
        }

        if (t < positions)
        {
            Vector<int> valid = Vector.Load(mask);
            Vector<float> value = output.At(t);
            count0 -= Vector.GreaterThan(value, bias0) & valid;
            count1 -= Vector.GreaterThan(value, bias1) & valid;
            count2 -= Vector.GreaterThan(value, bias2) & valid;
            count3 -= Vector.GreaterThan(value, bias3) & valid;
            count4 -= Vector.GreaterThan(value, bias4) & valid;
            count5 -= Vector.GreaterThan(value, bias5) & valid;
            count6 -= Vector.GreaterThan(value, bias6) & valid;
        }

        counts[0] = count0;
        counts[1] = count1;
        counts[2] = count2;
        counts[3] = count3;
        counts[4] = count4;
        counts[5] = count5;
        counts[6] = count6;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Add8<TOutput>(TOutput output, int positions, float* biases, Vector<int>* counts, int* mask)
        where TOutput : struct, IConvolutionOutput<TOutput>
    {
        var bias0 = new Vector<float>(biases[0]);
        var bias1 = new Vector<float>(biases[1]);
        var bias2 = new Vector<float>(biases[2]);
        var bias3 = new Vector<float>(biases[3]);
        var bias4 = new Vector<float>(biases[4]);
        var bias5 = new Vector<float>(biases[5]);
        var bias6 = new Vector<float>(biases[6]);
        var bias7 = new Vector<float>(biases[7]);
        Vector<int> count0 = counts[0];
        Vector<int> count1 = counts[1];
        Vector<int> count2 = counts[2];
        Vector<int> count3 = counts[3];
        Vector<int> count4 = counts[4];
        Vector<int> count5 = counts[5];
        Vector<int> count6 = counts[6];
        Vector<int> count7 = counts[7];
        nint t = 0;
        for (; t <= positions - Vector<float>.Count; t += Vector<float>.Count)
        {
            Vector<float> value = output.At(t);
            count0 -= Vector.GreaterThan(value, bias0);
            count1 -= Vector.GreaterThan(value, bias1);
            count2 -= Vector.GreaterThan(value, bias2);
            count3 -= Vector.GreaterThan(value, bias3);
            count4 -= Vector.GreaterThan(value, bias4);
            count5 -= Vector.GreaterThan(value, bias5);
            count6 -= Vector.GreaterThan(value, bias6);
            count7 -= Vector.GreaterThan(value, bias7);
        }

        if (t < positions)
        {
            Vector<int> valid = Vector.Load(mask);
            Vector<float> value = output.At(t);
            count0 -= Vector.GreaterThan(value, bias0) & valid;
            count1 -= Vector.GreaterThan(value, bias1) & valid;
            count2 -= Vector.GreaterThan(value, bias2) & valid;
            count3 -= Vector.GreaterThan(value, bias3) & valid;
            count4 -= Vector.GreaterThan(value, bias4) & valid;
            count5 -= Vector.GreaterThan(value, bias5) & valid;
            count6 -= Vector.GreaterThan(value, bias6) & valid;
            count7 -= Vector.GreaterThan(value, bias7) & valid;
        }

        counts[0] = count0;
        counts[1] = count1;
        counts[2] = count2;
        counts[3] = count3;
        counts[4] = count4;
        counts[5] = count5;
        counts[6] = count6;
        counts[7] = count7;
    }
}

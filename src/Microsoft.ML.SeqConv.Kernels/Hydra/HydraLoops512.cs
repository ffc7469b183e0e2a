using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>The loops of <see cref="HydraLoops"/> that take most of the time, on 512-bit vectors.</summary>
internal static unsafe class HydraLoops512
{
    private const int Block = ScalarHydraWorker.Block;
    private const int Lanes = ScalarHydraWorker.Lanes;
    private const int KernelLength = HydraSettings.KernelLength;

    /// <summary>As <see cref="HydraLoops.ConvolveFour"/>, two vectors at once where there are two.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void ConvolveFour(float* x, nint* taps, float* weights, float* outputs, int positions)
    {
        Debug.Assert(positions % Lanes == 0 && positions <= Block,
            "The positions are not whole groups of lanes of a block.");
        for (nint t = 0; t < positions; t += 2 * Lanes)
        {
            // The last vector may be one alone: the other then repeats it.
            nint second = t + Lanes < positions ? Lanes : 0;
            Vector512<float> left0 = Vector512<float>.Zero, right0 = Vector512<float>.Zero;
            Vector512<float> left1 = Vector512<float>.Zero, right1 = Vector512<float>.Zero;
            Vector512<float> left2 = Vector512<float>.Zero, right2 = Vector512<float>.Zero;
            Vector512<float> left3 = Vector512<float>.Zero, right3 = Vector512<float>.Zero;
            for (int tap = 0; tap < KernelLength; tap++)
            {
                float* at = x + t + taps[tap];
                Vector512<float> left = Vector512.Load(at);
                Vector512<float> right = Vector512.Load(at + second);
                Vector512<float> weight0 = Vector512.Create(weights[tap]);
                left0 = VectorArithmetic512<float>.FusedMultiplyAdd(weight0, left, left0);
                right0 = VectorArithmetic512<float>.FusedMultiplyAdd(weight0, right, right0);
                Vector512<float> weight1 = Vector512.Create(weights[KernelLength + tap]);
                left1 = VectorArithmetic512<float>.FusedMultiplyAdd(weight1, left, left1);
                right1 = VectorArithmetic512<float>.FusedMultiplyAdd(weight1, right, right1);
                Vector512<float> weight2 = Vector512.Create(weights[2 * KernelLength + tap]);
                left2 = VectorArithmetic512<float>.FusedMultiplyAdd(weight2, left, left2);
                right2 = VectorArithmetic512<float>.FusedMultiplyAdd(weight2, right, right2);
                Vector512<float> weight3 = Vector512.Create(weights[3 * KernelLength + tap]);
                left3 = VectorArithmetic512<float>.FusedMultiplyAdd(weight3, left, left3);
                right3 = VectorArithmetic512<float>.FusedMultiplyAdd(weight3, right, right3);
            }

            float* output = outputs + t;
            Vector512.Store(left0, output);
            Vector512.Store(right0, output + second);
            Vector512.Store(left1, output + Block);
            Vector512.Store(right1, output + Block + second);
            Vector512.Store(left2, output + 2 * Block);
            Vector512.Store(right2, output + 2 * Block + second);
            Vector512.Store(left3, output + 3 * Block);
            Vector512.Store(right3, output + 3 * Block + second);
        }
    }

    /// <summary>As <see cref="HydraLoops.FindWinners"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void FindWinners(
        float* outputs, int kernels, int positions, float* largest, int* winners, int* losers)
    {
        Debug.Assert(positions % Lanes == 0 && positions <= Block,
            "The positions are not whole groups of lanes of a block.");
        Debug.Assert(kernels >= 1, "There is no kernel.");
        for (nint t = 0; t < positions; t += Lanes)
        {
            float* output = outputs + t;
            Vector512<float> max = Vector512.Load(output);
            Vector512<float> min = max;
            Vector512<int> winner = Vector512<int>.Zero;
            Vector512<int> loser = Vector512<int>.Zero;
            Vector512<int> index = Vector512<int>.Zero;
            for (int kernel = 1; kernel < kernels; kernel++)
            {
                output += Block;
                index += Vector512<int>.One;
                Vector512<float> value = Vector512.Load(output);
                winner = Vector512.ConditionalSelect(Vector512.GreaterThan(value, max).AsInt32(), index, winner);
                loser = Vector512.ConditionalSelect(Vector512.LessThan(value, min).AsInt32(), index, loser);
                max = Vector512.ConditionalSelect(Vector512.GreaterThan(value, max), value, max);
                min = Vector512.ConditionalSelect(Vector512.LessThan(value, min), value, min);
            }

            Vector512.Store(max, largest + t);
            Vector512.Store(winner, winners + t);
            Vector512.Store(loser, losers + t);
        }
    }

    /// <summary>As <see cref="HydraLoops.AddUpFour"/>, all sixteen lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void AddUpFour(
        float* largest, int* winners, int* losers, int positions, int kernel, float* sums, int* counts)
    {
        Debug.Assert(positions >= 0 && positions <= Block, "The positions are not of a block.");
        Vector512<int> index0 = Vector512.Create(kernel);
        Vector512<int> index1 = Vector512.Create(kernel + 1);
        Vector512<int> index2 = Vector512.Create(kernel + 2);
        Vector512<int> index3 = Vector512.Create(kernel + 3);
        Vector512<float> sum0 = Vector512<float>.Zero;
        Vector512<float> sum1 = Vector512<float>.Zero;
        Vector512<float> sum2 = Vector512<float>.Zero;
        Vector512<float> sum3 = Vector512<float>.Zero;
        Vector512<int> count0 = Vector512.Load(counts);
        Vector512<int> count1 = Vector512.Load(counts + Lanes);
        Vector512<int> count2 = Vector512.Load(counts + 2 * Lanes);
        Vector512<int> count3 = Vector512.Load(counts + 3 * Lanes);
        for (nint t = 0; t < positions; t += Lanes)
        {
            Vector512<float> value = Vector512.Load(largest + t);
            Vector512<int> winner = Vector512.Load(winners + t);
            sum0 = Vector512.ConditionalSelect(Vector512.Equals(winner, index0).AsSingle(), sum0 + value, sum0);
            sum1 = Vector512.ConditionalSelect(Vector512.Equals(winner, index1).AsSingle(), sum1 + value, sum1);
            sum2 = Vector512.ConditionalSelect(Vector512.Equals(winner, index2).AsSingle(), sum2 + value, sum2);
            sum3 = Vector512.ConditionalSelect(Vector512.Equals(winner, index3).AsSingle(), sum3 + value, sum3);
            Vector512<int> loser = Vector512.Load(losers + t);
            count0 = Vector512.ConditionalSelect(Vector512.Equals(loser, index0), count0 + Vector512<int>.One, count0);
            count1 = Vector512.ConditionalSelect(Vector512.Equals(loser, index1), count1 + Vector512<int>.One, count1);
            count2 = Vector512.ConditionalSelect(Vector512.Equals(loser, index2), count2 + Vector512<int>.One, count2);
            count3 = Vector512.ConditionalSelect(Vector512.Equals(loser, index3), count3 + Vector512<int>.One, count3);
        }

        Vector512.Store(sum0, sums);
        Vector512.Store(sum1, sums + Lanes);
        Vector512.Store(sum2, sums + 2 * Lanes);
        Vector512.Store(sum3, sums + 3 * Lanes);
        Vector512.Store(count0, counts);
        Vector512.Store(count1, counts + Lanes);
        Vector512.Store(count2, counts + 2 * Lanes);
        Vector512.Store(count3, counts + 3 * Lanes);
    }
}

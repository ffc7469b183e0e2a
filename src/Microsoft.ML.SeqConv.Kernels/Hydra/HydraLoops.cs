using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// The loops of <see cref="HydraGroup"/>. A lane is an output position; positions are a multiple of sixteen.
/// </summary>
internal static unsafe class HydraLoops
{
    private const int Block = ScalarHydraWorker.Block;
    private const int Lanes = ScalarHydraWorker.Lanes;
    private const int KernelLength = HydraSettings.KernelLength;

    /// <summary>
    /// Outputs of four kernels, two vectors at once: eight sums, for which two vectors and four weights are read.
    /// </summary>
    /// <param name="x">The first position.</param>
    /// <param name="taps">Where each tap reads.</param>
    /// <param name="weights">[kernel, tap].</param>
    /// <param name="outputs">[kernel, position], <see cref="ScalarHydraWorker.Block"/> values a kernel.</param>
    /// <param name="positions">Positions.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void ConvolveFour(float* x, nint* taps, float* weights, float* outputs, int positions)
    {
        Debug.Assert(positions % Lanes == 0 && positions <= Block,
            "The positions are not whole groups of lanes of a block.");
        for (nint t = 0; t < positions; t += 2 * Vector<float>.Count)
        {
            Vector<float> left0 = Vector<float>.Zero, right0 = Vector<float>.Zero;
            Vector<float> left1 = Vector<float>.Zero, right1 = Vector<float>.Zero;
            Vector<float> left2 = Vector<float>.Zero, right2 = Vector<float>.Zero;
            Vector<float> left3 = Vector<float>.Zero, right3 = Vector<float>.Zero;
            for (int tap = 0; tap < KernelLength; tap++)
            {
                float* at = x + t + taps[tap];
                Vector<float> left = Vector.Load(at);
                Vector<float> right = Vector.Load(at + Vector<float>.Count);
                var weight0 = new Vector<float>(weights[tap]);
                left0 = VectorArithmetic<float>.FusedMultiplyAdd(weight0, left, left0);
                right0 = VectorArithmetic<float>.FusedMultiplyAdd(weight0, right, right0);
                var weight1 = new Vector<float>(weights[KernelLength + tap]);
                left1 = VectorArithmetic<float>.FusedMultiplyAdd(weight1, left, left1);
                right1 = VectorArithmetic<float>.FusedMultiplyAdd(weight1, right, right1);
                var weight2 = new Vector<float>(weights[2 * KernelLength + tap]);
                left2 = VectorArithmetic<float>.FusedMultiplyAdd(weight2, left, left2);
                right2 = VectorArithmetic<float>.FusedMultiplyAdd(weight2, right, right2);
                var weight3 = new Vector<float>(weights[3 * KernelLength + tap]);
                left3 = VectorArithmetic<float>.FusedMultiplyAdd(weight3, left, left3);
                right3 = VectorArithmetic<float>.FusedMultiplyAdd(weight3, right, right3);
            }

            float* output = outputs + t;
            Vector.Store(left0, output);
            Vector.Store(right0, output + Vector<float>.Count);
            Vector.Store(left1, output + Block);
            Vector.Store(right1, output + Block + Vector<float>.Count);
            Vector.Store(left2, output + 2 * Block);
            Vector.Store(right2, output + 2 * Block + Vector<float>.Count);
            Vector.Store(left3, output + 3 * Block);
            Vector.Store(right3, output + 3 * Block + Vector<float>.Count);
        }
    }

    /// <summary>Outputs of one kernel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void ConvolveOne(float* x, nint* taps, float* weights, float* outputs, int positions)
    {
        Debug.Assert(positions % Lanes == 0 && positions <= Block,
            "The positions are not whole groups of lanes of a block.");
        for (nint t = 0; t < positions; t += Vector<float>.Count)
        {
            Vector<float> sum = Vector<float>.Zero;
            for (int tap = 0; tap < KernelLength; tap++)
                sum = VectorArithmetic<float>.FusedMultiplyAdd(new Vector<float>(weights[tap]),
                    Vector.Load(x + t + taps[tap]), sum);
            Vector.Store(sum, outputs + t);
        }
    }

    /// <summary>Finds the largest and the smallest output of each position; of equal ones the first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void FindWinners(
        float* outputs, int kernels, int positions, float* largest, int* winners, int* losers)
    {
        Debug.Assert(positions % Lanes == 0 && positions <= Block,
            "The positions are not whole groups of lanes of a block.");
        Debug.Assert(kernels >= 1, "There is no kernel.");
        for (nint t = 0; t < positions; t += Vector<float>.Count)
        {
            float* output = outputs + t;
            Vector<float> max = Vector.Load(output);
            Vector<float> min = max;
            Vector<int> winner = Vector<int>.Zero;
            Vector<int> loser = Vector<int>.Zero;
            Vector<int> index = Vector<int>.Zero;
            for (int kernel = 1; kernel < kernels; kernel++)
            {
                output += Block;
                index += Vector<int>.One;
                Vector<float> value = Vector.Load(output);
                Vector<int> more = Vector.GreaterThan(value, max);
                Vector<int> less = Vector.LessThan(value, min);
                max = Vector.ConditionalSelect(more, value, max);
                min = Vector.ConditionalSelect(less, value, min);
                winner = Vector.ConditionalSelect(more, index, winner);
                loser = Vector.ConditionalSelect(less, index, loser);
            }

            Vector.Store(max, largest + t);
            Vector.Store(winner, winners + t);
            Vector.Store(loser, losers + t);
        }
    }

    /// <summary>What four kernels have won, in the lanes of one vector out of every sixteen positions. Sums begin
    /// again, counts go on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void AddUpFour(
        float* largest, int* winners, int* losers, int positions, int kernel, float* sums, int* counts)
    {
        Debug.Assert(positions >= 0 && positions <= Block, "The positions are not of a block.");
        var index0 = new Vector<int>(kernel);
        var index1 = new Vector<int>(kernel + 1);
        var index2 = new Vector<int>(kernel + 2);
        var index3 = new Vector<int>(kernel + 3);
        Vector<float> sum0 = Vector<float>.Zero;
        Vector<float> sum1 = Vector<float>.Zero;
        Vector<float> sum2 = Vector<float>.Zero;
        Vector<float> sum3 = Vector<float>.Zero;
        Vector<int> count0 = Vector.Load(counts);
        Vector<int> count1 = Vector.Load(counts + Lanes);
        Vector<int> count2 = Vector.Load(counts + 2 * Lanes);
        Vector<int> count3 = Vector.Load(counts + 3 * Lanes);
        for (nint t = 0; t < positions; t += Lanes)
        {
            Vector<int> value = Vector.Load(largest + t).As<float, int>();
            Vector<int> winner = Vector.Load(winners + t);
            sum0 += (Vector.Equals(winner, index0) & value).As<int, float>();
            sum1 += (Vector.Equals(winner, index1) & value).As<int, float>();
            sum2 += (Vector.Equals(winner, index2) & value).As<int, float>();
            sum3 += (Vector.Equals(winner, index3) & value).As<int, float>();
            Vector<int> loser = Vector.Load(losers + t);
            count0 -= Vector.Equals(loser, index0);
            count1 -= Vector.Equals(loser, index1);
            count2 -= Vector.Equals(loser, index2);
            count3 -= Vector.Equals(loser, index3);
        }

        Vector.Store(sum0, sums);
        Vector.Store(sum1, sums + Lanes);
        Vector.Store(sum2, sums + 2 * Lanes);
        Vector.Store(sum3, sums + 3 * Lanes);
        Vector.Store(count0, counts);
        Vector.Store(count1, counts + Lanes);
        Vector.Store(count2, counts + 2 * Lanes);
        Vector.Store(count3, counts + 3 * Lanes);
    }

    /// <summary>What one kernel has won.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void AddUpOne(
        float* largest, int* winners, int* losers, int positions, int kernel, float* sums, int* counts)
    {
        Debug.Assert(positions >= 0 && positions <= Block, "The positions are not of a block.");
        var index = new Vector<int>(kernel);
        Vector<float> sum = Vector<float>.Zero;
        Vector<int> count = Vector.Load(counts);
        for (nint t = 0; t < positions; t += Lanes)
        {
            sum += (Vector.Equals(Vector.Load(winners + t), index) & Vector.Load(largest + t).As<float, int>())
                .As<int, float>();
            count -= Vector.Equals(Vector.Load(losers + t), index);
        }

        Vector.Store(sum, sums);
        Vector.Store(count, counts);
    }
}

using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// The loops of <see cref="PooledLanes"/> on 512-bit vectors, whose comparisons give mask registers: one vector holds
/// all sixteen kernels.
/// </summary>
internal static unsafe class PooledLanes512
{
    private const int Count = PooledLanes.Count;
    private const int OnePositive = 1 << 16;

    /// <summary>Adds a block of outputs to one bias.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void AddOne(float* outputs, int positions, int first, float* biases, PooledState state)
    {
        Vector512<float> bias = Vector512.Load(biases);
        Vector512<float> sum = Vector512<float>.Zero;
        Vector512<int> packed = Vector512<int>.Zero;
        Vector512<int> run = Vector512.Load(state.Runs);
        Vector512<int> longest = Vector512.Load(state.Longest);
        Vector512<int> index = Vector512.Create(OnePositive);
        for (int t = 0; t < positions; t++, outputs += Count)
        {
            Vector512<float> value = Vector512.Load(outputs);
            packed = Vector512.ConditionalSelect(Vector512.GreaterThan(value, bias).AsInt32(), packed + index, packed);
            sum = Vector512.ConditionalSelect(Vector512.GreaterThan(value, bias), sum + value, sum);
            longest = Vector512.Max(longest, run);
            run = Vector512.ConditionalSelect(Vector512.LessThan(value, bias).AsInt32(),
                Vector512<int>.Zero, run) + Vector512<int>.One;
            index += Vector512<int>.One;
        }

        Flush(state, first, packed, sum, run, longest);
    }

    /// <summary>Adds a block of outputs to two biases.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void AddTwo(float* outputs, int positions, int first, float* biases, PooledState state)
    {
        PooledState next = state.From(Count);
        Vector512<float> bias0 = Vector512.Load(biases);
        Vector512<float> bias1 = Vector512.Load(biases + Count);
        Vector512<float> sum0 = Vector512<float>.Zero;
        Vector512<float> sum1 = Vector512<float>.Zero;
        Vector512<int> packed0 = Vector512<int>.Zero;
        Vector512<int> packed1 = Vector512<int>.Zero;
        Vector512<int> run0 = Vector512.Load(state.Runs);
        Vector512<int> run1 = Vector512.Load(next.Runs);
        Vector512<int> longest0 = Vector512.Load(state.Longest);
        Vector512<int> longest1 = Vector512.Load(next.Longest);
        Vector512<int> index = Vector512.Create(OnePositive);
        for (int t = 0; t < positions; t++, outputs += Count)
        {
            Vector512<float> value = Vector512.Load(outputs);
            packed0 = Vector512.ConditionalSelect(
                Vector512.GreaterThan(value, bias0).AsInt32(), packed0 + index, packed0);
            packed1 = Vector512.ConditionalSelect(
                Vector512.GreaterThan(value, bias1).AsInt32(), packed1 + index, packed1);
            sum0 = Vector512.ConditionalSelect(Vector512.GreaterThan(value, bias0), sum0 + value, sum0);
            sum1 = Vector512.ConditionalSelect(Vector512.GreaterThan(value, bias1), sum1 + value, sum1);
            longest0 = Vector512.Max(longest0, run0);
            longest1 = Vector512.Max(longest1, run1);
            run0 = Vector512.ConditionalSelect(Vector512.LessThan(value, bias0).AsInt32(),
                Vector512<int>.Zero, run0) + Vector512<int>.One;
            run1 = Vector512.ConditionalSelect(Vector512.LessThan(value, bias1).AsInt32(),
                Vector512<int>.Zero, run1) + Vector512<int>.One;
            index += Vector512<int>.One;
        }

        Flush(state, first, packed0, sum0, run0, longest0);
        Flush(next, first, packed1, sum1, run1, longest1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Flush(PooledState state, int first, Vector512<int> packed, Vector512<float> sum,
        Vector512<int> run, Vector512<int> longest)
    {
        PooledLanes.Flush(state, first, packed.GetLower().AsVector(), sum.GetLower().AsVector(),
            run.GetLower().AsVector(), longest.GetLower().AsVector());
        PooledLanes.Flush(state.From(Vector<int>.Count), first, packed.GetUpper().AsVector(), sum.GetUpper().AsVector(),
            run.GetUpper().AsVector(), longest.GetUpper().AsVector());
    }
}

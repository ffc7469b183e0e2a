using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// What is counted of sixteen kernels side by side, for each of their biases: positive values, their sum, the sum of
/// their indices, and their longest stretch. Within a block one 32-bit lane holds both the count and the sum of
/// indices, which fits its lower half.
/// </summary>
/// <param name="maxBiases">The largest number of biases of a kernel.</param>
/// <param name="path">Whether the loops may use 512-bit vectors.</param>
internal sealed unsafe class PooledLanes(int maxBiases, KernelPath path)
{
    /// <summary>Kernels side by side.</summary>
    public const int Count = 16;

    private const int CountShift = 16;
    private const int IndexMask = (1 << CountShift) - 1;

    private readonly PinnedBuffer<int> _counts = new((long)maxBiases * Count);       // each [bias, lane]
    // Positions since the last negative value.
    private readonly PinnedBuffer<int> _runs = new((long)maxBiases * Count);
    private readonly PinnedBuffer<int> _longest = new((long)maxBiases * Count);
    private readonly PinnedBuffer<long> _indices = new((long)maxBiases * Count);
    private readonly PinnedBuffer<double> _sums = new((long)maxBiases * Count);
    private int _biases;

    /// <summary>Forgets all.</summary>
    public void Begin(int biases)
    {
        Debug.Assert(biases >= 0 && biases <= maxBiases, "There are more biases than the buffers are for.");
        _biases = biases;
        int values = biases * Count;
        _counts.Span[..values].Clear();
        _runs.Span[..values].Clear();
        _longest.Span[..values].Clear();
        _indices.Span[..values].Clear();
        _sums.Span[..values].Clear();
    }

    /// <summary>Adds a block of outputs.</summary>
    /// <param name="outputs">[position, lane].</param>
    /// <param name="positions">At most <see cref="MultiRocketPooling.PositionsAtOnce"/>.</param>
    /// <param name="first">Index of the block's first position.</param>
    /// <param name="biases">[bias, lane].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(float* outputs, int positions, int first, float* biases)
    {
        Debug.Assert(positions >= 0 && positions <= MultiRocketPooling.PositionsAtOnce,
            "A block's sum of indices would not fit 16 bits.");
        int b = 0;
        if (path == KernelPath.Vector512)
        {
            for (; b + 1 < _biases; b += 2)
                PooledLanes512.AddTwo(outputs, positions, first, biases + b * Count, State(b));
            if (b < _biases)
                PooledLanes512.AddOne(outputs, positions, first, biases + b * Count, State(b));
            return;
        }

        for (; b + 1 < _biases; b += 2)
        {
            for (int lane = 0; lane < Count; lane += Vector<int>.Count)
                AddTwo(outputs + lane, positions, first, biases + b * Count + lane, State(b).From(lane));
        }

        for (int lane = 0; b < _biases && lane < Count; lane += Vector<int>.Count)
            AddOne(outputs + lane, positions, first, biases + b * Count + lane, State(b).From(lane));
    }

    /// <summary>What was counted.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (int Count, int Longest, double Sum, long SumOfIndices) Of(int bias, int lane)
    {
        Debug.Assert(bias >= 0 && bias < _biases && lane >= 0 && lane < Count, "There is no such bias or lane.");
        nint i = bias * Count + lane;
        return (_counts.Pointer[i], _longest.Pointer[i], _sums.Pointer[i], _indices.Pointer[i]);
    }

    private PooledState State(int bias)
        => new PooledState(_counts.Pointer, _runs.Pointer, _longest.Pointer, _indices.Pointer,
            _sums.Pointer).From(bias * Count);

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void AddOne(float* outputs, int positions, int first, float* biases, PooledState state)
    {
        Vector<float> bias = Vector.Load(biases);
        Vector<float> sum = Vector<float>.Zero;
        Vector<int> packed = Vector<int>.Zero;
        Vector<int> run = Vector.Load(state.Runs);
        Vector<int> longest = Vector.Load(state.Longest);
        var index = new Vector<int>(1 << CountShift);
        for (int t = 0; t < positions; t++, outputs += Count)
        {
            Vector<float> value = Vector.Load(outputs);
            Vector<int> positive = Vector.GreaterThan(value, bias);
            packed += positive & index;
            sum += (positive & value.As<float, int>()).As<int, float>();
            longest = Vector.Max(longest, run);
            run = Vector.AndNot(run, Vector.LessThan(value, bias)) + Vector<int>.One;
            index += Vector<int>.One;
        }

        Flush(state, first, packed, sum, run, longest);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void AddTwo(float* outputs, int positions, int first, float* biases, PooledState state)
    {
        PooledState next = state.From(Count);
        Vector<float> bias0 = Vector.Load(biases);
        Vector<float> bias1 = Vector.Load(biases + Count);
        Vector<float> sum0 = Vector<float>.Zero;
        Vector<float> sum1 = Vector<float>.Zero;
        Vector<int> packed0 = Vector<int>.Zero;
        Vector<int> packed1 = Vector<int>.Zero;
        Vector<int> run0 = Vector.Load(state.Runs);
        Vector<int> run1 = Vector.Load(next.Runs);
        Vector<int> longest0 = Vector.Load(state.Longest);
        Vector<int> longest1 = Vector.Load(next.Longest);
        var index = new Vector<int>(1 << CountShift);
        for (int t = 0; t < positions; t++, outputs += Count)
        {
            Vector<float> value = Vector.Load(outputs);
            Vector<int> positive0 = Vector.GreaterThan(value, bias0);
            Vector<int> positive1 = Vector.GreaterThan(value, bias1);
            packed0 += positive0 & index;
            packed1 += positive1 & index;
            sum0 += (positive0 & value.As<float, int>()).As<int, float>();
            sum1 += (positive1 & value.As<float, int>()).As<int, float>();
            longest0 = Vector.Max(longest0, run0);
            longest1 = Vector.Max(longest1, run1);
            run0 = Vector.AndNot(run0, Vector.LessThan(value, bias0)) + Vector<int>.One;
            run1 = Vector.AndNot(run1, Vector.LessThan(value, bias1)) + Vector<int>.One;
            index += Vector<int>.One;
        }

        Flush(state, first, packed0, sum0, run0, longest0);
        Flush(next, first, packed1, sum1, run1, longest1);
    }

    /// <summary>Adds what was counted in a block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Flush(
        PooledState state, int first, Vector<int> packed, Vector<float> sum, Vector<int> run, Vector<int> longest)
    {
        Vector<int> count = Vector.ShiftRightLogical(packed, CountShift);
        Vector<int> indices = (packed & new Vector<int>(IndexMask)) + count * first;
        Vector.Store(Vector.Load(state.Counts) + count, state.Counts);
        Vector.Store(run, state.Runs);
        Vector.Store(longest, state.Longest);
        Vector.Widen(indices, out Vector<long> lowIndices, out Vector<long> highIndices);
        Vector.Store(Vector.Load(state.Indices) + lowIndices, state.Indices);
        Vector.Store(Vector.Load(state.Indices + Vector<long>.Count) + highIndices, state.Indices + Vector<long>.Count);
        Vector.Widen(sum, out Vector<double> lowSums, out Vector<double> highSums);
        Vector.Store(Vector.Load(state.Sums) + lowSums, state.Sums);
        Vector.Store(Vector.Load(state.Sums + Vector<double>.Count) + highSums, state.Sums + Vector<double>.Count);
    }
}

/// <summary>Where the counts of one bias are, from some lane on.</summary>
internal readonly unsafe struct PooledState(int* counts, int* runs, int* longest, long* indices, double* sums)
{
    public int* Counts => counts;

    public int* Runs => runs;

    public int* Longest => longest;

    public long* Indices => indices;

    public double* Sums => sums;

    /// <summary>The same, some lanes further.</summary>
    public PooledState From(int lanes)
        => new(counts + lanes, runs + lanes, longest + lanes, indices + lanes, sums + lanes);
}

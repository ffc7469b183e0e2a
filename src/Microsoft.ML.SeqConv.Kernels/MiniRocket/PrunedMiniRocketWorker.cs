using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// The transform of a pruned MiniRocket, vectorised as <see cref="VectorMiniRocketWorker"/>: it visits the combinations
/// of dilation and kernel that have a feature and no other. Where few kernels of a dilation are left, a prefix that no
/// other kernel shares costs more than it saves: such a kernel adds its four rows where they are compared, and two of
/// one bias that count the same positions do so together (<see cref="PrunedCount"/>).
/// </summary>
/// <param name="model">The fitted transform.</param>
/// <param name="lanes">Series transformed at once: 1, or the lanes of a vector.</param>
/// <param name="path">Whether the loops may use 512-bit vectors.</param>
internal sealed unsafe class PrunedMiniRocketWorker(MiniRocketModel model, int lanes, KernelPath path)
    : MiniRocketLanes(model, lanes, path)
{
    // Kernels with the same two taps before the last from which their common sum is worth a buffer:
    // two reads fewer for each, for two buffers written and read.
    private const int WorthAPrefix = 6;

    private static readonly int Count = Vector<int>.Count;

    private readonly MiniRocketModel _model = model;
    private readonly int _lanes = lanes;
    private readonly KernelPath _path = path;
    private readonly Visit[] _visits = Plan(model);
    private readonly Rows[] _rows = new Rows[model.Combinations.Length];       // of each visit
    // [feature, lane].
    private readonly PinnedBuffer<int> _counts = new((long)model.NumberOfFeatures * Vector<int>.Count);
    private int _plannedLength;

    private enum Way
    {
        WithPrefix,
        Several,        // biases
        One,
        Two,            // kernels, this and the next
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Transform(FeatureRows features)
    {
        _counts.Span.Clear();
        if (Series.Length != _plannedLength)
            PlaceRows();
        fixed (float* biases = _model.BiasArray)
        {
            for (int start = 0; start < Series.Length; start += Block)
                CountBlock(start, Math.Min(start + Block, Series.Length), biases);
        }

        if (_lanes == 1)
            DivideOne(features[0]);
        else
            Divide(features);
    }

    // Combinations of one dilation that count the same positions follow one another, so that two of them may
    // be visited together.
    private static Visit[] Plan(MiniRocketModel model)
    {
        bool[] hasPrefix = FindPrefixes(model.Combinations);
        Visit[] visits =
        [
            .. Enumerable.Range(0, model.Combinations.Length)
                .Select(i => Alone(model, model.Combinations[i], hasPrefix[i]))
                .OrderBy(visit => visit.Combination.DilationIndex).ThenBy(visit => visit.Padded).ThenBy(
                    visit => visit.Combination.Kernel),
        ];
        for (int i = 0; i + 1 < visits.Length; i++)
        {
            (Visit one, Visit next) = (visits[i], visits[i + 1]);
            bool alike = one.Channel == next.Channel && one.Padded == next.Padded
                && one.Combination.DilationIndex == next.Combination.DilationIndex;
            if (one.Way != Way.One || next.Way != Way.One || !alike)
                continue;
            visits[i] = one with { Way = Way.Two };
            i++;
        }

        return visits;
    }

    private static Visit Alone(MiniRocketModel model, MiniRocketCombination combination, bool hasPrefix)
    {
        ReadOnlySpan<int> channels = model.ChannelsOf(combination);
        Way way = hasPrefix || channels.Length > 1 ? Way.WithPrefix : combination.Biases > 1 ? Way.Several : Way.One;
        return new(combination, channels[0], model.IsPadded(combination.DilationIndex, combination.Kernel), way);
    }

    // Kernels that begin with the same two taps follow one another.
    private static bool[] FindPrefixes(MiniRocketCombination[] combinations)
    {
        var has = new bool[combinations.Length];
        for (int i = 0, end; i < has.Length; i = end)
        {
            end = i + 1;
            while (end < has.Length && SharePrefix(combinations[i], combinations[end]))
                end++;
            for (int k = i; k < end; k++)
                has[k] = end - i >= WorthAPrefix || combinations[k].Biases > PositiveCount.AtOnce;
        }

        return has;
    }

    private static bool SharePrefix(MiniRocketCombination one, MiniRocketCombination other)
    {
        (int a, int b, _) = MiniRocketKernel.WeightTwoTaps(one.Kernel);
        (int otherA, int otherB, _) = MiniRocketKernel.WeightTwoTaps(other.Kernel);
        return one.DilationIndex == other.DilationIndex && a == otherA && b == otherB;
    }

    // Where each kernel reads and what it counts depends on the length of the series alone.
    private void PlaceRows()
    {
        _plannedLength = Series.Length;
        for (int i = 0; i < _visits.Length; i++)
        {
            MiniRocketCombination combination = _visits[i].Combination;
            int dilation = _model.DilationArray[combination.DilationIndex];
            (int a, int b, int c) = MiniRocketKernel.WeightTwoTaps(combination.Kernel);
            (int from, int to) = Counted(combination);
            _rows[i] = new(Series.Offset(a, dilation), Series.Offset(b, dilation), Series.Offset(c, dilation), from,
                to);
        }
    }

    // Counts over the output positions [start, end).
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void CountBlock(int start, int end, float* biases)
    {
        var counts = (Vector<int>*)_counts.Pointer;
        int dilationIndex = -1;
        for (int i = 0; i < _visits.Length; i++)
        {
            ref readonly Visit visit = ref _visits[i];
            MiniRocketCombination combination = visit.Combination;
            if (combination.DilationIndex != dilationIndex)
            {
                dilationIndex = combination.DilationIndex;
                BeginBlock(start, end);
            }

            ref readonly Rows rows = ref _rows[i];
            int next = visit.Way == Way.Two ? i + 1 : i;
            int from = Math.Max(start, rows.From);
            int to = Math.Min(end, rows.To);
            int values = (to - from) * _lanes;
            int first = combination.First;
            int dilation = _model.DilationArray[dilationIndex];
            if (values > 0 && visit.Way == Way.WithPrefix)
            {
                CountChannels(_model.ChannelsOf(combination), dilation,
                    MiniRocketKernel.WeightTwoTaps(combination.Kernel),
                    start, from, to, biases + first, combination.Biases, counts + first);
            }
            else if (values > 0)
            {
                float* alpha = Alpha(visit.Channel, dilation, start, from);
                float* triple = Triple(visit.Channel, from);
                Debug.Assert(Series.TripleHolds(triple + rows.A, values), "Tap a lies beyond the zeros.");
                Debug.Assert(Series.TripleHolds(triple + rows.C, values), "Tap c lies beyond the zeros.");
                int second = _visits[next].Combination.First;
                if (visit.Way == Way.Several)
                    PositiveCount.Add(rows.Of(alpha, triple), values, biases + first, combination.Biases,
                        counts + first, _path);
                else if (visit.Way == Way.One)
                    CountOne(rows, alpha, triple, values, biases + first, counts + first);
                else
                    CountTwo(rows, _rows[next], alpha, triple, values, biases + first, biases + second,
                        counts + first, counts + second);
            }

            i = next;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CountOne(in Rows rows, float* alpha, float* triple, int values, float* bias, Vector<int>* count)
    {
        int done = PrunedCount.One(alpha, triple + rows.A, triple + rows.B, triple + rows.C, values, *bias, count);
        CountRest(rows, alpha, triple, done, values, bias, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CountTwo(in Rows one, in Rows other, float* alpha, float* triple, int values,
        float* bias0, float* bias1, Vector<int>* count0, Vector<int>* count1)
    {
        float* a0 = triple + one.A;
        float* b0 = triple + one.B;
        float* c0 = triple + one.C;
        float* a1 = triple + other.A;
        float* b1 = triple + other.B;
        float* c1 = triple + other.C;
        int done = a0 == a1
            ? PrunedCount.TwoFromOneTap(alpha, a0, b0, c0, b1, c1, values, *bias0, *bias1, count0, count1)
            : PrunedCount.Two(alpha, a0, b0, c0, a1, b1, c1, values, *bias0, *bias1, count0, count1);
        CountRest(one, alpha, triple, done, values, bias0, count0);
        CountRest(other, alpha, triple, done, values, bias1, count1);
    }

    private static void CountRest(
        in Rows rows, float* alpha, float* triple, int done, int values, float* bias, Vector<int>* count)
    {
        if (done < values)
            PositiveCount.Add(rows.Of(alpha, triple).From(done), values - done, bias, 1, count, KernelPath.Vector);
    }

    private (int From, int To) Counted(in MiniRocketCombination combination)
        => _model.CountedPositions(combination.DilationIndex, combination.Kernel, Series.Length);

    // One series has counts in every lane of its vectors.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void DivideOne(Span<float> features)
    {
        foreach (ref readonly MiniRocketCombination combination in _model.Combinations.AsSpan())
        {
            (int from, int to) = Counted(combination);
            for (int i = combination.First; i < combination.First + combination.Biases; i++)
                features[i] = (float)Vector.Sum(Vector.Load(_counts.Pointer + (nint)i * Count)) / (to - from);
        }
    }

    // Interleaved series have a lane each: all are divided at once. Counts are exact in float32, whose largest odd
    // integer is far beyond the positions of interleaved series.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Divide(FeatureRows features)
    {
        int* counts = _counts.Pointer;
        foreach (ref readonly MiniRocketCombination combination in _model.Combinations.AsSpan())
        {
            (int from, int to) = Counted(combination);
            var positions = new Vector<float>(to - from);
            for (int i = combination.First; i < combination.First + combination.Biases; i++)
            {
                int* count = counts + (nint)i * Count;
                Vector.Store(Vector.ConvertToSingle(Vector.Load(count)) / positions, (float*)count);
            }
        }

        for (int row = 0; row < features.Count; row++)
        {
            Span<float> proportions = features[row];
            float* lane = (float*)counts + row;
            for (int i = 0; i < proportions.Length; i++)
                proportions[i] = lane[(nint)i * Count];
        }
    }

    /// <summary>A combination of dilation and kernel, and how it is counted.</summary>
    private readonly record struct Visit(MiniRocketCombination Combination, int Channel, bool Padded, Way Way);

    /// <summary>How far the three taps of weight two move a pointer, and the output positions that count.</summary>
    private readonly record struct Rows(nint A, nint B, nint C, int From, int To)
    {
        public SumOfFour Of(float* alpha, float* triple) => new(alpha, triple + A, triple + B, triple + C);
    }
}

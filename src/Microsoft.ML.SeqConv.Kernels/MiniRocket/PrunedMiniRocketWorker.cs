using System.Numerics;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// The transform of a pruned MiniRocket, vectorised as <see cref="VectorMiniRocketWorker"/>: it visits the combinations of dilation and kernel that have a feature and no other.
/// Where few kernels of a dilation are left, a prefix that nobody shares costs more than it saves: such a kernel adds its four rows where they are compared, and two of one bias that count
/// the same positions do so together (<see cref="PrunedCount"/>).
/// </summary>
/// <param name="model">The fitted transform.</param>
/// <param name="lanes">Series transformed at once: 1, or the lanes of a vector.</param>
/// <param name="path">Whether the loops may use 512-bit vectors.</param>
internal sealed unsafe class PrunedMiniRocketWorker(MiniRocketModel model, int lanes, KernelPath path) : LaneWorker
{
    private const int ValuesAtOnce = 2048;

    // Kernels with the same two taps before the last from which their common sum is worth a buffer: two reads fewer for each, for two buffers written and read.
    private const int WorthAPrefix = 6;

    private static readonly int Count = Vector<int>.Count;

    private readonly int _block = ValuesAtOnce / lanes;
    private readonly PaddedSeries _series = new(model.NumberOfChannels, model.DilationArray[model.Combinations[^1].DilationIndex], lanes);
    private readonly PartialSums[] _sums = [.. Enumerable.Range(0, model.NumberOfChannels).Select(_ => new PartialSums(ValuesAtOnce, path))];
    private readonly bool[] _hasPrefix = FindPrefixes(model.Combinations);
    private readonly int[] _order = InOrder(model);                // combinations of one dilation that count the same positions follow one another
    private readonly PinnedBuffer<float> _overChannels = new(ValuesAtOnce + Vector<float>.Count);
    private readonly PinnedBuffer<int> _counts = new((long)model.NumberOfFeatures * Vector<int>.Count);        // [feature, lane]

    /// <inheritdoc/>
    public override void Load(ReadOnlySpan<float> series, int lane) => _series.Load(series, lane);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Transform(FeatureRows features)
    {
        _counts.Span.Clear();
        fixed (float* biases = model.BiasArray)
        {
            for (int start = 0; start < _series.Length; start += _block)
                CountBlock(start, Math.Min(start + _block, _series.Length), biases);
        }

        if (lanes == 1)
            DivideOne(features[0]);
        else
            Divide(features);
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

    private static int[] InOrder(MiniRocketModel model) =>
    [
        .. Enumerable.Range(0, model.Combinations.Length).OrderBy(i => model.Combinations[i].DilationIndex)
            .ThenBy(i => model.IsPadded(model.Combinations[i].DilationIndex, model.Combinations[i].Kernel)).ThenBy(i => i),
    ];

    // Counts over the output positions [start, end).
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void CountBlock(int start, int end, float* biases)
    {
        var counts = (Vector<int>*)_counts.Pointer;
        int dilationIndex = -1;
        for (int i = 0; i < _order.Length; i++)
        {
            ref readonly MiniRocketCombination combination = ref model.Combinations[_order[i]];
            if (combination.DilationIndex != dilationIndex)
            {
                dilationIndex = combination.DilationIndex;
                foreach (PartialSums sums in _sums)
                    sums.Begin((nint)start * lanes, (end - start) * lanes);
            }

            (int first, int last) = Counted(combination);
            (int from, int to) = (Math.Max(start, first), Math.Min(end, last));
            if (from >= to)
                continue;
            ReadOnlySpan<int> channels = model.ChannelsOf(dilationIndex, combination.Kernel);
            if (channels.Length > 1 || _hasPrefix[_order[i]])
                CountWithPrefix(combination, channels, start, from, to, biases + combination.First, counts + combination.First);
            else if (combination.Biases > 1)
                CountDirectly(combination, channels[0], start, from, to, biases + combination.First, counts + combination.First);
            else if (i + 1 < _order.Length && IsPair(i, channels[0]))
                CountTwo(combination, model.Combinations[_order[++i]], channels[0], start, from, to, biases, counts);
            else
                CountOne(combination, channels[0], start, from, to, biases, counts);
        }
    }

    private bool IsPair(int i, int channel)
    {
        ref readonly MiniRocketCombination one = ref model.Combinations[_order[i]];
        ref readonly MiniRocketCombination other = ref model.Combinations[_order[i + 1]];
        if (other.DilationIndex != one.DilationIndex || other.Biases != 1 || _hasPrefix[_order[i + 1]] || model.IsPadded(one.DilationIndex, one.Kernel) != model.IsPadded(other.DilationIndex, other.Kernel))
            return false;
        ReadOnlySpan<int> channels = model.ChannelsOf(other.DilationIndex, other.Kernel);
        return channels.Length == 1 && channels[0] == channel;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private SumOfFour FourRows(in MiniRocketCombination combination, int channel, int start, int from)
    {
        int dilation = model.DilationArray[combination.DilationIndex];
        (int a, int b, int c) = MiniRocketKernel.WeightTwoTaps(combination.Kernel);
        float* alpha = _sums[channel].Alpha(_series, channel, dilation) + (nint)(from - start) * lanes;
        float* triple = _series.TripleChannel(channel) + (nint)from * lanes;
        return new SumOfFour(alpha, triple + _series.Offset(a, dilation), triple + _series.Offset(b, dilation), triple + _series.Offset(c, dilation));
    }

    private void CountDirectly(in MiniRocketCombination combination, int channel, int start, int from, int to, float* biases, Vector<int>* counts)
        => PositiveCount.Add(FourRows(combination, channel, start, from), (to - from) * lanes, biases, combination.Biases, counts, path);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void CountOne(in MiniRocketCombination combination, int channel, int start, int from, int to, float* biases, Vector<int>* counts)
    {
        SumOfFour rows = FourRows(combination, channel, start, from);
        float* bias = biases + combination.First;
        Vector<int>* count = counts + combination.First;
        int values = (to - from) * lanes;
        CountRest(rows, PrunedCount.One(rows.First, rows.Second, rows.Third, rows.Fourth, values, *bias, count), values, bias, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void CountTwo(in MiniRocketCombination one, in MiniRocketCombination other, int channel, int start, int from, int to, float* biases, Vector<int>* counts)
    {
        SumOfFour x = FourRows(one, channel, start, from);
        SumOfFour y = FourRows(other, channel, start, from);
        float* bias0 = biases + one.First;
        float* bias1 = biases + other.First;
        Vector<int>* count0 = counts + one.First;
        Vector<int>* count1 = counts + other.First;
        int values = (to - from) * lanes;
        int done = x.Second == y.Second
            ? PrunedCount.TwoFromOneTap(x.First, x.Second, x.Third, x.Fourth, y.Third, y.Fourth, values, *bias0, *bias1, count0, count1)
            : PrunedCount.Two(x.First, x.Second, x.Third, x.Fourth, y.Second, y.Third, y.Fourth, values, *bias0, *bias1, count0, count1);
        CountRest(x, done, values, bias0, count0);
        CountRest(y, done, values, bias1, count1);
    }

    private void CountRest(SumOfFour rows, int done, int values, float* bias, Vector<int>* count)
    {
        if (done < values)
            PositiveCount.Add(rows.From(done), values - done, bias, 1, count, KernelPath.Vector);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void CountWithPrefix(in MiniRocketCombination combination, ReadOnlySpan<int> channels, int start, int from, int to, float* biases, Vector<int>* counts)
    {
        int dilation = model.DilationArray[combination.DilationIndex];
        (int a, int b, int c) = MiniRocketKernel.WeightTwoTaps(combination.Kernel);
        int length = (to - from) * lanes;
        float* total = _overChannels.Pointer;
        for (int i = 0; i < channels.Length; i++)
        {
            float* sum = _sums[channels[i]].WithTwoTaps(_series, channels[i], dilation, a, b) + (nint)(from - start) * lanes;
            float* last = _series.TripleChannel(channels[i]) + (nint)from * lanes + _series.Offset(c, dilation);
            if (channels.Length == 1)
            {
                PositiveCount.Add(new SumOfTwo(sum, last), length, biases, combination.Biases, counts, path);
                return;
            }

            if (i == 0)
                Elementwise.Add(sum, last, total, length, path);
            else
                Elementwise.AddTo(total, sum, last, length);
        }

        PositiveCount.Add(new Stored(total), length, biases, combination.Biases, counts, path);
    }

    private (int From, int To) Counted(in MiniRocketCombination combination)
    {
        Range range = ScalarMiniRocketWorker.CountedPositions(_series.Length, model.DilationArray[combination.DilationIndex], model.IsPadded(combination.DilationIndex, combination.Kernel));
        return (range.Start.Value, range.End.Value);
    }

    // One series has counts in every lane of its vectors.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void DivideOne(Span<float> features)
    {
        foreach (ref readonly MiniRocketCombination combination in model.Combinations.AsSpan())
        {
            (int from, int to) = Counted(combination);
            for (int i = combination.First; i < combination.First + combination.Biases; i++)
                features[i] = (float)Vector.Sum(Vector.Load(_counts.Pointer + (nint)i * Count)) / (to - from);
        }
    }

    // Interleaved series have a lane each: all are divided at once. Counts are exact in float32, whose largest odd integer is far beyond the positions of interleaved series.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Divide(FeatureRows features)
    {
        int* counts = _counts.Pointer;
        foreach (ref readonly MiniRocketCombination combination in model.Combinations.AsSpan())
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
}

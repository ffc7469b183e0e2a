using System.Runtime.CompilerServices;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// The kernels of one representation of a pruned MultiRocket, pooled as <see cref="PooledKernels"/> pools them; but a lane is a bias, since few kernels keep more than one. The biases
/// side by side count the same positions: those of padded kernels of any dilation, or those of the other kernels of one dilation.
/// </summary>
internal sealed unsafe class PrunedPooledKernels
{
    private const int Block = MultiRocketPooling.PositionsAtOnce;
    private const int Lanes = PooledLanes.Count;

    // Room for the vector that is read past the last position.
    private const int RowStride = Block + Lanes;

    private readonly MultiRocketModel _model;
    private readonly MiniRocketModel _kernels;
    private readonly int _representation;
    private readonly KernelPath _path;
    private readonly Group[] _groups;
    private readonly PaddedSeries _series;
    private readonly PartialSums[] _sums;                                       // by channel
    private readonly PooledLanes _lanes;
    private readonly PinnedBuffer<float> _rows = new(Lanes * RowStride);        // [lane, position]
    private readonly PinnedBuffer<float> _turned = new(RowStride * Lanes);      // [position, lane]
    private readonly PinnedBuffer<float> _biases;                               // [group, lane]

    public PrunedPooledKernels(MultiRocketModel model, int representation, KernelPath path)
    {
        _model = model;
        _kernels = representation == 0 ? model.Series : model.Difference;
        _representation = representation;
        _path = path;
        _groups = FindGroups(_kernels);
        int longest = _groups.Length == 0 ? 1 : _kernels.DilationArray[_kernels.Combinations[^1].DilationIndex];
        _series = new(_kernels.NumberOfChannels, longest, lanes: 1, representation == 0 ? 0 : MultiRocket.LeftShiftOfDifference);
        _sums = [.. Enumerable.Range(0, _kernels.NumberOfChannels).Select(_ => new PartialSums(RowStride, path))];
        _lanes = new PooledLanes(most: 1, path);
        _biases = new(Math.Max(1, _groups.Length) * Lanes);
        for (int group = 0; group < _groups.Length; group++)
        {
            for (int lane = 0; lane < _groups[group].Biases.Length; lane++)
                _biases.Span[group * Lanes + lane] = _kernels.BiasArray[_groups[group].Biases[lane].Feature];
        }
    }

    /// <summary>Transforms one series.</summary>
    /// <param name="series">[channel, time], row-major.</param>
    /// <param name="features">[feature]; those of this representation are written.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Transform(ReadOnlySpan<float> series, Span<float> features)
    {
        if (_groups.Length == 0)
            return;
        _series.Load(series);
        for (int i = 0; i < _groups.Length; i++)
        {
            Group group = _groups[i];
            Range counted = ScalarMiniRocketWorker.CountedPositions(_series.Length, _kernels.DilationArray[group.Biases[0].DilationIndex], group.Padded);
            (int from, int to) = (counted.Start.Value, counted.End.Value);
            _lanes.Begin(1);
            for (int start = from; start < to; start += Block)
            {
                int positions = Math.Min(Block, to - start);
                Convolve(group, start, positions);
                LaneTurn.Turn(_rows.Pointer, RowStride, positions, _turned.Pointer);
                _lanes.Add(_turned.Pointer, positions, start - from, _biases.Pointer + i * Lanes);
            }

            Write(group, to - from, features);
        }
    }

    private static Group[] FindGroups(MiniRocketModel kernels) =>
    [
        .. kernels.Combinations
            .GroupBy(combination => kernels.IsPadded(combination.DilationIndex, combination.Kernel) ? -1 : combination.DilationIndex)
            .SelectMany(combinations => combinations.SelectMany(combination => Enumerable.Range(combination.First, combination.Biases)
                    .Select(feature => new Bias(combination.DilationIndex, combination.Kernel, feature)))
                .Chunk(Lanes).Select(biases => new Group(combinations.Key < 0, biases))),
    ];

    // Lanes without a bias keep what they have; nobody reads it.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Convolve(Group group, int start, int positions)
    {
        int dilationIndex = -1;
        for (int lane = 0; lane < group.Biases.Length; lane++)
        {
            Bias bias = group.Biases[lane];
            float* row = _rows.Pointer + lane * RowStride;
            if (bias.DilationIndex != dilationIndex)
            {
                dilationIndex = bias.DilationIndex;
                foreach (PartialSums sums in _sums)
                    sums.Begin(start, positions);
            }

            int dilation = _kernels.DilationArray[dilationIndex];
            (int a, int b, int c) = MiniRocketKernel.WeightTwoTaps(bias.Kernel);
            ReadOnlySpan<int> channels = _kernels.ChannelsOf(dilationIndex, bias.Kernel);
            for (int i = 0; i < channels.Length; i++)
            {
                float* sum = _sums[channels[i]].WithTwoTaps(_series, channels[i], dilation, a, b);
                float* last = _series.TripleChannel(channels[i]) + start + _series.Offset(c, dilation);
                if (i == 0)
                    Elementwise.Add(sum, last, row, positions, _path);
                else
                    Elementwise.AddTo(row, sum, last, positions);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Write(Group group, int positions, Span<float> features)
    {
        Span<float> poolings = stackalloc float[MultiRocketPooling.Count];
        for (int lane = 0; lane < group.Biases.Length; lane++)
        {
            int bias = group.Biases[lane].Feature;
            (int count, int longest, double sum, long sumOfIndices) = _lanes.Of(0, lane);
            poolings[0] = MultiRocketPooling.Ppv(count, positions);
            poolings[1] = longest;
            poolings[2] = MultiRocketPooling.Mpv(sum, count, _kernels.BiasArray[bias]);
            poolings[3] = MultiRocketPooling.Mipv(sumOfIndices, count);
            for (int pooling = 0; pooling < poolings.Length; pooling++)
            {
                int place = _model.Place(_representation, pooling, bias);
                if (place >= 0)
                    features[place] = poolings[pooling];
            }
        }
    }

    /// <summary>A kernel at a dilation with one bias, the feature of that number.</summary>
    private readonly record struct Bias(int DilationIndex, int Kernel, int Feature);

    /// <summary>Up to sixteen biases that count the same positions.</summary>
    private sealed record Group(bool Padded, Bias[] Biases);
}

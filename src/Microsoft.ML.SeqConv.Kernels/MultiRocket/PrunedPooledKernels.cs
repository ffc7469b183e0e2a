using System.Runtime.CompilerServices;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// The kernels of one representation of a pruned MultiRocket: a lane is one bias, since few kernels keep more than one.
/// The biases side by side count the same positions: those of padded kernels of any dilation, or those of the other
/// kernels of one dilation.
/// </summary>
internal sealed unsafe class PrunedPooledKernels : PooledKernels
{
    private readonly Bias[][] _groups;       // each up to sixteen that count the same positions
    private readonly PooledLanes _lanes;
    private readonly PinnedBuffer<float> _biases;       // [group, lane]

    public PrunedPooledKernels(MultiRocketModel model, int representation, KernelPath path)
        : base(model, representation, path)
    {
        _groups = FindGroups(Kernels);
        _lanes = new PooledLanes(maxBiases: 1, path);
        _biases = new(Math.Max(1, _groups.Length) * Lanes);
        for (int group = 0; group < _groups.Length; group++)
        {
            for (int lane = 0; lane < _groups[group].Length; lane++)
                _biases.Span[group * Lanes + lane] = Kernels.BiasArray[_groups[group][lane].Feature];
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Transform(ReadOnlySpan<float> series, Span<float> features)
    {
        if (_groups.Length == 0)
            return;
        Load(series);
        for (int i = 0; i < _groups.Length; i++)
        {
            Bias[] biases = _groups[i];
            (int from, int to) = Kernels.CountedPositions(biases[0].DilationIndex, biases[0].Kernel, Length);
            _lanes.Begin(1);
            for (int start = from; start < to; start += Block)
            {
                int positions = Math.Min(Block, to - start);
                Convolve(biases, start, positions);
                _lanes.Add(Transpose(positions), positions, start - from, _biases.Pointer + i * Lanes);
            }

            Write(biases, to - from, features);
        }
    }

    private static Bias[][] FindGroups(MiniRocketModel kernels) =>
    [
        .. kernels.Combinations
            .GroupBy(combination =>
                kernels.IsPadded(combination.DilationIndex, combination.Kernel) ? -1 : combination.DilationIndex)
            .SelectMany(combinations => combinations
                .SelectMany(combination => Enumerable.Range(combination.First, combination.Biases)
                    .Select(feature => new Bias(combination.DilationIndex, combination.Kernel, feature)))
                .Chunk(Lanes)),
    ];

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Convolve(Bias[] biases, int start, int positions)
    {
        int dilationIndex = -1;
        for (int lane = 0; lane < biases.Length; lane++)
        {
            if (biases[lane].DilationIndex != dilationIndex)
            {
                dilationIndex = biases[lane].DilationIndex;
                BeginBlock(start, positions);
            }

            Convolve(lane, dilationIndex, biases[lane].Kernel, start, positions);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Write(Bias[] biases, int positions, Span<float> features)
    {
        Span<float> poolings = stackalloc float[MultiRocketPooling.Count];
        for (int lane = 0; lane < biases.Length; lane++)
        {
            int bias = biases[lane].Feature;
            (int count, int longest, double sum, long sumOfIndices) = _lanes.Of(0, lane);
            poolings[0] = MultiRocketPooling.Ppv(count, positions);
            poolings[1] = longest;
            poolings[2] = MultiRocketPooling.Mpv(sum, count, Kernels.BiasArray[bias]);
            poolings[3] = MultiRocketPooling.Mipv(sumOfIndices, count);
            for (int pooling = 0; pooling < poolings.Length; pooling++)
            {
                int place = Model.Place(Representation, pooling, bias);
                if (place >= 0)
                    features[place] = poolings[pooling];
            }
        }
    }

    /// <summary>A kernel at a dilation with one bias, the feature of that number.</summary>
    private readonly record struct Bias(int DilationIndex, int Kernel, int Feature);
}

using System.Runtime.CompilerServices;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// All kernels of one representation: a lane is a kernel with all its biases, and the lanes of a group are of one
/// parity.
/// </summary>
internal sealed unsafe class FullPooledKernels : PooledKernels
{
    private const int KernelsOfParity = MiniRocketKernel.Count / 2;
    private const int Groups = (KernelsOfParity + Lanes - 1) / Lanes;

    private readonly PinnedBuffer<float> _biases;       // [dilation, parity, group, bias, lane]
    private readonly PooledLanes[] _lanes;              // by group

    public FullPooledKernels(MultiRocketModel model, int representation, KernelPath path)
        : base(model, representation, path)
    {
        _biases = BiasesByLane(Kernels);
        int maxBiases = Kernels.FeaturesPerDilationArray.Max();
        _lanes = [.. Enumerable.Range(0, Groups).Select(_ => new PooledLanes(maxBiases, path))];
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Transform(ReadOnlySpan<float> series, Span<float> features)
    {
        Load(series);
        features = features.Slice(Representation * (features.Length / 2), features.Length / 2);
        float* biases = _biases.Pointer;
        int feature = 0;
        for (int d = 0; d < Kernels.DilationArray.Length; d++)
        {
            int perKernel = Kernels.FeaturesPerDilationArray[d];
            for (int parity = 0; parity < 2; parity++)
            {
                (int from, int to) = Kernels.CountedPositions(d, Kernel(parity, group: 0, lane: 0), Length);
                foreach (PooledLanes lanes in _lanes)
                    lanes.Begin(perKernel);
                for (int start = from; start < to; start += Block)
                {
                    int positions = Math.Min(Block, to - start);
                    BeginBlock(start, positions);
                    for (int group = 0; group < Groups; group++)
                    {
                        for (int lane = 0; lane < KernelsIn(group); lane++)
                            Convolve(lane, d, Kernel(parity, group, lane), start, positions);
                        _lanes[group].Add(Transpose(positions), positions, start - from,
                            biases + group * perKernel * Lanes);
                    }
                }

                for (int group = 0; group < Groups; group++, biases += perKernel * Lanes)
                    Write(group, parity, perKernel, to - from, biases, features, feature);
            }

            feature += perKernel * MiniRocketKernel.Count;
        }
    }

    private static int KernelsIn(int group) => Math.Min(Lanes, KernelsOfParity - group * Lanes);

    private static int Kernel(int parity, int group, int lane) => 2 * (group * Lanes + lane) + parity;

    private static PinnedBuffer<float> BiasesByLane(MiniRocketModel model)
    {
        var byLane = new PinnedBuffer<float>(2L * Groups * Lanes * model.FeaturesPerDilationArray.Sum());
        int place = 0;
        int feature = 0;
        foreach (int perKernel in model.FeaturesPerDilationArray)
        {
            for (int parity = 0; parity < 2; parity++)
            {
                for (int group = 0; group < Groups; group++, place += perKernel * Lanes)
                {
                    for (int i = 0; i < KernelsIn(group) * perKernel; i++)
                    {
                        (int lane, int bias) = Math.DivRem(i, perKernel);
                        int first = feature + Kernel(parity, group, lane) * perKernel;
                        byLane.Span[place + bias * Lanes + lane] = model.BiasArray[first + bias];
                    }
                }
            }

            feature += perKernel * MiniRocketKernel.Count;
        }

        return byLane;
    }

    // Features are [pooling, bias]; those of one kernel lie together.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Write(int group, int parity, int perKernel, int positions, float* biases, Span<float> features,
        int first)
    {
        int biasCount = Kernels.BiasArray.Length;
        for (int lane = 0; lane < KernelsIn(group); lane++)
        {
            int feature = first + Kernel(parity, group, lane) * perKernel;
            for (int b = 0; b < perKernel; b++, feature++)
            {
                (int count, int longest, double sum, long sumOfIndices) = _lanes[group].Of(b, lane);
                features[feature] = MultiRocketPooling.Ppv(count, positions);
                features[biasCount + feature] = longest;
                features[2 * biasCount + feature] = MultiRocketPooling.Mpv(sum, count, biases[b * Lanes + lane]);
                features[3 * biasCount + feature] = MultiRocketPooling.Mipv(sumOfIndices, count);
            }
        }
    }
}

using System.Runtime.CompilerServices;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// The kernels of one representation, pooled with the lanes of a vector being kernels. Outputs are made over consecutive positions, as for MiniRocket, and then turned, sixteen
/// kernels at once, so that a vector holds one position of each. Every pooling is then a few operations without a branch, and each lane adds in the order of time, as the scalar path
/// does. Positions are taken in blocks that stay in the first cache, and whose sums end where those of the scalar path end.
/// </summary>
/// <param name="model">Kernels and biases.</param>
/// <param name="leftShift">See <see cref="MiniRocketKernel.Shift"/>.</param>
/// <param name="path">Whether the loops may use 512-bit vectors.</param>
internal sealed unsafe class PooledKernels(MiniRocketModel model, int leftShift, KernelPath path)
{
    /// <summary>The points of a series for which a block's sum of indices fits 32 bits.</summary>
    public const int LongestSeries = int.MaxValue / MultiRocketPooling.PositionsAtOnce;

    private const int Block = MultiRocketPooling.PositionsAtOnce;
    private const int Lanes = PooledLanes.Count;
    private const int KernelsOfParity = MiniRocketKernel.Count / 2;
    private const int Groups = (KernelsOfParity + Lanes - 1) / Lanes;

    // Room for the vector that is read past the last position.
    private const int RowStride = Block + Lanes;

    private readonly PaddedSeries _series = new(model.NumberOfChannels, model.DilationArray[^1], lanes: 1, leftShift);
    private readonly PartialSums[] _sums = [.. Enumerable.Range(0, model.NumberOfChannels).Select(_ => new PartialSums(RowStride, path))];
    private readonly PinnedBuffer<float> _rows = new(Lanes * RowStride);            // [lane, position]
    private readonly PinnedBuffer<float> _turned = new(RowStride * Lanes);          // [position, lane]
    private readonly PinnedBuffer<float> _biases = BiasesByLane(model);             // [dilation, parity, group, bias, lane]
    private readonly PooledLanes[] _lanes = [.. Enumerable.Range(0, Groups).Select(_ => new PooledLanes(model.FeaturesPerDilationArray.Max(), path))];

    /// <summary>Transforms one series.</summary>
    /// <param name="series">[channel, time], row-major.</param>
    /// <param name="features">[pooling, bias]; every value is written.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Transform(ReadOnlySpan<float> series, Span<float> features)
    {
        _series.Load(series);
        float* biases = _biases.Pointer;
        int feature = 0;
        for (int d = 0; d < model.DilationArray.Length; d++)
        {
            int perKernel = model.FeaturesPerDilationArray[d];
            for (int parity = 0; parity < 2; parity++)
            {
                Range counted = ScalarMiniRocketWorker.CountedPositions(_series.Length, model.DilationArray[d], padded: !model.AlternatesPadding || (d + parity) % 2 == 0);
                (int from, int to) = (counted.Start.Value, counted.End.Value);
                foreach (PooledLanes lanes in _lanes)
                    lanes.Begin(perKernel);
                for (int start = from; start < to; start += Block)
                {
                    int positions = Math.Min(Block, to - start);
                    foreach (PartialSums sums in _sums)
                        sums.Begin(start, positions);
                    for (int group = 0; group < Groups; group++)
                    {
                        Convolve(d, parity, group, start, positions);
                        LaneTurn.Turn(_rows.Pointer, RowStride, positions, _turned.Pointer);
                        _lanes[group].Add(_turned.Pointer, positions, start - from, biases + group * perKernel * Lanes);
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
                        byLane.Span[place + bias * Lanes + lane] = model.BiasArray[feature + Kernel(parity, group, lane) * perKernel + bias];
                    }
                }
            }

            feature += perKernel * MiniRocketKernel.Count;
        }

        return byLane;
    }

    // Outputs of one group over a block. Lanes without a kernel keep what they have; nobody reads it.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Convolve(int dilationIndex, int parity, int group, int start, int positions)
    {
        int dilation = model.DilationArray[dilationIndex];
        for (int lane = 0; lane < KernelsIn(group); lane++)
        {
            int kernel = Kernel(parity, group, lane);
            (int a, int b, int c) = MiniRocketKernel.WeightTwoTaps(kernel);
            float* row = _rows.Pointer + lane * RowStride;
            ReadOnlySpan<int> channels = model.ChannelsOf(dilationIndex, kernel);
            for (int i = 0; i < channels.Length; i++)
            {
                float* sum = _sums[channels[i]].WithTwoTaps(_series, channels[i], dilation, a, b);
                float* last = _series.TripleChannel(channels[i]) + start + _series.Offset(c, dilation);
                if (i == 0)
                    Elementwise.Add(sum, last, row, positions, path);
                else
                    Elementwise.AddTo(row, sum, last, positions);
            }
        }
    }

    // Features are [pooling, bias]; those of one kernel lie together.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Write(int group, int parity, int perKernel, int positions, float* biases, Span<float> features, int first)
    {
        int biasCount = model.BiasArray.Length;
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

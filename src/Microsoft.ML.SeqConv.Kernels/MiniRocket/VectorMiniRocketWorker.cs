using System.Numerics;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// The MiniRocket transform, vectorised over output positions of one series, or over series. In each lane taps are added in the order of the scalar path,
/// so the bits agree. Kernels are visited as (a, b, c): alpha + gamma_a is shared by all kernels that begin with a, alpha + gamma_a + gamma_b by those
/// that begin with (a, b), and the last sum is made where it is compared. Long series are cut into blocks that stay in the first cache.
/// </summary>
/// <param name="model">The fitted transform.</param>
/// <param name="lanes">Series transformed at once: 1, or the lanes of a vector.</param>
/// <param name="path">Whether the loops may use 512-bit vectors.</param>
internal sealed unsafe class VectorMiniRocketWorker(MiniRocketModel model, int lanes, KernelPath path) : LaneWorker
{
    // Positions of one series, or of all that are interleaved: what stays in the first cache.
    private const int BlockValues = 2048;

    private static readonly int Count = Vector<int>.Count;

    private readonly int _block = BlockValues / lanes;
    private readonly PaddedSeries _series = new(model.NumberOfChannels, model.DilationArray[^1], lanes);
    private readonly PartialSums[] _sums =
        [.. Enumerable.Range(0, model.NumberOfChannels).Select(_ => new PartialSums(BlockValues, path))];
    private readonly PinnedBuffer<float> _overChannels = new(BlockValues + Vector<float>.Count);
    private readonly PinnedBuffer<int> _counts = new((long)model.FeaturesPerDilationArray.Max() * MiniRocketKernel.Count * Vector<int>.Count);

    /// <inheritdoc/>
    public override void Load(ReadOnlySpan<float> series, int lane) => _series.Load(series, lane);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Transform(FeatureRows features)
    {
        fixed (float* allBiases = model.BiasArray)
        {
            int feature = 0;
            for (int d = 0; d < model.DilationArray.Length; d++)
            {
                int featuresHere = model.FeaturesPerDilationArray[d] * MiniRocketKernel.Count;
                _counts.Span[..(featuresHere * Count)].Clear();
                for (int start = 0; start < _series.Length; start += _block)
                    CountBlock(d, start, Math.Min(start + _block, _series.Length), allBiases + feature);
                for (int row = 0; row < features.Count; row++)
                    Divide(d, row, features[row].Slice(feature, featuresHere));
                feature += featuresHere;
            }
        }
    }

    // Counts one dilation over the output positions [start, end).
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void CountBlock(int dilationIndex, int start, int end, float* biases)
    {
        int dilation = model.DilationArray[dilationIndex];
        int features = model.FeaturesPerDilationArray[dilationIndex];
        var counts = (Vector<int>*)_counts.Pointer;
        (int fromPadded, int toPadded) = Counted(dilation, padded: true, start, end);
        (int fromUnpadded, int toUnpadded) = Counted(dilation, padded: false, start, end);
        foreach (PartialSums sums in _sums)
            sums.Begin((nint)start * lanes, (end - start) * lanes);

        int kernel = 0;
        for (int a = 0; a < MiniRocketKernel.Length; a++)
        {
            for (int b = a + 1; b < MiniRocketKernel.Length; b++)
            {
                for (int c = b + 1; c < MiniRocketKernel.Length; c++, kernel++)
                {
                    bool padded = IsPadded(dilationIndex, kernel);
                    int from = padded ? fromPadded : fromUnpadded;
                    int to = padded ? toPadded : toUnpadded;
                    if (from < to)
                    {
                        if (model.NumberOfChannels == 1)
                            CountChannel(0, dilation, a, b, c, start, from, to, biases, features, counts);
                        else
                            CountChannels(dilationIndex, kernel, a, b, c, start, from, to, biases, features, counts);
                    }

                    biases += features;
                    counts += features;
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void CountChannel(int channel, int dilation, int a, int b, int c, int start, int from, int to, float* biases, int features, Vector<int>* counts)
    {
        float* sum = _sums[channel].WithTwoTaps(_series, channel, dilation, a, b) + (nint)(from - start) * lanes;
        float* last = _series.TripleChannel(channel) + (nint)from * lanes + _series.Offset(c, dilation);
        PositiveCount.Add(new SumOfTwo(sum, last), (to - from) * lanes, biases, features, counts, path);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void CountChannels(int dilationIndex, int kernel, int a, int b, int c, int start, int from, int to, float* biases, int features, Vector<int>* counts)
    {
        int dilation = model.DilationArray[dilationIndex];
        ReadOnlySpan<int> channels = model.ChannelsOf(dilationIndex, kernel);
        if (channels.Length == 1)
        {
            CountChannel(channels[0], dilation, a, b, c, start, from, to, biases, features, counts);
            return;
        }

        int length = (to - from) * lanes;
        float* total = _overChannels.Pointer;
        for (int i = 0; i < channels.Length; i++)
        {
            int channel = channels[i];
            float* sum = _sums[channel].WithTwoTaps(_series, channel, dilation, a, b) + (nint)(from - start) * lanes;
            float* last = _series.TripleChannel(channel) + (nint)from * lanes + _series.Offset(c, dilation);
            if (i == 0)
                Elementwise.Add(sum, last, total, length, path);
            else
                Elementwise.AddTo(total, sum, last, length);
        }

        PositiveCount.Add(new Stored(total), length, biases, features, counts, path);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsPadded(int dilationIndex, int kernel) => !model.AlternatesPadding || ((dilationIndex + kernel) & 1) == 0;

    private (int From, int To) Counted(int dilation, bool padded, int start, int end)
    {
        Range range = ScalarMiniRocketWorker.CountedPositions(_series.Length, dilation, padded);
        return (Math.Max(start, range.Start.Value), Math.Min(end, range.End.Value));
    }

    // One series has counts in every lane of its vectors; interleaved series have a lane each.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Divide(int dilationIndex, int row, Span<float> features)
    {
        int perKernel = model.FeaturesPerDilationArray[dilationIndex];
        int dilation = model.DilationArray[dilationIndex];
        (int fromPadded, int toPadded) = Counted(dilation, padded: true, 0, _series.Length);
        (int fromUnpadded, int toUnpadded) = Counted(dilation, padded: false, 0, _series.Length);
        int* counts = _counts.Pointer;
        for (int kernel = 0; kernel < MiniRocketKernel.Count; kernel++)
        {
            float positions = IsPadded(dilationIndex, kernel) ? toPadded - fromPadded : toUnpadded - fromUnpadded;
            for (int i = kernel * perKernel; i < (kernel + 1) * perKernel; i++)
            {
                int count = lanes == 1 ? Vector.Sum(Vector.Load(counts + (nint)i * Count)) : counts[(nint)i * Count + row];
                features[i] = count / positions;
            }
        }
    }
}

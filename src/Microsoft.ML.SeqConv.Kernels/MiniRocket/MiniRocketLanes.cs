using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// What the two vectorised workers of MiniRocket share: the padded series, cut into blocks that stay in the first
/// cache, and the count of a kernel whose first two taps are a sum that other kernels share.
/// </summary>
/// <param name="model">The fitted transform.</param>
/// <param name="lanes">Series transformed at once: 1, or the lanes of a vector.</param>
/// <param name="path">Whether the loops may use 512-bit vectors.</param>
internal abstract unsafe class MiniRocketLanes(MiniRocketModel model, int lanes, KernelPath path) : LaneWorker
{
    // Positions of one series, or of all that are interleaved: what stays in the first cache.
    private const int BlockValues = 2048;

    private readonly PartialSums[] _sums =
        [.. Enumerable.Range(0, model.NumberOfChannels).Select(_ => new PartialSums(BlockValues, path))];
    private readonly PinnedBuffer<float> _overChannels = new(BlockValues + Vector<float>.Count);

    /// <summary>Output positions of a block.</summary>
    protected int Block { get; } = BlockValues / lanes;

    /// <summary>The series that are loaded.</summary>
    protected PaddedSeries Series { get; } = new(model.NumberOfChannels, model.MaxDilation, lanes);

    /// <inheritdoc/>
    public override void Load(ReadOnlySpan<float> series, int lane) => Series.Load(series, lane);

    /// <summary>Forgets the sums of the last block, or of the last dilation.</summary>
    protected void BeginBlock(int start, int end)
    {
        foreach (PartialSums sums in _sums)
            sums.Begin((nint)start * lanes, (end - start) * lanes);
    }

    /// <summary>alpha of a channel, from a position of the block on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected float* Alpha(int channel, int dilation, int start, int from)
        => _sums[channel].Alpha(Series, channel, dilation) + (nint)(from - start) * lanes;

    /// <summary>Three times a channel, from a position on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected float* Triple(int channel, int from) => Series.TripleChannel(channel) + (nint)from * lanes;

    /// <summary>Counts the outputs of a kernel over one channel.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="dilation">Points from one tap to the next.</param>
    /// <param name="taps">The taps of weight two.</param>
    /// <param name="start">First position of the block.</param>
    /// <param name="from">First position to count.</param>
    /// <param name="to">The position after the last to count.</param>
    /// <param name="biases">[bias].</param>
    /// <param name="numberOfBiases">Biases of the kernel.</param>
    /// <param name="counts">[bias]; counts are added.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected void CountChannel(int channel, int dilation, (int A, int B, int C) taps, int start, int from, int to,
        float* biases, int numberOfBiases, Vector<int>* counts)
    {
        Debug.Assert(from >= start && to <= start + Block && to <= Series.Length,
            "The positions are not of the block.");
        float* sum = WithTwoTaps(channel, dilation, taps, start, from);
        float* last = Triple(channel, from) + Series.Offset(taps.C, dilation);
        Debug.Assert(Series.TripleHolds(last, (long)(to - from) * lanes), "Tap c lies beyond the zeros.");
        PositiveCount.Add(new SumOfTwo(sum, last), (to - from) * lanes, biases, numberOfBiases, counts, path);
    }

    /// <summary>Counts the outputs of a kernel, summed over channels; see <see cref="CountChannel"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected void CountChannels(ReadOnlySpan<int> channels, int dilation, (int A, int B, int C) taps, int start,
        int from, int to, float* biases, int numberOfBiases, Vector<int>* counts)
    {
        Debug.Assert(from >= start && to <= start + Block && to <= Series.Length,
            "The positions are not of the block.");
        if (channels.Length == 1)
        {
            CountChannel(channels[0], dilation, taps, start, from, to, biases, numberOfBiases, counts);
            return;
        }

        int length = (to - from) * lanes;
        float* total = _overChannels.Pointer;
        for (int i = 0; i < channels.Length; i++)
        {
            float* sum = WithTwoTaps(channels[i], dilation, taps, start, from);
            float* last = Triple(channels[i], from) + Series.Offset(taps.C, dilation);
            Debug.Assert(Series.TripleHolds(last, length), "Tap c lies beyond the zeros.");
            if (i == 0)
                Elementwise.Add(sum, last, total, length, path);
            else
                Elementwise.AddTo(total, sum, last, length);
        }

        PositiveCount.Add(new Stored(total), length, biases, numberOfBiases, counts, path);
    }

    // alpha + gamma_a + gamma_b, which other kernels share.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private float* WithTwoTaps(int channel, int dilation, (int A, int B, int C) taps, int start, int from)
        => _sums[channel].WithTwoTaps(Series, channel, dilation, taps.A, taps.B) + (nint)(from - start) * lanes;
}

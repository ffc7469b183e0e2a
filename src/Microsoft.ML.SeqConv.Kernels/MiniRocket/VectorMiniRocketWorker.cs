using System.Numerics;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// The MiniRocket transform, vectorised over output positions. A lane is an output position, and in each lane taps are added in the order of the scalar
/// path, so the bits agree. Kernels are visited as (a, b, c): alpha + gamma_a is shared by all kernels that begin with a, alpha + gamma_a + gamma_b by those
/// that begin with (a, b), and the last sum is made where it is compared. Long series are cut into blocks that stay in the first cache.
/// </summary>
internal sealed unsafe class VectorMiniRocketWorker(MiniRocketModel model) : FeaturizerWorker
{
    private const int Block = 1024;

    private readonly PaddedSeries _series = new(model.NumberOfChannels, model.DilationArray[^1]);
    private readonly PartialSums[] _sums = [.. Enumerable.Range(0, model.NumberOfChannels).Select(_ => new PartialSums(Block))];
    private readonly PinnedBuffer<float> _overChannels = new(Block + Vector<float>.Count);
    private readonly PinnedBuffer<int> _counts = new(model.FeaturesPerDilationArray.Max() * MiniRocketKernel.Count);
    private readonly int[] _channelStarts = ChannelStarts(model);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Transform(ReadOnlySpan<float> series, Span<float> features)
    {
        LengthOf(series, model.NumberOfChannels);
        _series.Load(series);
        fixed (float* allBiases = model.BiasArray)
        {
            float* biases = allBiases;
            for (int d = 0; d < model.DilationArray.Length; d++)
            {
                int featuresHere = model.FeaturesPerDilationArray[d] * MiniRocketKernel.Count;
                _counts.Span[..featuresHere].Clear();
                for (int start = 0; start < _series.Length; start += Block)
                    CountBlock(d, start, Math.Min(start + Block, _series.Length), biases);
                Divide(d, features[..featuresHere]);
                features = features[featuresHere..];
                biases += featuresHere;
            }
        }
    }

    private static int[] ChannelStarts(MiniRocketModel model)
    {
        var starts = new int[model.ChannelsPerCombinationArray.Length];
        for (int i = 1; i < starts.Length; i++)
            starts[i] = starts[i - 1] + model.ChannelsPerCombinationArray[i - 1];
        return starts;
    }

    // Counts one dilation over the output positions [start, end).
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void CountBlock(int dilationIndex, int start, int end, float* biases)
    {
        int dilation = model.DilationArray[dilationIndex];
        int features = model.FeaturesPerDilationArray[dilationIndex];
        int* counts = _counts.Pointer;
        foreach (PartialSums sums in _sums)
            sums.Begin();

        int kernel = 0;
        for (int a = 0; a < MiniRocketKernel.Length; a++)
        {
            for (int b = a + 1; b < MiniRocketKernel.Length; b++)
            {
                for (int c = b + 1; c < MiniRocketKernel.Length; c++, kernel++)
                {
                    (int from, int to) = Counted(dilationIndex, kernel, start, end);
                    if (from < to)
                    {
                        if (model.NumberOfChannels == 1)
                            CountChannel(0, dilation, a, b, c, start, from, to, biases, features, counts, end);
                        else
                            CountChannels(dilationIndex, kernel, a, b, c, start, from, to, biases, features, counts, end);
                    }

                    biases += features;
                    counts += features;
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void CountChannel(int channel, int dilation, int a, int b, int c, int start, int from, int to, float* biases, int features, int* counts, int end)
    {
        float* sum = _sums[channel].WithTwoTaps(_series, channel, dilation, a, b, start, end) + (from - start);
        float* last = _series.TripleChannel(channel) + from + _series.Offset(c, dilation);
        PositiveCount.Add(new SumOfTwo(sum, last), to - from, biases, features, counts);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void CountChannels(int dilationIndex, int kernel, int a, int b, int c, int start, int from, int to, float* biases, int features, int* counts, int end)
    {
        int dilation = model.DilationArray[dilationIndex];
        int combination = dilationIndex * MiniRocketKernel.Count + kernel;
        ReadOnlySpan<int> channels = model.ChannelIndexArray.AsSpan(_channelStarts[combination], model.ChannelsPerCombinationArray[combination]);
        if (channels.Length == 1)
        {
            CountChannel(channels[0], dilation, a, b, c, start, from, to, biases, features, counts, end);
            return;
        }

        float* total = _overChannels.Pointer;
        for (int i = 0; i < channels.Length; i++)
        {
            int channel = channels[i];
            float* sum = _sums[channel].WithTwoTaps(_series, channel, dilation, a, b, start, end) + (from - start);
            float* last = _series.TripleChannel(channel) + from + _series.Offset(c, dilation);
            if (i == 0)
                Elementwise.Add(sum, last, total, to - from);
            else
                Elementwise.AddTo(total, sum, last, to - from);
        }

        PositiveCount.Add(new Stored(total), to - from, biases, features, counts);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private (int From, int To) Counted(int dilationIndex, int kernel, int start, int end)
    {
        bool padded = !model.AlternatesPadding || ((dilationIndex + kernel) & 1) == 0;
        Range range = ScalarMiniRocketWorker.CountedPositions(_series.Length, model.DilationArray[dilationIndex], padded);
        return (Math.Max(start, range.Start.Value), Math.Min(end, range.End.Value));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Divide(int dilationIndex, Span<float> features)
    {
        int perKernel = model.FeaturesPerDilationArray[dilationIndex];
        int* counts = _counts.Pointer;
        for (int kernel = 0; kernel < MiniRocketKernel.Count; kernel++)
        {
            (int from, int to) = Counted(dilationIndex, kernel, 0, _series.Length);
            float positions = to - from;
            for (int i = kernel * perKernel; i < (kernel + 1) * perKernel; i++)
                features[i] = counts[i] / positions;
        }
    }
}

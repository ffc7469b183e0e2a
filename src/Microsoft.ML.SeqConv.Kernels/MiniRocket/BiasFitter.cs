using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// One thread's part of a fit: convolves training series with one kernel and takes quantiles of the outputs as biases.
/// </summary>
internal sealed unsafe class BiasFitter(MiniRocketPlan plan)
{
    private readonly PaddedSeries _series = new(plan.NumberOfChannels, plan.Dilations[^1], lanes: 1);
    private readonly int[] _ranks = new int[2 * plan.FeaturesPerDilation.Max()];
    private PinnedBuffer<float>? _outputs;
    private PinnedBuffer<float>? _alpha;
    private int _loaded = -1;

    /// <summary>
    /// Fits the biases of one combination of dilation and kernel on the series from <paramref name="first"/> to before
    /// <paramref name="end"/>.
    /// </summary>
    /// <param name="series">Training series.</param>
    /// <param name="first">First series to convolve.</param>
    /// <param name="end">Series after the last to convolve.</param>
    /// <param name="combination">Dilation index * 84 + kernel.</param>
    /// <param name="channels">Channels to sum over.</param>
    /// <param name="biases">[bias], to be filled.</param>
    /// <param name="quantiles">[bias], each in [0, 1].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Fit(SeriesSet series, int first, int end, int combination, ReadOnlySpan<int> channels,
        Span<float> biases, ReadOnlySpan<float> quantiles)
    {
        int total = 0;
        for (int i = first; i < end; i++)
            total = checked(total + series.LengthOf(i));
        Reserve(total, series.MaxLength);

        float* outputs = _outputs!.Pointer;
        (int dilationIndex, int kernel) = Math.DivRem(combination, MiniRocketKernel.Count);
        for (int i = first; i < end; i++)
        {
            if (i != _loaded)
                _series.Load(series[i]);
            _loaded = i;
            for (int c = 0; c < channels.Length; c++)
                Convolve(channels[c], plan.Dilations[dilationIndex], kernel, outputs, add: c > 0);
            outputs += _series.Length;
        }

        Quantile.Compute(new Span<float>(_outputs.Pointer, total), quantiles, _ranks, biases);
    }

    private void Reserve(int outputs, int longest)
    {
        int spare = Vector<float>.Count;
        if (_outputs is null || _outputs.Span.Length < outputs + spare)
            _outputs = new(outputs + (long)spare);
        if (_alpha is null || _alpha.Span.Length < longest + spare)
            _alpha = new(longest + (long)spare);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Convolve(int channel, int dilation, int kernel, float* output, bool add)
    {
        Debug.Assert(_outputs!.Holds(output, _series.Length + Vector<float>.Count - 1),
            "The outputs lie beyond their buffer.");
        Debug.Assert(_series.Holds(_series.Channel(channel) + _series.Offset(0, dilation), _series.Length),
            "The first tap lies beyond the zeros.");
        Debug.Assert(_series.TripleHolds(_series.TripleChannel(channel) + _series.Offset(8, dilation), _series.Length),
            "The last tap lies beyond the zeros.");
        float* x = _series.Channel(channel);
        float* triple = _series.TripleChannel(channel);
        PartialSums.MinusSumOfTaps(x, _series.Offset(0, dilation), _series.Offset(1, dilation),
            _series.Offset(2, dilation), _series.Offset(3, dilation),
            _series.Offset(5, dilation), _series.Offset(6, dilation), _series.Offset(7, dilation), _series.Offset(8,
                dilation), _alpha!.Pointer, _series.Length);
        (int a, int b, int c) = MiniRocketKernel.WeightTwoTaps(kernel);
        AddGammas(triple + _series.Offset(a, dilation), triple + _series.Offset(b, dilation),
            triple + _series.Offset(c, dilation), _alpha.Pointer, output, _series.Length, add);
    }

    // In fitting, the published code adds alpha last; in transforming, first. The last bit of a bias depends on it.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void AddGammas(float* a, float* b, float* c, float* alpha, float* output, int length, bool add)
    {
        for (nint t = 0; t < length; t += Vector<float>.Count)
        {
            Vector<float> value = Vector.Load(a + t) + Vector.Load(b + t) + Vector.Load(c + t) + Vector.Load(alpha + t);
            Vector.Store(add ? Vector.Load(output + t) + value : value, output + t);
        }
    }
}

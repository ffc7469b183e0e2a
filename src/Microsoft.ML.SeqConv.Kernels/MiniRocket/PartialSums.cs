using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// The sums of one channel over one block of outputs that many kernels share: alpha, alpha + gamma_a, alpha + gamma_a +
/// gamma_b. Each is made when it is first asked for, and kept until the next tap takes its place.
/// </summary>
internal sealed unsafe class PartialSums
{
    private const int None = -1;

    private readonly KernelPath _path;
    private readonly int _block;
    private readonly PinnedBuffer<float> _alpha;
    private readonly PinnedBuffer<float> _withOne;
    private readonly PinnedBuffer<float> _withTwo;
    private nint _start;
    private int _length;
    private bool _hasAlpha;
    private int _a;
    private int _b;

    public PartialSums(int block, KernelPath path)
    {
        _path = path;
        _block = block;
        int length = block + Vector<float>.Count;
        _alpha = new(length);
        _withOne = new(length);
        _withTwo = new(length);
    }

    /// <summary>Forgets the sums of the last block.</summary>
    /// <param name="start">First value of the new block.</param>
    /// <param name="length">Its values.</param>
    public void Begin(nint start, int length)
    {
        Debug.Assert(length >= 0 && length <= _block, "The block is longer than the buffers.");
        _start = start;
        _length = length;
        _hasAlpha = false;
        _a = None;
        _b = None;
    }

    /// <summary>alpha + gamma_a + gamma_b over the block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public float* WithTwoTaps(PaddedSeries series, int channel, int dilation, int a, int b)
    {
        Debug.Assert(series.TripleHolds(series.TripleChannel(channel) + _start + series.Offset(a, dilation), _length),
            "Tap a lies beyond the zeros.");
        Debug.Assert(series.TripleHolds(series.TripleChannel(channel) + _start + series.Offset(b, dilation), _length),
            "Tap b lies beyond the zeros.");
        if (_a == a && _b == b)
            return _withTwo.Pointer;
        float* triple = series.TripleChannel(channel) + _start;
        if (_a != a)
        {
            Elementwise.Add(Alpha(series, channel, dilation), triple + series.Offset(a, dilation),
                _withOne.Pointer, _length, _path);
            _a = a;
        }

        Elementwise.Add(_withOne.Pointer, triple + series.Offset(b, dilation), _withTwo.Pointer, _length, _path);
        _b = b;
        return _withTwo.Pointer;
    }

    /// <summary>alpha over the block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public float* Alpha(PaddedSeries series, int channel, int dilation)
    {
        Debug.Assert(series.Holds(series.Channel(channel) + _start + series.Offset(0, dilation), _length),
            "The first tap lies beyond the zeros.");
        Debug.Assert(series.Holds(series.Channel(channel) + _start + series.Offset(8, dilation), _length),
            "The last tap lies beyond the zeros.");
        if (_hasAlpha)
            return _alpha.Pointer;
        float* x = series.Channel(channel) + _start;
        MinusSumOfTaps(x, series.Offset(0, dilation), series.Offset(1, dilation),
            series.Offset(2, dilation), series.Offset(3, dilation),
            series.Offset(5, dilation), series.Offset(6, dilation), series.Offset(7, dilation), series.Offset(8,
                dilation), _alpha.Pointer, _length);
        _hasAlpha = true;
        return _alpha.Pointer;
    }

    // The centre first, then the other taps from left to right: the order of the scalar path.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal static void MinusSumOfTaps(
        float* x, nint o0, nint o1, nint o2, nint o3, nint o5, nint o6, nint o7, nint o8, float* alpha, int length)
    {
        Debug.Assert(length >= 0, "The length is negative.");
        for (nint t = 0; t < length; t += Vector<float>.Count)
        {
            float* p = x + t;
            Vector<float> sum = Vector.Load(p) + Vector.Load(p + o0);
            sum += Vector.Load(p + o1);
            sum += Vector.Load(p + o2);
            sum += Vector.Load(p + o3);
            sum += Vector.Load(p + o5);
            sum += Vector.Load(p + o6);
            sum += Vector.Load(p + o7);
            sum += Vector.Load(p + o8);
            Vector.Store(-sum, alpha + t);
        }
    }
}

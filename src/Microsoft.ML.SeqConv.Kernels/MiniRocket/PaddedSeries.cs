using System.Runtime.CompilerServices;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// What MiniRocket's kernels read of a series: each channel x for the taps of weight -1, and 3x for the three taps that
/// are added to them.
/// </summary>
internal sealed unsafe class PaddedSeries(int channels, int maxDilation, int lanes, int leftShift = 0)
{
    // x + x + x and 3x are the same float32: doubling is exact, so both round once.
    private readonly PaddedChannels<float> _x = new(channels,
        (long)MiniRocketKernel.Half * maxDilation, factor: 1, lanes);
    private readonly PaddedChannels<float> _triple = new(channels,
        (long)MiniRocketKernel.Half * maxDilation, factor: 3, lanes);

    /// <summary>Points a channel of the series that is loaded.</summary>
    public int Length => _x.Length;

    /// <summary>Copies one series in.</summary>
    /// <param name="series">[channel, time], row-major.</param>
    /// <param name="lane">Its lane. Series loaded side by side have one length.</param>
    public void Load(ReadOnlySpan<float> series, int lane = 0)
    {
        _x.Load(series, lane);
        _triple.Load(series, lane);
    }

    /// <summary>x at position 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float* Channel(int channel) => _x.Channel(channel);

    /// <summary>3x at position 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float* TripleChannel(int channel) => _triple.Channel(channel);

    /// <summary>
    /// Whether whole vectors that cover some values of 3x lie in the buffer, for the assertions of unsafe loops.
    /// </summary>
    public bool TripleHolds(float* first, long count) => _triple.Holds(first, count);

    /// <summary>The same of x.</summary>
    public bool Holds(float* first, long count) => _x.Holds(first, count);

    /// <summary>How far a tap's pointer moves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public nint Offset(int tap, int dilation) => _x.Offset(MiniRocketKernel.Shift(tap, dilation, leftShift));
}

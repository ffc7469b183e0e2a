using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// The channels of a series with zeros on both sides: a tap of a dilated kernel is then a pointer that is moved,
/// without copies and without edges. Either one series, or as many as a vector has lanes, interleaved: [channel,
/// position, lane]. In both, the loops run over consecutive values, and a vector holds neighbouring positions of one
/// series, or one position of several. Reused for series after series; it grows to the longest.
/// </summary>
/// <param name="channels">Channels of a series.</param>
/// <param name="reach">The farthest that a tap lies from the position it is for.</param>
/// <param name="factor">What values are multiplied by.</param>
/// <param name="lanes">Series held side by side: 1, or the lanes of a vector.</param>
internal sealed unsafe class PaddedChannels<T>(int channels, long reach, T factor, int lanes)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Whole vectors that may be read past the last position.</summary>
    public const int SpareVectors = 10;

    private PinnedBuffer<T>? _values;
    private int _capacity;      // points a channel that fit
    private int _margin;        // points of zero on either side of a channel
    private long _stride;       // values from one channel to the next
    private int _filled;        // points a channel that the last series left behind

    /// <summary>Points a channel of the series that are loaded.</summary>
    public int Length { get; private set; }

    /// <summary>Copies one series in.</summary>
    /// <param name="series">[channel, time], row-major.</param>
    /// <param name="lane">Its lane. Series loaded side by side have one length.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Load(ReadOnlySpan<float> series, int lane = 0)
    {
        Debug.Assert(series.Length % channels == 0, "The values are not as many for each channel.");
        Debug.Assert(lane >= 0 && lane < lanes, "There is no such lane.");
        Length = series.Length / channels;
        if (Length > _capacity)
            Grow();
        for (int channel = 0; channel < channels; channel++)
        {
            ReadOnlySpan<float> points = series.Slice(channel * Length, Length);
            T* destination = Channel(channel) + lane;
            for (int t = 0; t < points.Length; t++)
                destination[(nint)t * lanes] = T.CreateTruncating(points[t]) * factor;
            if (_filled > Length)
                new Span<T>(Channel(channel) + (nint)Length * lanes, (_filled - Length) * lanes).Clear();
        }

        _filled = Length;
    }

    /// <summary>Position 0 of a channel. Zeros may be read as far as a tap reaches.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T* Channel(int channel)
    {
        Debug.Assert(channel >= 0 && channel < channels, "There is no such channel.");
        return _values!.Pointer + (nint)_margin * lanes + (nint)(channel * _stride);
    }

    /// <summary>
    /// Whether whole vectors that cover some values lie in the buffer, for the assertions of unsafe loops.
    /// </summary>
    /// <param name="first">The first value.</param>
    /// <param name="count">The number of values.</param>
    public bool Holds(T* first, long count) => _values!.Holds(first, count + Vector<T>.Count - 1);

    /// <summary>
    /// How far a tap's pointer moves. Beyond the series all is zero, so a move is never longer than the zeros reach.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public nint Offset(long shift) => (nint)Math.Clamp(shift, -_margin, _margin) * lanes;

    private void Grow()
    {
        _capacity = RoundUp(Length);
        _margin = RoundUp((int)Math.Min(reach, _capacity));
        _stride = ((long)_margin + _capacity + _margin) * lanes + SpareVectors * Vector<T>.Count;
        _values = new PinnedBuffer<T>(channels * _stride);
        _filled = 0;
    }

    private static int RoundUp(int length) => (length + Vector<T>.Count - 1) / Vector<T>.Count * Vector<T>.Count;
}

using System.Numerics;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// The channels of one series with zeros on both sides: a tap of a dilated kernel is then a pointer that is moved, without copies and without edges.
/// Reused for series after series; it grows to the longest.
/// </summary>
/// <param name="channels">Channels of a series.</param>
/// <param name="reach">The farthest that a tap lies from the position it is for.</param>
/// <param name="factor">What values are multiplied by.</param>
internal sealed unsafe class PaddedChannels<T>(int channels, long reach, T factor)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Whole vectors that may be read past the last position.</summary>
    public const int SpareVectors = 8;

    private PinnedBuffer<T>? _values;
    private int _capacity;      // points a channel that fit
    private int _margin;        // zeros on either side of a channel
    private int _stride;        // values from one channel to the next
    private int _filled;        // points a channel that the last series left behind

    /// <summary>Points a channel of the series that is loaded.</summary>
    public int Length { get; private set; }

    /// <summary>Copies a series in.</summary>
    /// <param name="series">[channel, time], row-major.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Load(ReadOnlySpan<float> series)
    {
        Length = series.Length / channels;
        if (Length > _capacity)
            Grow();
        for (int channel = 0; channel < channels; channel++)
        {
            ReadOnlySpan<float> points = series.Slice(channel * Length, Length);
            T* destination = Channel(channel);
            for (int t = 0; t < points.Length; t++)
                destination[t] = T.CreateTruncating(points[t]) * factor;
            if (_filled > Length)
                new Span<T>(destination + Length, _filled - Length).Clear();
        }

        _filled = Length;
    }

    /// <summary>Position 0 of a channel. Zeros may be read as far as a tap reaches.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T* Channel(int channel) => _values!.Pointer + _margin + (long)channel * _stride;

    /// <summary>How far a tap's pointer moves. Beyond the series all is zero, so a move is never longer than the zeros reach.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public nint Offset(long shift) => (nint)Math.Clamp(shift, -_margin, _margin);

    private void Grow()
    {
        _capacity = RoundUp(Length);
        _margin = RoundUp((int)Math.Min(reach, _capacity));
        _stride = checked(_margin + _capacity + _margin + SpareVectors * Vector<T>.Count);
        _values = new PinnedBuffer<T>((long)channels * _stride);
        _filled = 0;
    }

    private static int RoundUp(int length) => (length + Vector<T>.Count - 1) / Vector<T>.Count * Vector<T>.Count;
}

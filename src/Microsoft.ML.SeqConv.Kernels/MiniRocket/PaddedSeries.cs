using System.Numerics;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// The channels of one series, and three times them, each with zeros on both sides: a tap of a dilated kernel is then a pointer that is moved, without
/// copies and without edges. Reused for series after series; it grows to the longest.
/// </summary>
internal sealed unsafe class PaddedSeries(int channels, int maxDilation)
{
    private PinnedBuffer<float>? _values;
    private int _capacity;      // points a channel that fit
    private int _margin;        // zeros on either side of a channel, one vector more on the right
    private int _stride;        // values from one channel to the next
    private int _filled;        // points a channel that the last series left behind

    public int Length { get; private set; }

    /// <summary>Copies a series in.</summary>
    /// <param name="series">[channel, time], row-major.</param>
    public void Load(ReadOnlySpan<float> series)
    {
        Length = series.Length / channels;
        if (Length > _capacity)
            Grow();
        for (int channel = 0; channel < channels; channel++)
        {
            var x = new Span<float>(Channel(channel), _capacity);
            var triple = new Span<float>(TripleChannel(channel), _capacity);
            series.Slice(channel * Length, Length).CopyTo(x);
            for (int t = 0; t < Length; t++)
                triple[t] = x[t] + x[t] + x[t];
            if (_filled > Length)
            {
                x[Length.._filled].Clear();
                triple[Length.._filled].Clear();
            }
        }

        _filled = Length;
    }

    /// <summary>x at position 0. Zeros, and whole vectors, may be read as far as a tap reaches.</summary>
    public float* Channel(int channel) => _values!.Pointer + _margin + (long)channel * 2 * _stride;

    /// <summary>3x at position 0.</summary>
    public float* TripleChannel(int channel) => Channel(channel) + _stride;

    /// <summary>How far a tap's pointer moves. Beyond the series all is zero, so a move is never longer than the zeros reach.</summary>
    public nint Offset(int tap, int dilation) => (nint)Math.Clamp((long)(tap - MiniRocketKernel.Half) * dilation, -_margin, _margin);

    private void Grow()
    {
        _capacity = RoundUp(Length);
        _margin = RoundUp((int)Math.Min((long)MiniRocketKernel.Half * maxDilation, _capacity));
        _stride = _margin + _capacity + _margin + Vector<float>.Count;
        _values = new PinnedBuffer<float>(2L * channels * _stride);
        _filled = 0;
    }

    private static int RoundUp(int length) => (length + Vector<float>.Count - 1) / Vector<float>.Count * Vector<float>.Count;
}

using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// The windows of one series for shapelets of one dilation, made once for all of them: for each point of a shapelet a
/// row that holds that point of every window, so that the loops run over consecutive windows. The rows of windows as
/// they are lie in the series itself, <c>dilation</c> points apart. After the last window rows go on with values whose
/// distance is infinite or not a number: whole vectors may be read, and lanes after the last window never win.
/// </summary>
/// <param name="channels">Channels of a series.</param>
/// <param name="points">Points of a shapelet.</param>
internal sealed unsafe class ShapeletWindows(int channels, int points)
{
    private const int NotMade = -1;

    private readonly int[] _slots = new int[channels];      // where the rows of a channel are
    private PinnedBuffer<float>? _series;
    private PinnedBuffer<float>? _rows;                     // [slot, point, window]
    private int _stride;        // values of a channel of the series, or of a row
    private int _made;          // channels whose rows are made
    private int _dilation;

    /// <summary>Points a channel of the series.</summary>
    public int Length { get; private set; }

    /// <summary>Windows of the dilation; below 1 where the series is shorter than the shapelet.</summary>
    public int Count { get; private set; }

    /// <summary>Whether windows are z-normalised.</summary>
    public bool AreNormalized { get; private set; }

    /// <summary>Values from one row to the next.</summary>
    public nint Step => AreNormalized ? _stride : _dilation;

    /// <summary>Copies a series in.</summary>
    /// <param name="series">[channel, time], row-major.</param>
    public void Load(ReadOnlySpan<float> series)
    {
        Length = series.Length / channels;
        int spare = 2 * Vector<float>.Count;
        if (Length + spare > _stride)
        {
            _stride = Length + spare;
            _series = new PinnedBuffer<float>((long)channels * _stride);
            _rows = null;
        }

        for (int channel = 0; channel < channels; channel++)
        {
            Span<float> x = _series!.Span.Slice(channel * _stride, _stride);
            series.Slice(channel * Length, Length).CopyTo(x);
            x.Slice(Length, spare).Fill(float.PositiveInfinity);
        }
    }

    /// <summary>Begins windows of another kind.</summary>
    /// <param name="dilation">Points from one point of a window to the next.</param>
    /// <param name="normalized">Whether windows are z-normalised.</param>
    public void Begin(int dilation, bool normalized)
    {
        _dilation = dilation;
        AreNormalized = normalized;
        Count = (int)Math.Max(0, Length - (points - 1) * (long)dilation);
        _made = 0;
        _slots.AsSpan().Fill(NotMade);
    }

    /// <summary>Finds the rows of channels; they stay there until <see cref="Begin"/> or the next call.</summary>
    /// <param name="ofChannels">Channels, some of them twice perhaps.</param>
    /// <param name="rows">
    /// [one of the channels]: its first row, that of the first points of all windows; to be filled.
    /// </param>
    public void FindRows(ReadOnlySpan<int> ofChannels, float** rows)
    {
        if (AreNormalized)
            Make(ofChannels);
        for (int c = 0; c < ofChannels.Length; c++)
            rows[c] = AreNormalized ? Rows(_slots[ofChannels[c]]) : Channel(ofChannels[c]);
    }

    private float* Channel(int channel) => _series!.Pointer + (nint)channel * _stride;

    private void Make(ReadOnlySpan<int> ofChannels)
    {
        foreach (int channel in ofChannels)
        {
            if (_slots[channel] != NotMade)
                continue;
            int slot = _slots[channel] = _made++;
            long needed = (long)_made * points * _stride;
            if (_rows is null || _rows.Span.Length < needed)
                Grow(needed, slot);
            Normalize(Channel(channel), Rows(slot));
        }
    }

    private float* Rows(int slot) => _rows!.Pointer + (nint)slot * points * _stride;

    private void Grow(long needed, int made)
    {
        var rows = new PinnedBuffer<float>(needed);
        _rows?.Span[..(made * points * _stride)].CopyTo(rows.Span);
        _rows = rows;
    }

    // The operations of ScalarDilatedShapeletsWorker.Normalize, each on a vector of windows.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Normalize(float* x, float* rows)
    {
        var divisor = new Vector<float>(points);
        var least = new Vector<float>(ScalarDilatedShapeletsWorker.LeastSpread);
        for (nint p = 0; p < Count; p += Vector<float>.Count)
        {
            Debug.Assert(_series!.Holds(x + p + (points - 1) * (nint)_dilation, Vector<float>.Count),
                "The last points of the windows lie beyond the buffer.");
            Vector<float> first = Vector.Load(x + p);
            Vector<float> sum = Vector<float>.Zero;
            for (nint j = 0; j < points; j++)
            {
                Vector<float> value = Vector.Load(x + p + j * _dilation) - first;
                sum += value;
                Vector.Store(value, rows + j * _stride + p);
            }

            Vector<float> mean = sum / divisor;
            Vector<float> squares = Vector<float>.Zero;
            for (nint j = 0; j < points; j++)
            {
                Vector<float> value = Vector.Load(rows + j * _stride + p) - mean;
                squares += value * value;
                Vector.Store(value, rows + j * _stride + p);
            }

            Vector<float> spread = Vector.SquareRoot(squares / divisor);
            Vector<float> scale = Vector.ConditionalSelect(
                Vector.GreaterThan(spread, least), Vector<float>.One / spread, Vector<float>.One);
            for (nint j = 0; j < points; j++)
                Vector.Store(Vector.Load(rows + j * _stride + p) * scale, rows + j * _stride + p);
        }
    }
}

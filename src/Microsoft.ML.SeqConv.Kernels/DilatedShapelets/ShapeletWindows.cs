using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// The windows of one series for shapelets of one dilation, made once for all of them: for each point of a shapelet a
/// row that holds that point of every window, so that the loops run over consecutive windows. The rows of windows as
/// they are lie in the series itself, <c>dilation</c> points apart. After the last window rows go on with infinity:
/// loops may read past it, and the distances there are infinite, never NaN, for which processors differ.
/// </summary>
/// <param name="channels">Channels of a series.</param>
/// <param name="points">Points of a shapelet.</param>
internal sealed unsafe class ShapeletWindows(int channels, int points)
{
    private const int NotMade = -1;
    private const int Line = 16;        // values of a cache line

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
        int needed = RoundUp(Length) + ShapeletLoops.WindowsAtOnce;
        if (needed > _stride)
        {
            // An odd number of cache lines, so that the rows of a window do not fall on the same ones.
            _stride = ((needed / Line) | 1) * Line;
            _series = new PinnedBuffer<float>((long)channels * _stride);
            _rows = null;
        }

        for (int channel = 0; channel < channels; channel++)
        {
            Span<float> x = _series!.Span.Slice(channel * _stride, _stride);
            series.Slice(channel * Length, Length).CopyTo(x);
            x[Length..].Fill(float.PositiveInfinity);
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

    /// <summary>Windows including those that the loops read after the last.</summary>
    public static int RoundUp(int windows)
        => (windows + ShapeletLoops.WindowsAtOnce - 1) / ShapeletLoops.WindowsAtOnce * ShapeletLoops.WindowsAtOnce;

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
            for (int j = 0; j < points; j++)
                new Span<float>(Rows(slot) + j * _stride + Count, RoundUp(Count) - Count).Fill(float.PositiveInfinity);
        }
    }

    private float* Rows(int slot) => _rows!.Pointer + (nint)slot * points * _stride;

    private void Grow(long needed, int made)
    {
        var rows = new PinnedBuffer<float>(needed);
        _rows?.Span[..(made * points * _stride)].CopyTo(rows.Span);
        _rows = rows;
    }

    // The operations of ScalarDilatedShapeletsWorker.Normalize, each on two vectors of windows.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Normalize(float* x, float* rows)
    {
        int lanes = Vector<float>.Count;
        int count = RoundUp(Count);
        Debug.Assert(_series!.Holds(x, count + (points - 1) * (long)_dilation), "Windows lie beyond the buffer.");
        var divisor = new Vector<float>(points);
        for (nint p = 0; p < count; p += 2 * lanes)
        {
            float* at = x + p;
            float* row = rows + p;
            Vector<float> first0 = Vector.Load(at), first1 = Vector.Load(at + lanes);
            Vector<float> sum0 = Vector<float>.Zero, sum1 = Vector<float>.Zero;
            for (nint j = 0; j < points; j++, at += _dilation, row += _stride)
            {
                Vector<float> value0 = Vector.Load(at) - first0, value1 = Vector.Load(at + lanes) - first1;
                sum0 += value0;
                sum1 += value1;
                Vector.Store(value0, row);
                Vector.Store(value1, row + lanes);
            }

            Vector<float> mean0 = sum0 / divisor, mean1 = sum1 / divisor;
            Vector<float> squares0 = Vector<float>.Zero, squares1 = Vector<float>.Zero;
            row = rows + p;
            for (nint j = 0; j < points; j++, row += _stride)
            {
                Vector<float> value0 = Vector.Load(row) - mean0, value1 = Vector.Load(row + lanes) - mean1;
                squares0 += value0 * value0;
                squares1 += value1 * value1;
                Vector.Store(value0, row);
                Vector.Store(value1, row + lanes);
            }

            Vector<float> scale0 = Scale(squares0 / divisor), scale1 = Scale(squares1 / divisor);
            row = rows + p;
            for (nint j = 0; j < points; j++, row += _stride)
            {
                Vector.Store(Vector.Load(row) * scale0, row);
                Vector.Store(Vector.Load(row + lanes) * scale1, row + lanes);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> Scale(Vector<float> variance)
    {
        Vector<float> spread = Vector.SquareRoot(variance);
        return Vector.ConditionalSelect(
            Vector.GreaterThan(spread, new Vector<float>(ScalarDilatedShapeletsWorker.LeastSpread)),
            Vector<float>.One / spread, Vector<float>.One);
    }
}

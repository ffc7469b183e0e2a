using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// The windows of one series for shapelets of one dilation, made once for all of them, block after block: for each
/// point of a shapelet a row that holds that point of every window of the block, so that the loops run over consecutive
/// windows. The rows of a channel stay in the first cache while all shapelets slide over them, and do not grow with the
/// series. The rows of windows as they are lie in a copy of the series itself, <c>dilation</c> points apart.
/// After the last window rows go on with infinity: loops may read past it, and the distances there are infinite, never
/// NaN, for which processors differ.
/// </summary>
/// <param name="channels">Channels of a series.</param>
/// <param name="points">Points of a shapelet.</param>
internal sealed unsafe class ShapeletWindows(int channels, int points)
{
    private const int Line = 16;        // values of a cache line
    private const int CachedValues = 6 * 1_024;     // of the rows of a channel: 24 KB of 32
    private const int LargestBlock = 512;           // windows
    private const int LeastBlock = 64;              // four vectors of 16

    private readonly int _blockSize = BlockSizeFor(points);
    private readonly PinnedBuffer<float>?[] _rows = new PinnedBuffer<float>?[channels];     // [channel][point, window]
    private readonly bool[] _areMade = new bool[channels];      // whether the rows are those of the block
    private PinnedBuffer<float>? _series;
    private int _stride;        // values of a channel of the series
    private int _dilation;

    /// <summary>Points a channel of the series.</summary>
    public int Length { get; private set; }

    /// <summary>Windows of the dilation; 0 where the series is shorter than the shapelet.</summary>
    public int Count { get; private set; }

    /// <summary>The first window of the block.</summary>
    public int First { get; private set; }

    /// <summary>Windows of the block.</summary>
    public int CountInBlock => Math.Min(_blockSize, Count - First);

    /// <summary>Whether windows are z-normalised.</summary>
    public bool AreNormalized { get; private set; }

    /// <summary>Values from one row to the next.</summary>
    public nint Step => AreNormalized ? RowLength : _dilation;

    // An odd number of cache lines, so that the rows of a window do not fall on the same ones.
    private int RowLength => _blockSize + Line;

    /// <summary>The most windows of a block: whole steps of the loops, for every width of vectors.</summary>
    /// <param name="points">Points of a shapelet.</param>
    public static int BlockSizeFor(int points)
        => Math.Clamp(CachedValues / points / LeastBlock * LeastBlock, LeastBlock, LargestBlock);

    /// <summary>Copies a series in.</summary>
    /// <param name="series">[channel, time], row-major.</param>
    /// <exception cref="ArgumentException">A value is beyond 1e30, or NaN.</exception>
    public void Load(ReadOnlySpan<float> series)
    {
        DilatedShapeletsModel.CheckValues(series);
        Length = series.Length / channels;
        int needed = RoundUp(Length) + ShapeletLoops.WindowsAtOnce;
        if (needed > _stride)
        {
            _stride = needed;
            _series = new PinnedBuffer<float>((long)channels * _stride);
        }

        for (int channel = 0; channel < channels; channel++)
        {
            Span<float> x = _series!.Span.Slice(channel * _stride, _stride);
            series.Slice(channel * Length, Length).CopyTo(x);
            x[Length..].Fill(float.PositiveInfinity);
        }
    }

    /// <summary>Begins windows of another kind, before their first block.</summary>
    /// <param name="dilation">Points from one point of a window to the next.</param>
    /// <param name="normalized">Whether windows are z-normalised.</param>
    public void Begin(int dilation, bool normalized)
    {
        _dilation = dilation;
        AreNormalized = normalized;
        Count = (int)Math.Max(0, Length - (points - 1) * (long)dilation);
        First = -_blockSize;
    }

    /// <summary>Goes on to the next block.</summary>
    /// <returns><see langword="false"/> after the last.</returns>
    public bool NextBlock()
    {
        First += _blockSize;
        _areMade.AsSpan().Clear();
        return First < Count;
    }

    /// <summary>
    /// The first row of a channel, that of the first points of the windows of the block; it stays there until
    /// <see cref="NextBlock"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float* RowsOf(int channel)
    {
        if (!AreNormalized)
            return Channel(channel) + First;
        if (!_areMade[channel])
            Make(channel);
        return _rows[channel]!.Pointer;
    }

    private static int RoundUp(int windows)
        => (windows + ShapeletLoops.WindowsAtOnce - 1) / ShapeletLoops.WindowsAtOnce * ShapeletLoops.WindowsAtOnce;

    private float* Channel(int channel) => _series!.Pointer + (nint)channel * _stride;

    private void Make(int channel)
    {
        PinnedBuffer<float> rows = _rows[channel] ??= new PinnedBuffer<float>((long)points * RowLength);
        int windows = CountInBlock;
        Normalize(Channel(channel) + First, rows.Pointer, windows);
        for (int j = 0; j < points; j++)
            rows.Span.Slice(j * RowLength, RoundUp(windows))[windows..].Fill(float.PositiveInfinity);
        _areMade[channel] = true;
    }

    // The operations of ScalarDilatedShapeletsWorker.Normalize, each on two vectors of windows. The mean is subtracted
    // twice: that is cheaper than a store between.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Normalize(float* x, float* rows, int windows)
    {
        int lanes = Vector<float>.Count;
        int count = RoundUp(windows);
        nint stride = RowLength;
        Debug.Assert(_series!.Holds(x, count + (points - 1) * (long)_dilation), "Windows lie beyond the buffer.");
        var divisor = new Vector<float>(points);
        for (nint p = 0; p < count; p += 2 * lanes)
        {
            float* at = x + p;
            float* row = rows + p;
            Vector<float> first0 = Vector.Load(at), first1 = Vector.Load(at + lanes);
            Vector<float> sum0 = Vector<float>.Zero, sum1 = Vector<float>.Zero;
            for (nint j = 0; j < points; j++, at += _dilation, row += stride)
            {
                Vector<float> value0 = Vector.Load(at) - first0, value1 = Vector.Load(at + lanes) - first1;
                sum0 = Add(sum0, value0);
                sum1 = Add(sum1, value1);
                Vector.Store(value0, row);
                Vector.Store(value1, row + lanes);
            }

            Vector<float> mean0 = sum0 / divisor, mean1 = sum1 / divisor;
            Vector<float> squares0 = Vector<float>.Zero, squares1 = Vector<float>.Zero;
            row = rows + p;
            for (nint j = 0; j < points; j++, row += stride)
            {
                Vector<float> value0 = Vector.Load(row) - mean0, value1 = Vector.Load(row + lanes) - mean1;
                squares0 = Add(squares0, value0 * value0);
                squares1 = Add(squares1, value1 * value1);
            }

            Vector<float> scale0 = Scale(squares0 / divisor), scale1 = Scale(squares1 / divisor);
            row = rows + p;
            for (nint j = 0; j < points; j++, row += stride)
            {
                Vector.Store((Vector.Load(row) - mean0) * scale0, row);
                Vector.Store((Vector.Load(row + lanes) - mean1) * scale1, row + lanes);
            }
        }
    }

    // As in ShapeletLoops: rounded as added, by the units that multiply.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> Add(Vector<float> sum, Vector<float> value)
        => VectorArithmetic<float>.FusedMultiplyAdd(value, Vector<float>.One, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> Scale(Vector<float> variance)
    {
        Vector<float> spread = Vector.SquareRoot(variance);
        return Vector.ConditionalSelect(
            Vector.GreaterThan(spread, new Vector<float>(ScalarDilatedShapeletsWorker.LeastSpread)),
            Vector<float>.One / spread, Vector<float>.One);
    }
}

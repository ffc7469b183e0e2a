using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Slides shapelets over a series. Shapelets that follow each other in a model have their windows in common. Scratch
/// memory of one thread.
/// </summary>
/// <param name="channels">Channels of a series.</param>
/// <param name="points">Points of a shapelet.</param>
internal sealed unsafe class ShapeletDistances(int channels, int points)
{
    private readonly ShapeletWindows _windows = new(channels, points);
    private readonly float[] _window = new float[points];
    private readonly PinnedBuffer<float> _ofBlock = new(2 * ShapeletWindows.BlockSizeFor(points));  // of two shapelets
    private PinnedBuffer<nint> _rows = new(channels);
    private float[] _distances = [];

    /// <summary>Whether the series is too short for one window.</summary>
    public bool IsTooShort => _windows.Count == 0;

    /// <summary>Copies a series in.</summary>
    /// <param name="series">[channel, time], row-major.</param>
    public void Load(ReadOnlySpan<float> series) => _windows.Load(series);

    /// <summary>Makes the windows that shapelets have in common.</summary>
    public void Begin(in DilatedShapelet shapelet) => _windows.Begin(shapelet.Dilation, shapelet.IsNormalized);

    /// <summary>Goes on to the next block of those windows.</summary>
    /// <returns><see langword="false"/> after the last.</returns>
    public bool NextBlock() => _windows.NextBlock();

    /// <summary>Slides a shapelet over the windows of the block.</summary>
    /// <param name="shapelet">Has the windows of <see cref="Begin"/>.</param>
    /// <param name="values">[channel of the shapelet, point].</param>
    /// <param name="match">What it has found before, and gets what it finds.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Match(in DilatedShapelet shapelet, float* values, ref ShapeletMatch match)
    {
        var rows = (float**)FindRows(shapelet);
        int windows = _windows.CountInBlock;
        float* distances = _ofBlock.Pointer;
        ShapeletLoops.One(rows, shapelet.Channels.Length, _windows.Step, values, points, windows, distances);
        match = match.With(ShapeletPool.Match(distances, windows, shapelet.Threshold), _windows.First);
    }

    /// <summary>Slides two shapelets of the same one channel over the windows of the block.</summary>
    /// <param name="first">Has the windows of <see cref="Begin"/>.</param>
    /// <param name="ofFirst">[point]: its values.</param>
    /// <param name="second">Has the same windows.</param>
    /// <param name="ofSecond">[point]: its values.</param>
    /// <param name="firstMatch">What the first has found before, and gets what it finds.</param>
    /// <param name="secondMatch">The same of the second.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void MatchTwo(in DilatedShapelet first, float* ofFirst, in DilatedShapelet second, float* ofSecond,
        ref ShapeletMatch firstMatch, ref ShapeletMatch secondMatch)
    {
        Debug.Assert(first.Channels.Length == 1 && first.Channels[0] == second.Channels[0], "Two channels are read.");
        float* rows = _windows.RowsOf(first.Channels[0]);
        int windows = _windows.CountInBlock;
        float* firstDistances = _ofBlock.Pointer;
        float* secondDistances = firstDistances + _ofBlock.Span.Length / 2;
        ShapeletLoops.Two(
            rows, _windows.Step, ofFirst, ofSecond, points, windows, firstDistances, secondDistances);
        firstMatch = firstMatch.With(ShapeletPool.Match(firstDistances, windows, first.Threshold), _windows.First);
        secondMatch = secondMatch.With(ShapeletPool.Match(secondDistances, windows, second.Threshold), _windows.First);
    }

    /// <summary>The distances of one shapelet from all windows of a series.</summary>
    /// <param name="series">[channel, time], row-major.</param>
    /// <param name="shapelet">The shapelet; its threshold is not used.</param>
    /// <param name="values">[channel of the shapelet, point].</param>
    /// <returns>[window]; used again by the next call.</returns>
    public Span<float> Of(ReadOnlySpan<float> series, DilatedShapelet shapelet, ReadOnlySpan<float> values)
    {
        Load(series);
        Begin(shapelet);
        int count = Math.Max(1, _windows.Count);
        if (_distances.Length < count)
            _distances = new float[count];
        Span<float> distances = _distances.AsSpan(0, count);
        if (IsTooShort)
        {
            distances[0] = ScalarDilatedShapeletsWorker.Distance(
                series, channels, shapelet, values, position: 0, _window);
            return distances;
        }

        while (_windows.NextBlock())
        {
            FindRows(shapelet);
            ShapeletLoops.Distances(_rows.Span[..shapelet.Channels.Length], _windows.Step, values, points,
                distances.Slice(_windows.First, _windows.CountInBlock));
        }

        return distances;
    }

    private nint* FindRows(in DilatedShapelet shapelet)
    {
        if (_rows.Span.Length < shapelet.Channels.Length)
            _rows = new PinnedBuffer<nint>(shapelet.Channels.Length);
        for (int c = 0; c < shapelet.Channels.Length; c++)
            _rows.Pointer[c] = (nint)_windows.RowsOf(shapelet.Channels[c]);
        return _rows.Pointer;
    }
}

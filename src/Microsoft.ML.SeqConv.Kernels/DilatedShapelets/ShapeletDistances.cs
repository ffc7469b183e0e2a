namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>The distances of a shapelet from all windows of a series. Scratch memory of one thread.</summary>
/// <param name="channels">Channels of a series.</param>
/// <param name="points">Points of a shapelet.</param>
internal sealed unsafe class ShapeletDistances(int channels, int points)
{
    private readonly ShapeletWindows _windows = new(channels, points);
    private readonly float[] _window = new float[points];
    private float[] _distances = [];

    /// <summary>Computes them.</summary>
    /// <param name="series">[channel, time], row-major.</param>
    /// <param name="shapelet">The shapelet; its threshold is not used.</param>
    /// <param name="values">[channel of the shapelet, point].</param>
    /// <returns>[window]; used again by the next call.</returns>
    public Span<float> From(ReadOnlySpan<float> series, DilatedShapelet shapelet, ReadOnlySpan<float> values)
    {
        _windows.Load(series);
        _windows.Begin(shapelet.Dilation, shapelet.IsNormalized);
        int count = Math.Max(1, _windows.Count);
        if (_distances.Length < count)
            _distances = new float[count];
        Span<float> distances = _distances.AsSpan(0, count);
        if (_windows.Count == 0)
        {
            distances[0] = ScalarDilatedShapeletsWorker.Distance(
                series, channels, shapelet, values, position: 0, _window);
            return distances;
        }

        fixed (float* first = values)
        {
            nint* rows = stackalloc nint[shapelet.Channels.Length];
            _windows.FindRows(shapelet.Channels, (float**)rows);
            ShapeletLoops.Distances(
                (float**)rows, shapelet.Channels.Length, _windows.Step, first, points, distances);
        }

        return distances;
    }
}

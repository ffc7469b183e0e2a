namespace Microsoft.ML.SeqConv;

/// <summary>
/// Forecasts one series whose points come one after the other: it remembers the model's window, and the last present
/// point before it. One thread uses one engine.
/// </summary>
public sealed class ForecastEngine
{
    private readonly WaveNetForecastTransformer _model;
    private readonly List<float> _points;
    private PointBefore _before = PointBefore.None;

    internal ForecastEngine(WaveNetForecastTransformer model, ReadOnlySpan<float> history)
    {
        _model = model;
        _points = [];
        Update(history);
    }

    /// <summary>Points of the window that it remembers, at most the model's window.</summary>
    public int Count => _points.Count;

    /// <summary>Takes new points, in order.</summary>
    /// <param name="observations">
    /// Within +-1e30, or NaN for a missing value where the model was trained with
    /// <see cref="MissingValues.Interpolate"/> or <see cref="MissingValues.Zero"/>. Where they are more than the
    /// window, those that no forecast reads are not checked.
    /// </param>
    /// <exception cref="ArgumentException">
    /// A point is infinite or beyond 1e30, or NaN against the model's rule; no point is taken then.
    /// </exception>
    public void Update(params ReadOnlySpan<float> observations)
    {
        int start = _model.FirstRead(observations);
        _model.CheckPoints(observations, start, "Observation", "", nameof(observations));
        if (start > 0)
        {
            _points.Clear();        // no forecast reads what came before
            _before = PointBefore.None;
        }

        _points.AddRange(observations[start..]);
        int leaving = Math.Max(0, _points.Count - _model.WindowSize);
        for (int t = 0; t < leaving; t++)
            _before = _before.Then(_points[t]);
        _points.RemoveRange(0, leaving);
    }

    /// <summary>Forecasts the points after the last one.</summary>
    /// <exception cref="InvalidOperationException">
    /// There are fewer points than the model's window, or all of them are missing.
    /// </exception>
    public Forecast Predict()
    {
        if (_points.Count >= _model.WindowSize)
            return _model.Predict(_before, [.. _points], "The engine");
        throw new InvalidOperationException(
            $"There are {_points.Count} points; a forecast is made from {_model.WindowSize}. Call Update with more.");
    }

    /// <summary>
    /// Saves the model with the points, so that a program that loads it goes on where this one is:
    /// <see cref="WaveNetForecastTransformer.CreateEngine"/> takes them.
    /// </summary>
    /// <param name="context">The context.</param>
    /// <param name="path">The model file.</param>
    public void SaveCheckpoint(MLContext context, string path)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentException.ThrowIfNullOrEmpty(path);
        float[] history = [.. _before.ToPoints(), .. _points];
        WaveNetForecastTransformer model = _model.WithHistory(history[_model.FirstRead(history)..]);
        AtomicFile.Write(path, stream => context.Model.Save(model, inputSchema: null, stream));
    }
}

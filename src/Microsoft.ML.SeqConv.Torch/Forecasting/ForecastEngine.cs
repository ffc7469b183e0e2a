namespace Microsoft.ML.SeqConv;

/// <summary>Forecasts one series whose points come one after the other: it remembers as many as the model looks at. One thread uses one engine.</summary>
public sealed class ForecastEngine
{
    private readonly WaveNetForecastTransformer _model;
    private readonly List<float> _points;

    internal ForecastEngine(WaveNetForecastTransformer model, ReadOnlySpan<float> history)
    {
        _model = model;
        _points = [];
        Update(history);
    }

    /// <summary>Points that it remembers, at most the model's window.</summary>
    public int Count => _points.Count;

    /// <summary>Takes new points, in order.</summary>
    /// <param name="observations">Finite, or NaN for a missing value where the model was trained with <see cref="MissingValues.Interpolate"/> or <see cref="MissingValues.Zero"/>.</param>
    /// <exception cref="ArgumentException">A point is infinite, or NaN against the model's rule; no point is taken then.</exception>
    public void Update(params ReadOnlySpan<float> observations)
    {
        _model.CheckPoints(observations, "Observation", "", nameof(observations));
        foreach (float point in observations)
            _points.Add(point);
        if (_points.Count > _model.WindowSize)
            _points.RemoveRange(0, _points.Count - _model.WindowSize);
    }

    /// <summary>Forecasts the points after the last one.</summary>
    /// <exception cref="InvalidOperationException">There are fewer points than the model's window.</exception>
    public Forecast Predict() => _points.Count >= _model.WindowSize
        ? _model.Predict(_points.ToArray())
        : throw new InvalidOperationException($"There are {_points.Count} points; a forecast is told from {_model.WindowSize}. Call Update with more.");

    /// <summary>Saves the model with the points, so that a program that loads it goes on where this one is: <see cref="WaveNetForecastTransformer.CreateEngine"/> takes them.</summary>
    /// <param name="context">The context.</param>
    /// <param name="path">The model file.</param>
    public void SaveCheckpoint(MLContext context, string path)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentException.ThrowIfNullOrEmpty(path);
        AtomicFile.Write(path, stream => context.Model.Save(_model.WithHistory([.. _points]), inputSchema: null, stream));
    }
}

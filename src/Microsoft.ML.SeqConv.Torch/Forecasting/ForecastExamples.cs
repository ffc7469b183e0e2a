using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv;

/// <summary>Windows of series with what came after them, each in the scale of its window.</summary>
internal sealed class ForecastExamples : TrainingExamples
{
    private readonly IReadOnlyList<float[]> _series;
    private readonly (int Series, int Start)[] _windows;
    private readonly int _windowSize;
    private readonly int _horizon;

    /// <param name="series">All points of each.</param>
    /// <param name="weights">[series]: each of its windows weighs so much.</param>
    /// <param name="windows">Where windows begin; window and horizon lie in the series; none is constant.</param>
    /// <param name="settings">Sizes.</param>
    public ForecastExamples(
        IReadOnlyList<float[]> series, IReadOnlyList<float> weights, (int Series, int Start)[] windows,
        ForecastSettings settings)
        : base(new float[windows.Length], [.. windows.Select(window => weights[window.Series])])
    {
        _series = series;
        _windows = windows;
        _windowSize = settings.WindowSize;
        _horizon = settings.Horizon;
    }

    public override SequenceBatch Gather(ReadOnlySpan<int> rows, Device device)
    {
        var input = new float[rows.Length * _windowSize];
        var target = new float[rows.Length * _horizon];
        for (int i = 0; i < rows.Length; i++)
        {
            (int number, int start) = _windows[rows[i]];
            ReadOnlySpan<float> window = _series[number].AsSpan(start, _windowSize);
            WindowScale scale = WindowScale.Of(window);
            scale.Scale(window, input.AsSpan(i * _windowSize, _windowSize));
            scale.Scale(_series[number].AsSpan(start + _windowSize, _horizon), target.AsSpan(i * _horizon, _horizon));
        }

        using var scope = NewDisposeScope();
        return new(tensor(input, [rows.Length, 1, _windowSize]).to(device).MoveToOuterDisposeScope(), Mask: null,
            tensor(target, [rows.Length, _horizon]).to(device).MoveToOuterDisposeScope());
    }
}

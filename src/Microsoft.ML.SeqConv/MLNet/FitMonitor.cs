using Microsoft.ML.Runtime;

namespace Microsoft.ML.SeqConv;

/// <summary>How far a fit has come.</summary>
public readonly struct FitProgress
{
    /// <summary>The component that fits, for example <c>MiniRocket</c>.</summary>
    public string Component { get => field ?? ""; internal init; }

    /// <summary>What it does, for example <c>reading series</c>.</summary>
    public string Stage { get => field ?? ""; internal init; }

    /// <summary>Units done: rows, or parts of the work.</summary>
    public double Done { get; internal init; }

    /// <summary>Units in all; <see langword="null"/> where that is not known.</summary>
    public double? Total { get; internal init; }

    /// <summary>
    /// What is known of the last epoch, by name, for example <c>loss</c>; <see langword="null"/> or empty where nothing
    /// is. NaN: there is no such value.
    /// </summary>
    public IReadOnlyList<KeyValuePair<string, double>>? Metrics { get; internal init; }
}

/// <summary>
/// What a long loop reports to: it informs ML.NET's progress channel and the listeners of
/// <see cref="MLContextExtensions.OnFitProgress"/>, and throws when the <see cref="MLContext"/> was cancelled. Used on
/// the thread that fits.
/// </summary>
internal sealed class FitMonitor : IDisposable
{
    private readonly IHost _host;
    private readonly string _component;
    private readonly IProgressChannel _channel;
    private readonly IPipe<FitProgress> _pipe;
    private string[] _metrics = [];
    private FitProgress _state;

    public FitMonitor(IHost host, string component)
    {
        _host = host;
        _component = component;
        _channel = host.StartProgressChannel(component);
        _pipe = host.StartPipe<FitProgress>(component);
    }

    /// <summary>A monitor for work that is no component's.</summary>
    public static FitMonitor Start(IHostEnvironment environment, string name) => new(environment.Register(name), name);

    /// <summary>Begins a stage of the fit.</summary>
    /// <param name="stage">Its name.</param>
    /// <param name="unit">What is counted.</param>
    /// <param name="total">How many there are.</param>
    /// <param name="metrics">The names of metrics that reports may have.</param>
    public void Begin(string stage, string unit, double? total, params string[] metrics)
    {
        _metrics = metrics;
        _state = new() { Component = _component, Stage = stage, Total = total };
        _channel.SetHeader(new ProgressHeader(metrics, [unit]), entry =>
        {
            FitProgress state = _state;
            for (int i = 0; i < (state.Metrics?.Count ?? 0); i++)
                entry.SetMetric(i, state.Metrics![i].Value);
            if (state.Total is double limit)
                entry.SetProgress(0, state.Done, limit);
            else
                entry.SetProgress(0, state.Done);
        });
        Report(0);
    }

    /// <summary>Reports the units done.</summary>
    /// <exception cref="OperationCanceledException">The context was cancelled.</exception>
    public void Report(double done)
    {
        _host.ThrowIfCancelled();
        _state = _state with { Done = done };
        _pipe.Send(_state);
    }

    /// <summary>
    /// Reports the units done, with a value for each metric of the stage; ML.NET's channel logs them.
    /// </summary>
    /// <exception cref="OperationCanceledException">The context was cancelled.</exception>
    public void Report(double done, params double[] metrics)
    {
        _state = _state with { Metrics = [.. _metrics.Zip(metrics, KeyValuePair.Create)] };
        _channel.Checkpoint([.. metrics.Select(value => (double?)value), done]);
        Report(done);
    }

    /// <summary>
    /// Reports a value for each metric of the stage, at the units done so far; ML.NET's channel logs them.
    /// </summary>
    /// <exception cref="OperationCanceledException">The context was cancelled.</exception>
    public void ReportMetrics(params double[] metrics) => Report(_state.Done, metrics);

    /// <summary>Warns through ML.NET's log.</summary>
    public void Warn(string message)
    {
        using IChannel channel = _host.Start(_component);
        channel.Warn(message);
    }

    /// <exception cref="OperationCanceledException">The context was cancelled.</exception>
    public void CheckAlive() => _host.ThrowIfCancelled();

    /// <summary>The progress of one unit of the stage as a fraction of one, for the numeric core.</summary>
    /// <param name="done">Units done before.</param>
    public IProgress<double> AsFraction(double done = 0) => new Fraction(this, done);

    public void Dispose()
    {
        _pipe.Dispose();
        _channel.Dispose();
    }

    // Progress<T> of the framework would post to a synchronisation context; the core must be stopped
    // from within its call.
    private sealed class Fraction(FitMonitor monitor, double done) : IProgress<double>
    {
        public void Report(double value) => monitor.Report(done + value);
    }
}

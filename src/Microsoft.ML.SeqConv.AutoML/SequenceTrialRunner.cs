using Microsoft.ML.AutoML;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Runs AutoML's trials on the folds of this library, which keep the shares of classes, and fits a pipeline that is the
/// best so far on all rows: AutoML's own runner gives the model of a trial's first fold.
/// </summary>
internal sealed class SequenceTrialRunner(SweepTrialRunner runner, SweepablePipeline pipeline, IDataView data,
    Func<MLContext> newContext, Action<SweepLeaderBoard>? onTrial)
    : ITrialRunner
{
    private readonly SweepLeaderBoard _board = new(runner.Metric);

    public Task<TrialResult> RunAsync(TrialSettings settings, CancellationToken ct)
        => Task.FromResult(Run(settings, ct));

    // One runner serves all trials.
    public void Dispose()
    {
    }

    private TrialResult Run(TrialSettings settings, CancellationToken cancellation)
    {
        SearchSpace.Parameter parameter = settings.Parameter[CheapestFirstTuner.Pipeline];
        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        double[] metrics;
        try
        {
            metrics = runner.Run(context => pipeline.BuildFromOption(context, parameter),
                cancellation.ThrowIfCancellationRequested, cancellation);
        }
        catch (Exception) when (cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellation);
        }

        double seconds = System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalSeconds;
        SweepTrial trial = TrialOf(parameter, metrics, seconds);
        _board.Add(trial);
        ITransformer? model = _board.Best == trial ? Fit(parameter) : null;
        onTrial?.Invoke(_board);
        return new SequenceTrialResult
        {
            TrialSettings = settings,
            Trial = trial,
            Metric = trial.Mean,
            Loss = SweepTask.MoreIsBetter(runner.Metric) ? -trial.Mean : trial.Mean,
            DurationInMilliseconds = 1000 * seconds,
            Model = model,
        };
    }

    // Not cancelled with the trial: the result of an experiment that is stopped is the best so far.
    private ITransformer Fit(SearchSpace.Parameter parameter)
    {
        MLContext context = newContext();
        return runner.Whole(context, pipeline.BuildFromOption(context, parameter)).Fit(data);
    }

    private SweepTrial TrialOf(SearchSpace.Parameter parameter, double[] metrics, double seconds)
    {
        string alternative = parameter["_SCHEMA_"].AsType<string>();
        string part = alternative.Split('*')[^1].Trim();
        SweepCandidate candidate = ((SweepableCandidate)pipeline.Estimators[part]).Candidate;
        return new SweepTrial
        {
            Number = _board.Trials.Count + 1,
            Candidate = candidate.Name,
            Parameters = candidate.Space.ToSweepParameters(parameter[part]),
            FoldMetrics = metrics,
            Seconds = seconds,
        };
    }
}

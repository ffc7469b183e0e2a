using System.Diagnostics;

namespace Microsoft.ML.SeqConv;

/// <summary>Runs trials until the budget is spent, then fits the best pipeline on all rows.</summary>
internal sealed class SequenceSweep(SequenceSweepOptions options, IReadOnlyList<SweepCandidate> candidates,
    SweepTrialRunner runner, Func<MLContext> newContext)
{
    // Where the first ten trials fail, so will the others.
    private const int MaxFailures = 10;

    private readonly SweepLeaderBoard _board = new(runner.Metric);
    private readonly long _start = Stopwatch.GetTimestamp();
    private Exception? _firstError;

    public SequenceSweepResult Run(IDataView data, FitMonitor monitor, CancellationToken cancellation)
    {
        monitor.Begin("trials", "trials", options.NumberOfTrials);
        bool wasCancelled = RunTrials(monitor, cancellation);
        double seconds = Stopwatch.GetElapsedTime(_start).TotalSeconds;
        if (_board.Best is null)
        {
            if (_firstError is null)
                throw new OperationCanceledException(
                    "The sweep was cancelled before its first trial ended.", cancellation);
            SweepTrial first = _board.Baseline;
            throw new InvalidOperationException($"All {_board.Trials.Count} trials failed. "
                + $"The first, {first.Candidate} with {first.Parameters}: {first.Failure}", _firstError);
        }

        return new SequenceSweepResult(_board, PipelineOf, data, wasCancelled, seconds);
    }

    private IEstimator<ITransformer> PipelineOf(SweepTrial trial)
    {
        MLContext context = newContext();
        return runner.Whole(context,
            candidates.First(candidate => candidate.Name == trial.Candidate).Build(context, trial.Parameters));
    }

    /// <returns>Whether it was cancelled.</returns>
    private bool RunTrials(FitMonitor monitor, CancellationToken cancellation)
    {
        using var budget = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var draws = new SweepDraws(candidates, options.Seed);
        ITrialSource source = options.Search == SweepSearch.Random
            ? new RandomSearch(draws) : new SuccessiveHalving(draws, options.NumberOfTrials, _board.Rank);
        try
        {
            SweepTrial? last = null;
            while (source.Next(last) is { } plan)
            {
                last = Try(plan, monitor, budget.Token);
                monitor.Report(_board.Trials.Count);
                options.OnTrial?.Invoke(_board);
                if (_board.Trials.Count == options.NumberOfTrials
                    || (_board.Best is null && _board.Trials.Count >= MaxFailures))
                    break;
                if (options.MaxSeconds is double seconds && !LimitTime(budget, seconds))
                    break;
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested
            && budget.IsCancellationRequested)
        {
            return false;       // the time is over
        }
        catch (OperationCanceledException)
        {
            return true;
        }

        return false;
    }

    private SweepTrial Try(SweepPlan plan, FitMonitor monitor, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        double[] metrics = [];
        string? failure = null;
        try
        {
            metrics = runner.Run(context => plan.Candidate.Build(context, plan.Parameters),
                monitor.CheckAlive, cancellation);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // Some trainers of ML.NET end otherwise than by that exception when their context is cancelled.
            cancellation.ThrowIfCancellationRequested();
            _firstError ??= error;
            failure = error.GetBaseException().Message;
        }

        var trial = new SweepTrial
        {
            Number = _board.Trials.Count + 1,
            Candidate = plan.Candidate.Name,
            Parameters = plan.Parameters,
            Fraction = plan.Given,
            FoldMetrics = metrics,
            Seconds = Stopwatch.GetElapsedTime(start).TotalSeconds,
            Failure = failure,
        };
        _board.Add(trial);
        return trial;
    }

    // The first trial runs without a limit, so that there is a result.
    private bool LimitTime(CancellationTokenSource budget, double seconds)
    {
        TimeSpan left = TimeSpan.FromSeconds(seconds) - Stopwatch.GetElapsedTime(_start);
        if (left <= TimeSpan.Zero)
            return false;
        if (_board.Trials.Count == 1)
            budget.CancelAfter(left);
        return true;
    }
}

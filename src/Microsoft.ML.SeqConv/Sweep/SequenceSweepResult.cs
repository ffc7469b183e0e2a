namespace Microsoft.ML.SeqConv;

/// <summary>What a sweep found.</summary>
public sealed class SequenceSweepResult
{
    private readonly Func<SweepTrial, IEstimator<ITransformer>> _pipelineOf;

    internal SequenceSweepResult(SweepLeaderBoard board, Func<SweepTrial, IEstimator<ITransformer>> pipelineOf,
        IDataView data, bool wasCancelled, double seconds)
    {
        _pipelineOf = pipelineOf;
        LeaderBoard = board;
        WasCancelled = wasCancelled;
        Seconds = seconds;
        Pipeline = PipelineOf(Best);
        Model = Pipeline.Fit(data);
    }

    /// <summary>
    /// All trials. The best one's mean is optimistic; measure <see cref="Model"/> on rows that the sweep did not see.
    /// </summary>
    public SweepLeaderBoard LeaderBoard { get; }

    /// <summary>The best trial.</summary>
    public SweepTrial Best => LeaderBoard.Best!;

    /// <summary>The pipeline of the best trial.</summary>
    public IEstimator<ITransformer> Pipeline { get; }

    /// <summary>That pipeline fitted on all rows.</summary>
    public ITransformer Model { get; }

    /// <summary>Whether the sweep was cancelled; it is then the best of the trials until then.</summary>
    public bool WasCancelled { get; }

    /// <summary>Seconds of the trials, the last fit on all rows not counted.</summary>
    public double Seconds { get; }

    /// <summary>
    /// The pipeline of a trial, for the data as it was given: of a label that is no key, predicted labels have
    /// the label's own type.
    /// </summary>
    /// <param name="trial">A trial of this sweep.</param>
    /// <exception cref="ArgumentException">The trial is of another sweep.</exception>
    public IEstimator<ITransformer> PipelineOf(SweepTrial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        return LeaderBoard.Trials.Contains(trial)
            ? _pipelineOf(trial)
            : throw new ArgumentException($"Trial {trial.Number}, {trial.Candidate}, is of another sweep. "
                + "Take one of this result's LeaderBoard.", nameof(trial));
    }
}

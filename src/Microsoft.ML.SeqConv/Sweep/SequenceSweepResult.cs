namespace Microsoft.ML.SeqConv;

/// <summary>What a sweep found.</summary>
public sealed class SequenceSweepResult
{
    internal SequenceSweepResult(SweepLeaderBoard board, IEstimator<ITransformer> pipeline, ITransformer model, bool wasCancelled, double seconds)
    {
        LeaderBoard = board;
        Pipeline = pipeline;
        Model = model;
        WasCancelled = wasCancelled;
        Seconds = seconds;
    }

    /// <summary>All trials. The best one's mean is optimistic; measure <see cref="Model"/> on rows that the sweep did not see.</summary>
    public SweepLeaderBoard LeaderBoard { get; }

    /// <summary>The best trial.</summary>
    public SweepTrial Best => LeaderBoard.Best!;

    /// <summary>The pipeline of the best trial, for the data as it was given: for a label that is no key, predicted labels are of the label's own type.</summary>
    public IEstimator<ITransformer> Pipeline { get; }

    /// <summary>That pipeline fitted on all rows.</summary>
    public ITransformer Model { get; }

    /// <summary>Whether the sweep was cancelled; it is then the best of the trials until then.</summary>
    public bool WasCancelled { get; }

    /// <summary>Seconds of the trials, the last fit on all rows not counted.</summary>
    public double Seconds { get; }
}

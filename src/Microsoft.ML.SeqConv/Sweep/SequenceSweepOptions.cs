using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>How a sweep chooses what to try.</summary>
public enum SweepSearch
{
    /// <summary>
    /// Nine pipelines with a ninth of the resource (kernels, features, epochs), the best third of them with a third,
    /// the best third of those with all of it; then nine others (Jamieson and Talwalkar 2016, arXiv:1502.07943).
    /// </summary>
    SuccessiveHalving,

    /// <summary>Pipelines drawn at random, whole.</summary>
    Random,
}

/// <summary>What a sweep tries, for how long, and how it compares.</summary>
public sealed class SequenceSweepOptions
{
    /// <summary>
    /// What pipelines are compared by. Default <see langword="null"/>: <see cref="SweepMetric.Accuracy"/>, or for
    /// regression <see cref="SweepMetric.RootMeanSquaredError"/>.
    /// </summary>
    public SweepMetric? Metric { get; set; }

    /// <summary>How it chooses what to try. Default <see cref="SweepSearch.SuccessiveHalving"/>.</summary>
    public SweepSearch Search { get; set; }

    /// <summary>
    /// The most trials, from 1. Default 40; <see langword="null"/>: as many as <see cref="MaxSeconds"/> allow. With a
    /// budget in trials alone, a seed gives the same trials and the same model.
    /// </summary>
    public int? NumberOfTrials { get; set; } = 40;

    /// <summary>
    /// Seconds after which no trial goes on, above 0; the first is let end. The last fit, on all rows, comes after.
    /// Default <see langword="null"/>: no limit.
    /// </summary>
    public double? MaxSeconds { get; set; }

    /// <summary>
    /// Folds of the cross-validation, 2 to 100. Default 5. All trials have the same folds; classes keep
    /// their shares in them.
    /// </summary>
    public int NumberOfFolds { get; set; } = 5;

    /// <summary>
    /// How often the rows are dealt into folds, 1 to 100; a trial's metric is the mean over all. Default
    /// <see langword="null"/>: so often that 200 rows are held out in all, at most 4 times, since of some tens of rows
    /// luck would decide.
    /// </summary>
    public int? NumberOfRepeats { get; set; }

    /// <summary>Seed of folds, draws and pipelines. Default 1.</summary>
    public int Seed { get; set; } = 1;

    /// <summary>What the default candidates do with NaN. Default <see cref="MissingValues.Error"/>.</summary>
    public MissingValues MissingValues { get; set; } = MissingValues.Error;

    /// <summary>
    /// What is tried; the first, at the values that it starts from, is the first trial. Default <see langword="null"/>:
    /// <see cref="SequenceCandidates"/>, whose first is MiniRocket + ridge.
    /// </summary>
    public IReadOnlyList<SweepCandidate>? Candidates { get; set; }

    /// <summary>
    /// Is called after each trial, on the thread that sweeps; the newest trial is the last of
    /// <see cref="SweepLeaderBoard.Trials"/>. An exception of it ends the sweep.
    /// </summary>
    public Action<SweepLeaderBoard>? OnTrial { get; set; }

    internal void Check()
    {
        Guard.Defined(Search);
        Guard.Defined(MissingValues);
        if (NumberOfTrials is null && MaxSeconds is null)
            throw new ArgumentException("NumberOfTrials and MaxSeconds are both null; "
                + "a sweep needs a budget. Set one of them.");
        Guard.Require(NumberOfTrials is null or >= 1, NumberOfTrials, "a sweep needs a budget of at least 1 trial");
        Guard.Require(MaxSeconds is null or (> 0 and <= 1e7), MaxSeconds,
            "a sweep needs a budget above 0 seconds, at most 10,000,000");
        Guard.Within(NumberOfFolds, 2, 100);
        Guard.Within(NumberOfRepeats, 1, 100);
        if (Candidates is { Count: 0 })
            throw new ArgumentException("Candidates is empty; give at least one, or leave it null for the default "
                + "ones.", nameof(Candidates));
        if (Candidates?.Contains(null!) == true)
            throw new ArgumentException("Candidates has an entry that is null; leave it out.", nameof(Candidates));
        foreach (IGrouping<string, SweepCandidate> named in (Candidates ?? [])
            .GroupBy(candidate => candidate.Name, StringComparer.Ordinal))
        {
            if (named.Count() > 1)
                throw new ArgumentException($"{named.Count()} candidates are named '{named.Key}'; "
                    + "give each a name of its own.", nameof(Candidates));
        }
    }
}

namespace Microsoft.ML.SeqConv;

/// <summary>One pipeline that a sweep tried.</summary>
public sealed class SweepTrial
{
    internal SweepTrial()
    {
    }

    /// <summary>Its number, from 1.</summary>
    public int Number { get; internal init; }

    /// <summary>The name of the candidate.</summary>
    public string Candidate { get; internal init; } = "";

    /// <summary>The values of its hyperparameters, the fraction of the resource included.</summary>
    public SweepParameters Parameters { get; internal init; } = new(new Dictionary<string, object>());

    /// <summary>The fraction of the resource that the trial was given, above 0 to 1.</summary>
    public double Fraction { get; internal init; } = 1;

    /// <summary>The metric on each fold; empty for a trial that failed.</summary>
    public IReadOnlyList<double> FoldMetrics { get; internal init; } = [];

    /// <summary>How long it took.</summary>
    public double Seconds { get; internal init; }

    /// <summary>Why it failed; <see langword="null"/> where it did not.</summary>
    public string? Failure { get; internal init; }

    /// <summary>Whether it has a metric.</summary>
    public bool HasSucceeded => Failure is null;

    /// <summary>The mean of the metric over folds; NaN for a trial that failed.</summary>
    public double Mean => HasSucceeded ? FoldMetrics.Average() : double.NaN;

    /// <summary>
    /// The standard deviation of the metric from fold to fold, with n - 1; NaN for a trial that failed.
    /// </summary>
    public double StandardDeviation
    {
        get
        {
            double mean = Mean;
            return HasSucceeded ? Math.Sqrt(FoldMetrics.Sum(value => (value - mean) * (value - mean)) / Math.Max(1,
                FoldMetrics.Count - 1)) : double.NaN;
        }
    }

    /// <summary>The same trial under another number, for the board of another sweep.</summary>
    internal SweepTrial Numbered(int number) => new()
    {
        Number = number,
        Candidate = Candidate,
        Parameters = Parameters,
        Fraction = Fraction,
        FoldMetrics = FoldMetrics,
        Seconds = Seconds,
        Failure = Failure,
    };
}

namespace Microsoft.ML.SeqConv;

/// <summary>One pipeline that a sweep tried.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Candidate">The name of the candidate.</param>
/// <param name="Parameters">The values of its hyperparameters, the share of the resource included.</param>
/// <param name="Share">The share of the resource, above 0 to 1.</param>
/// <param name="FoldMetrics">The metric on each fold; empty for a trial that failed.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Failure">Why it failed; <see langword="null"/> where it did not.</param>
public sealed record SweepTrial(int Number, string Candidate, SweepParameters Parameters, double Share,
    IReadOnlyList<double> FoldMetrics, double Seconds, string? Failure)
{
    /// <summary>Whether it has a metric.</summary>
    public bool HasSucceeded => Failure is null;

    /// <summary>The mean of the metric over folds; NaN for a trial that failed.</summary>
    public double Mean => HasSucceeded ? FoldMetrics.Average() : double.NaN;

    /// <summary>
    /// The standard deviation of the metric from fold to fold, with n - 1; NaN for a trial that failed.
    /// </summary>
    public double Deviation
    {
        get
        {
            double mean = Mean;
            return HasSucceeded ? Math.Sqrt(FoldMetrics.Sum(value => (value - mean) * (value - mean)) / Math.Max(1,
                FoldMetrics.Count - 1)) : double.NaN;
        }
    }
}

namespace Microsoft.ML.SeqConv;

/// <summary>A trial to run.</summary>
/// <param name="Candidate">The candidate.</param>
/// <param name="Drawn">Its values with all of the resource.</param>
/// <param name="Share">The share of the resource, above 0 to 1.</param>
internal sealed record SweepPlan(SweepCandidate Candidate, SweepParameters Drawn, double Share)
{
    /// <summary>The values of the trial.</summary>
    public SweepParameters Parameters { get; } = Candidate.AtShare(Drawn, Share);

    /// <summary>The same for trials that are the same.</summary>
    public string Key => $"{Candidate.Name}: {Parameters}";
}

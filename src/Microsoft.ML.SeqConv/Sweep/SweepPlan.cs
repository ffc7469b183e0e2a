namespace Microsoft.ML.SeqConv;

/// <summary>A trial to run.</summary>
/// <param name="Candidate">The candidate.</param>
/// <param name="Drawn">Its values with all of the resource.</param>
/// <param name="Share">The fraction of the resource that is to be given, above 0 to 1.</param>
internal sealed record SweepPlan(SweepCandidate Candidate, SweepParameters Drawn, double Share)
{
    /// <summary>The values of the trial.</summary>
    public SweepParameters Parameters { get; } = Candidate.AtShare(Drawn, Share);

    /// <summary>
    /// The fraction of the resource that the trial has: all of it where the candidate has no resource, or the drawn
    /// values have the least of it already.
    /// </summary>
    public double Given
        => Candidate.Resource is not { } resource || Parameters.Get<int>(resource) == Drawn.Get<int>(resource)
            ? 1
            : Share;

    /// <summary>The same for trials that are the same.</summary>
    public string Key => $"{Candidate.Name}: {Parameters}";
}

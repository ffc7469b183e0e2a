using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// The order in which pipelines come up: every candidate at the values that it starts from, the cheapest first, then
/// random values of random candidates, one drawn in proportion to 1 / cost.
/// </summary>
internal sealed class SweepDraws(IReadOnlyList<SweepCandidate> candidates, int seed)
{
    private readonly SeededRandom _random = new((ulong)seed ^ 0x5EEDUL);
    private readonly Queue<SweepCandidate> _unstarted = new(candidates.Skip(1).OrderBy(candidate => candidate.Cost));

    /// <summary>The first candidate at the values that it starts from.</summary>
    public SweepPlan Baseline => new(candidates[0], candidates[0].Space.Start(), 1);

    public SweepPlan Next()
    {
        if (_unstarted.TryDequeue(out SweepCandidate? unstarted))
            return new SweepPlan(unstarted, unstarted.Space.Start(), 1);
        SweepCandidate drawn = DrawCandidate();
        return new SweepPlan(drawn, drawn.Space.Draw(_random), 1);
    }

    private SweepCandidate DrawCandidate()
    {
        double place = _random.NextDouble() * candidates.Sum(candidate => 1 / candidate.Cost);
        foreach (SweepCandidate candidate in candidates)
        {
            place -= 1 / candidate.Cost;
            if (place < 0)
                return candidate;
        }

        return candidates[^1];
    }
}

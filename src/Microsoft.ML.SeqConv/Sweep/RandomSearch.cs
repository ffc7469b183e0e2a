namespace Microsoft.ML.SeqConv;

/// <summary>One draw after the other, each once.</summary>
internal sealed class RandomSearch(SweepDraws draws) : ITrialSource
{
    // A space of few values runs out of new ones.
    private const int MaxRepeatedDraws = 1000;

    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    public SweepPlan? Next(SweepTrial? last)
    {
        for (int draw = 0; draw < MaxRepeatedDraws; draw++)
        {
            SweepPlan plan = _known.Count == 0 ? draws.Baseline : draws.Next();
            if (_known.Add(plan.Key))
                return plan;
        }

        return null;
    }
}

namespace Microsoft.ML.SeqConv;

/// <summary>One draw after the other, each once.</summary>
internal static class RandomSearch
{
    // A space of few values runs out of new ones.
    private const int MostRepeatedDraws = 1000;

    public static IEnumerable<SweepPlan> Plans(SweepDraws draws)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        int repeated = 0;
        for (SweepPlan plan = draws.Baseline; repeated < MostRepeatedDraws; plan = draws.Next())
        {
            if (known.Add(plan.Key))
            {
                repeated = 0;
                yield return plan;
            }
            else
            {
                repeated++;
            }
        }
    }
}

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Successive halving by thirds (Jamieson and Talwalkar 2016, arXiv:1502.07943): a bracket begins with nine draws at a ninth of the resource; the best third of them get a third of it, the best
/// third of those all of it. Then the next bracket begins: narrow ones, so that whole pipelines are among the trials whenever the time is over. A trial that is the same as one before, because
/// its resource is at its least, is not run again.
/// </summary>
internal static class SuccessiveHalving
{
    private const int Widest = 9;

    private static readonly double[] Shares = [1.0 / 9, 1.0 / 3, 1];

    /// <param name="draws">What is tried.</param>
    /// <param name="trials">The budget; <see langword="null"/>: no limit.</param>
    /// <param name="board">Has the trial of a plan when the next one is asked for.</param>
    public static IEnumerable<SweepPlan> Plans(SweepDraws draws, int? trials, SweepLeaderBoard board)
    {
        var known = new Dictionary<string, SweepTrial>(StringComparer.Ordinal);
        yield return draws.Baseline;
        known[draws.Baseline.Key] = board.Trials[^1];

        for (bool hasNew = true; hasNew;)
        {
            hasNew = false;
            (int width, double[] shares) = Bracket(trials is int most ? most - board.Trials.Count : int.MaxValue);
            SweepPlan[] rung = [.. Enumerable.Range(0, width).Select(_ => draws.Next()).OrderBy(plan => plan.Candidate.Cost)];
            foreach (double share in shares)
            {
                var results = new Dictionary<SweepTrial, SweepPlan>();
                foreach (SweepPlan drawn in rung)
                {
                    SweepPlan plan = new(drawn.Candidate, drawn.Drawn, share);
                    if (!known.TryGetValue(plan.Key, out SweepTrial? trial))
                    {
                        hasNew = true;
                        yield return plan;
                        known[plan.Key] = trial = board.Trials[^1];
                    }

                    results[trial] = drawn;
                }

                rung = [.. board.Rank(results.Keys).Take((results.Count + 2) / 3).Select(trial => results[trial])];
            }
        }
    }

    // As many draws as the rest of the budget takes through all three rungs; too little for that: one whole trial.
    internal static (int Width, double[] Shares) Bracket(int left)
    {
        int width = Widest;
        while (width > 1 && width + (width + 2) / 3 + (width + 8) / 9 > left)
            width--;
        return left < 3 ? (1, [1.0]) : (width, Shares);
    }
}

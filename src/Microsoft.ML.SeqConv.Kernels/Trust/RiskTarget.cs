namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Which rows a classifier may answer so that its share of errors stays within a target (selective classification:
/// Geifman and El-Yaniv 2017, arXiv:1705.08500).
/// </summary>
internal static class RiskTarget
{
    /// <summary>
    /// The least probability at which the rows of that probability or more have at most the target's share of errors,
    /// and there are the most of them.
    /// </summary>
    /// <param name="probabilities">[row]: the largest probability of each row.</param>
    /// <param name="areCorrect">[row]: whether the class of the largest probability is the row's own.</param>
    /// <param name="maxRisk">The target, 0 to 1.</param>
    /// <returns>Infinite where no row may be answered.</returns>
    public static float LeastProbability(float[] probabilities, bool[] areCorrect, double maxRisk)
    {
        int[] order = [.. Enumerable.Range(0, probabilities.Length).OrderByDescending(i => probabilities[i])];
        float least = float.PositiveInfinity;
        int errors = 0;
        for (int answered = 1; answered <= order.Length; answered++)
        {
            float probability = probabilities[order[answered - 1]];
            errors += areCorrect[order[answered - 1]] ? 0 : 1;
            bool isLastOfEqual = answered == order.Length || probabilities[order[answered]] != probability;
            if (isLastOfEqual && errors <= maxRisk * answered)
                least = probability;
        }

        return least;
    }
}

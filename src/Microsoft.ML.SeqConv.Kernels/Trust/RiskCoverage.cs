namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// How the share of errors falls when only the surest rows are answered (Geifman and El-Yaniv 2017, arXiv:1705.08500).
/// Rows of one probability are answered together, or in every order with the same chance: errors among them are spread
/// evenly.
/// </summary>
internal static class RiskCoverage
{
    /// <summary>The share of errors among the surest rows, for every number of them.</summary>
    /// <param name="probabilities">[row]: the largest probability of each row.</param>
    /// <param name="areCorrect">[row]: whether the class of the largest probability is the row's own.</param>
    /// <returns>[number of rows answered - 1].</returns>
    public static double[] Risks(float[] probabilities, bool[] areCorrect)
    {
        var risks = new double[probabilities.Length];
        int answered = 0;
        double errors = 0;
        foreach (IGrouping<float, int> equal in Enumerable.Range(0, probabilities.Length)
            .GroupBy(i => probabilities[i]).OrderByDescending(group => group.Key))
        {
            double share = equal.Average(i => areCorrect[i] ? 0.0 : 1);
            for (int i = equal.Count(); i > 0; i--)
            {
                errors += share;
                risks[answered] = errors / (answered + 1);
                answered++;
            }
        }

        return risks;
    }
}

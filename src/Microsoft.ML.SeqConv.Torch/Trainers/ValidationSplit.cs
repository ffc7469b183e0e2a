using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>Draws the rows that choose the best epoch.</summary>
internal static class ValidationSplit
{
    /// <summary>Draws validation rows; every class keeps its share, and at least one row to learn from.</summary>
    /// <param name="labels">One a row.</param>
    /// <param name="byClass">Whether labels are classes.</param>
    /// <param name="fraction">The share to be drawn.</param>
    /// <param name="seed">Seed.</param>
    /// <returns>Rows to learn from, and the others; both in their old order.</returns>
    public static (int[] Train, int[] Validation) Draw(
        IReadOnlyList<float> labels, bool byClass, double fraction, ulong seed)
    {
        var random = new SeededRandom(seed);
        var validation = new List<int>();
        foreach (IGrouping<float, int> group in Enumerable.Range(0, labels.Count)
            .GroupBy(row => byClass ? labels[row] : 0).OrderBy(group => group.Key))
        {
            int[] rows = [.. group];
            int wanted = Math.Min((int)Math.Round(fraction * rows.Length), rows.Length - 1);
            for (int i = 0; i < wanted; i++)
            {
                int j = i + random.NextInt32(rows.Length - i);
                (rows[i], rows[j]) = (rows[j], rows[i]);
                validation.Add(rows[i]);
            }
        }

        validation.Sort();
        return ([.. Enumerable.Range(0, labels.Count).Except(validation)], [.. validation]);
    }
}

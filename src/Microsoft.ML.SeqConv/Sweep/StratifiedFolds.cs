using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>Deals rows into folds: each class is shuffled and dealt in turn, so that folds differ by at most one row of it, and by at most one row in all.</summary>
internal static class StratifiedFolds
{
    /// <summary>A row that is in no fold.</summary>
    public const int None = -1;

    /// <param name="classes">The class of each row, one for all rows where there are no classes; <see cref="None"/> for a row to leave out.</param>
    /// <param name="folds">Folds, at least 2.</param>
    /// <param name="random">Shuffles.</param>
    /// <returns>The fold of each row.</returns>
    public static int[] Deal(int[] classes, int folds, SeededRandom random)
    {
        var fold = new int[classes.Length];
        Array.Fill(fold, None);
        int next = 0;
        foreach (IGrouping<int, int> rows in Enumerable.Range(0, classes.Length).Where(row => classes[row] != None).GroupBy(row => classes[row]).OrderBy(rows => rows.Key))
        {
            int[] shuffled = [.. rows];
            for (int i = shuffled.Length - 1; i > 0; i--)
            {
                int j = random.NextInt32(i + 1);
                (shuffled[i], shuffled[j]) = (shuffled[j], shuffled[i]);
            }

            foreach (int row in shuffled)
                fold[row] = next++ % folds;
        }

        return fold;
    }
}

using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>Deals rows into folds: each class is shuffled and dealt in turn, so that folds differ by at most one row of it, and by at most one row in all.</summary>
internal static class StratifiedFolds
{
    /// <summary>A row that is in no fold.</summary>
    public const int None = -1;

    private const int RowsToHoldOut = 200;
    private const int MostRepeats = 4;

    /// <summary>How often to deal rows, so that 200 are held out in all, at most 4 times.</summary>
    /// <param name="rows">Rows, at least 1.</param>
    public static int RepeatsFor(int rows) => Math.Clamp((RowsToHoldOut + rows - 1) / rows, 1, MostRepeats);

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

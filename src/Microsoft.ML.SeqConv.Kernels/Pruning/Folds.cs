namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>Parts of the examples, each to be held out in turn.</summary>
internal static class Folds
{
    /// <summary>Deals examples out, group after group, so that every fold has its share of each.</summary>
    /// <param name="groups">[example]: what is to be spread evenly, the class.</param>
    /// <param name="folds">Number of folds.</param>
    /// <param name="random">Draws the order within a group.</param>
    /// <returns>[example]: its fold.</returns>
    public static int[] Deal(int[] groups, int folds, SeededRandom random)
    {
        var fold = new int[groups.Length];
        int next = 0;
        foreach (int example in Enumerable.Range(0, groups.Length).Select(example => (example, Draw: random.NextDouble())).OrderBy(pair => groups[pair.example]).ThenBy(pair => pair.Draw).Select(pair => pair.example))
            fold[example] = next++ % folds;
        return fold;
    }
}

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Deals examples into folds, parts of them to be held out in turn, so that every fold has its share of every class.
/// </summary>
internal static class StratifiedFolds
{
    /// <summary>The class of an example that is in no fold, and its fold.</summary>
    public const int None = -1;

    private const int ExamplesToHoldOut = 200;
    private const int MaxRepeats = 4;

    /// <summary>How often to deal few examples, so that 200 are held out in all, at most 4 times.</summary>
    /// <param name="examples">Examples, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no example.</exception>
    public static int RepeatsFor(int examples)
    {
        Guard.AtLeast(examples, 1);
        return Math.Clamp((ExamplesToHoldOut - 1) / examples + 1, 1, MaxRepeats);
    }

    /// <summary>
    /// Deals examples, class after class in random order: folds differ by at most one example of a class, and by
    /// at most one in all.
    /// </summary>
    /// <param name="classes">
    /// [example]: its class, one for all where there are no classes; <see cref="None"/> for an example to leave out.
    /// </param>
    /// <param name="folds">Folds, at least 2.</param>
    /// <param name="random">Draws the order within a class.</param>
    /// <returns>[example]: its fold, or <see cref="None"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than 2 folds.</exception>
    public static int[] Deal(int[] classes, int folds, SeededRandom random)
    {
        ArgumentNullException.ThrowIfNull(classes);
        ArgumentNullException.ThrowIfNull(random);
        Guard.AtLeast(folds, 2);
        var fold = new int[classes.Length];
        Array.Fill(fold, None);
        int next = 0;
        (int Example, double Draw)[] draws = [.. Enumerable.Range(0, classes.Length)
            .Select(example => (example, random.NextDouble()))];
        foreach ((int example, _) in draws.Where(draw => classes[draw.Example] != None)
            .OrderBy(draw => classes[draw.Example]).ThenBy(draw => draw.Draw))
            fold[example] = next++ % folds;
        return fold;
    }
}

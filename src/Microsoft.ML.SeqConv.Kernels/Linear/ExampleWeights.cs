namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Weights of examples as ridge counts them: relative to the largest, so that none overflows, and zero where an example
/// weighs less than 2^-50 of the second largest. The root of such a weight times a feature would be lost beside the
/// others, and the sums do not change by it; an example of weight zero takes no part in the fit and is predicted. It is
/// the second largest because one example may outweigh the others by any factor, and then the others still decide all
/// but the intercept.
/// </summary>
internal sealed class ExampleWeights
{
    private const int MinShare = -50;             // powers of two
    private const int MinRelativeWeight = -1000;
    private const int Domination = 20;

    private ExampleWeights(double[] relative, double largest)
    {
        Relative = relative;
        Largest = largest;
        Total = relative.Sum();
        int heaviest = Array.IndexOf(relative, 1);
        double rest = relative.Where((_, example) => example != heaviest).Sum();
        bool dominates = rest < Math.ScaleB(1, -Domination);
        Dominating = dominates ? heaviest : -1;
        RestWeight = dominates ? rest : Total;
        CountPositive = relative.Count(weight => weight > 0);
        AreEqual = Array.TrueForAll(relative, weight => weight == 1);
        Origin = dominates ? heaviest : Array.FindIndex(relative, weight => weight > 0);
    }

    /// <summary>[row]: weights, the largest 1.</summary>
    internal double[] Relative { get; }

    /// <summary>What weights were divided by.</summary>
    internal double Largest { get; }

    /// <summary>The sum of <see cref="Relative"/>.</summary>
    internal double Total { get; }

    /// <summary>
    /// The row that weighs 2^20 times all others together, or -1. Its share of the mean is so close to 1, and the mean
    /// so close to its values, that differences of them lose digits.
    /// </summary>
    internal int Dominating { get; }

    /// <summary>The sum of <see cref="Relative"/> but for <see cref="Dominating"/>.</summary>
    internal double RestWeight { get; }

    /// <summary>The row that sums measure from: the dominating one, or the first that takes part.</summary>
    internal int Origin { get; }

    /// <summary>Rows that take part.</summary>
    internal int CountPositive { get; }

    /// <summary>Whether all rows weigh the same.</summary>
    internal bool AreEqual { get; }

    /// <summary>The weights of a fit.</summary>
    /// <param name="given">One weight a row, zero or more, at least two positive; empty means that all are 1.</param>
    /// <param name="rows">Rows.</param>
    internal static ExampleWeights Of(ReadOnlySpan<double> given, int rows)
    {
        double[] weights = given.ToArray();
        if (weights.Length == 0)
        {
            weights = new double[rows];
            Array.Fill(weights, 1);
            return new(weights, 1);
        }

        double largest = 0;
        double second = 0;
        foreach (double weight in weights)
            (largest, second) = weight > largest ? (weight, largest) : (largest, Math.Max(second, weight));
        double least = Math.ScaleB(second, MinShare);
        double leastRelative = Math.ScaleB(1, MinRelativeWeight);
        for (int i = 0; i < weights.Length; i++)
            weights[i] = weights[i] > 0 && weights[i] >= least ? Math.Max(weights[i] / largest, leastRelative) : 0;
        return new(weights, largest);
    }

    /// <summary>Weights of 1.</summary>
    internal static ExampleWeights Equal(int rows) => Of([], rows);
}

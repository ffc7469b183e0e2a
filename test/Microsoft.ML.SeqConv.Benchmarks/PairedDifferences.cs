namespace Microsoft.ML.SeqConv.Benchmarks;

/// <summary>
/// What the differences of a model and another on the same data sets say: sets that are won, drawn and lost, the mean
/// difference with its standard error, and the two-sided p of Wilcoxon's signed-rank test.
/// </summary>
internal sealed class PairedDifferences
{
    /// <param name="differences">[set]: model less other, at least one.</param>
    public PairedDifferences(double[] differences)
    {
        Won = differences.Count(difference => difference > 0);
        Drawn = differences.Count(difference => difference == 0);
        Lost = differences.Length - Won - Drawn;
        Mean = differences.Average();
        double squares = differences.Sum(difference => (difference - Mean) * (difference - Mean));
        StandardError = differences.Length < 2
            ? double.NaN
            : Math.Sqrt(squares / (differences.Length - 1) / differences.Length);
        P = Wilcoxon(differences);
    }

    public int Won { get; }

    public int Drawn { get; }

    public int Lost { get; }

    public double Mean { get; }

    /// <summary>Of the mean; NaN for one set.</summary>
    public double StandardError { get; }

    /// <summary>
    /// 1 where nothing differs. By the normal approximation with corrections for continuity and for ties; differences
    /// of zero take no part.
    /// </summary>
    public double P { get; }

    private static double Wilcoxon(double[] differences)
    {
        double[] nonzero = [.. differences.Where(difference => difference != 0)];
        int n = nonzero.Length;
        if (n == 0)
            return 1;
        double[] magnitudes = [.. nonzero.Select(Math.Abs).Order()];
        double ofPositive = 0;
        foreach (double difference in nonzero.Where(difference => difference > 0))
        {
            int below = magnitudes.Count(magnitude => magnitude < difference);
            int equal = magnitudes.Count(magnitude => magnitude == difference);
            ofPositive += below + (equal + 1) / 2.0;
        }

        double ties = magnitudes.CountBy(magnitude => magnitude)
            .Sum(tie => Math.Pow(tie.Value, 3) - tie.Value) / 48;
        double deviation = Math.Sqrt(n * (n + 1.0) * (2 * n + 1) / 24 - ties);
        double distance = Math.Max(0, Math.Abs(ofPositive - n * (n + 1) / 4.0) - 0.5);
        return deviation == 0 ? 1 : 2 * UpperTail(distance / deviation);
    }

    // Abramowitz and Stegun 26.2.17: within 7.5e-8.
    private static double UpperTail(double z)
    {
        double t = 1 / (1 + 0.2316419 * z);
        double series = t * (0.319381530 + t * (-0.356563782 + t * (1.781477937
            + t * (-1.821255978 + t * 1.330274429))));
        return Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI) * series;
    }
}

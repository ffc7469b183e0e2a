using System.Globalization;

namespace Microsoft.ML.SeqConv.Benchmarks;

/// <summary>
/// Compares models by the results of <see cref="EnsembleStudy"/>: a set counts once, with the mean over its resamples
/// and seeds. Of two models: sets that are won, drawn and lost, the mean difference with its standard error, and the
/// two-sided p of Wilcoxon's signed-rank test (normal approximation with a correction for ties).
/// </summary>
internal static class ModelComparison
{
    private sealed record Result(string Set, int Resample, int Seed, string Model, double Accuracy, double LogLoss,
        double Fit, double Score);

    /// <summary>Writes the tables: of the sets' own splits, and of resamples.</summary>
    /// <param name="file">The results.</param>
    /// <param name="models">The models; the others are compared with the first.</param>
    /// <param name="sets">The sets; empty: all.</param>
    public static int Run(string file, string[] models, string[] sets)
    {
        Result[] results = [.. File.ReadLines(file).Skip(1).Select(Parse)
            .Where(result => models.Contains(result.Model) && (sets.Length == 0 || sets.Contains(result.Set)))];
        Write("own split", results, models, resample => resample == 0);
        Write("resamples", results, models, resample => resample > 0);
        return 0;
    }

    private static void Write(string title, Result[] all, string[] models, Func<int, bool> isWanted)
    {
        // Only where every model has a result.
        Result[] results = [.. all.Where(result => isWanted(result.Resample))
            .GroupBy(result => (result.Set, result.Resample, result.Seed))
            .Where(group => group.Select(result => result.Model).Distinct().Count() == models.Length)
            .SelectMany(group => group)];
        string[] sets = [.. results.Select(result => result.Set).Distinct().Order(StringComparer.Ordinal)];
        if (sets.Length == 0)
            return;
        Console.WriteLine($"\n## {title}: {sets.Length} sets, {results.Length / models.Length} fits of each model\n");
        Console.WriteLine($"| set | {string.Join(" | ", models)} |");
        Console.WriteLine("|---" + string.Concat(Enumerable.Repeat("|---", models.Length)) + "|");
        foreach (string set in sets)
        {
            Console.WriteLine($"| {set} | "
                + string.Join(" | ", models.Select(model => Number(Mean(set, model, result => result.Accuracy))))
                + " |");
        }

        Console.WriteLine("\n| model | accuracy | log loss | processor s, fit and score | "
            + $"beside {models[0]}: won, drawn, lost | mean difference | p |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        foreach (string model in models)
        {
            double[] differences = [.. sets.Select(set => Mean(set, model, result => result.Accuracy)
                - Mean(set, models[0], result => result.Accuracy))];
            double mean = differences.Average();
            double error = Math.Sqrt(differences.Sum(difference => (difference - mean) * (difference - mean))
                / Math.Max(1, differences.Length - 1) / differences.Length);
            Console.WriteLine($"| {model} | {Number(OverSets(model, result => result.Accuracy))} | "
                + $"{Number(OverSets(model, result => result.LogLoss))} | "
                + $"{Number(OverSets(model, result => result.Fit + result.Score))} | "
                + $"{differences.Count(value => value > 0)}, {differences.Count(value => value == 0)}, "
                + $"{differences.Count(value => value < 0)} | {Number(mean)} +- {Number(error)} | "
                + $"{Number(Wilcoxon(differences))} |");
        }

        double Mean(string set, string model, Func<Result, double> value)
            => results.Where(result => result.Set == set && result.Model == model).Average(value);

        double OverSets(string model, Func<Result, double> value) => sets.Average(set => Mean(set, model, value));
    }

    /// <summary>The two-sided p of the signed-rank test; zeros take no part.</summary>
    public static double Wilcoxon(double[] differences)
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

    private static Result Parse(string line)
    {
        string[] fields = line.Split(',');
        return new(fields[0], int.Parse(fields[1], CultureInfo.InvariantCulture),
            int.Parse(fields[2], CultureInfo.InvariantCulture), fields[3], Of(4), Of(5), Of(6), Of(7));

        double Of(int field) => double.Parse(fields[field], CultureInfo.InvariantCulture);
    }

    private static string Number(double value) => value.ToString("F4", CultureInfo.InvariantCulture);
}

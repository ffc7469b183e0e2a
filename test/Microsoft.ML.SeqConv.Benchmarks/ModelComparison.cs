using System.Globalization;

namespace Microsoft.ML.SeqConv.Benchmarks;

/// <summary>
/// Compares models by the results of <see cref="EnsembleStudy"/>: a set counts once, with the mean over its resamples
/// and seeds. Of two models: see <see cref="PairedDifferences"/>.
/// </summary>
internal sealed class ModelComparison
{
    /// <summary>The columns of the file of results.</summary>
    public const string Header = "set,resample,seed,model,accuracy,logloss,fit,score,group";

    private const int FieldsWithoutGroup = 8;

    private readonly Result[] _results;
    private readonly Dictionary<string, string> _groups;
    private readonly string[] _models;
    private readonly TextWriter _output;

    private ModelComparison(Result[] results, Dictionary<string, string> groups, string[] models, TextWriter output)
    {
        _results = results;
        _groups = groups;
        _models = models;
        _output = output;
    }

    /// <summary>Writes the tables: of the sets' own splits, and of resamples.</summary>
    /// <param name="lines">The file of results; files without the last column of the header are read too.</param>
    /// <param name="models">The models; the others are compared with the first.</param>
    /// <param name="sets">The sets; empty: all.</param>
    /// <param name="half">Which of all sets that have results.</param>
    /// <param name="output">Gets the tables.</param>
    /// <exception cref="ArgumentException">A model or a set has no results.</exception>
    public static void Write(
        IEnumerable<string> lines, string[] models, string[] sets, StudyHalf half, TextWriter output)
    {
        Result[] all = [.. lines.Skip(1).Select(Parse)];
        string[] names = [.. all.Select(result => result.Set).Distinct().Order(StringComparer.Ordinal)];
        StudyArguments.CheckNames("result of the model", models, [.. all.Select(result => result.Model).Distinct()]);
        StudyArguments.CheckNames("result of the set", sets, names);
        if (models.GroupBy(model => model).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new ArgumentException($"The model '{twice.Key}' is named {twice.Count()} times. Name it once.");
        HashSet<string> wanted = [.. names.Where(name => (sets.Length == 0 || sets.Contains(name))
            && (half == StudyHalf.Both || HalfOf(name) == half))];
        bool isWritten = false;
        var groups = names.ToDictionary(name => name, name => all.Where(result => result.Set == name)
            .Select(result => result.Group).FirstOrDefault(group => group.Length > 0, "unknown group"));
        foreach ((string title, bool ofResamples) in (ReadOnlySpan<(string, bool)>)[("own split", false),
            ("resamples", true)])
        {
            // Only where every model has a result.
            Result[] results = [.. all
                .Where(result => wanted.Contains(result.Set) && models.Contains(result.Model)
                    && result.Resample > 0 == ofResamples)
                .GroupBy(result => (result.Set, result.Resample, result.Seed))
                .Where(fits => fits.Select(result => result.Model).Distinct().Count() == models.Length)
                .SelectMany(fits => fits)];
            if (results.Length > 0)
                new ModelComparison(results, groups, models, output).Write(title);
            isWritten |= results.Length > 0;
        }

        if (!isWritten)
            throw new ArgumentException($"There is no split of a set that all of {string.Join(", ", models)} have a "
                + "result for. Evaluate them on the same sets, resamples and seeds.");
    }

    /// <summary>
    /// The half that a set belongs to, by its first letter alone, so that other sets do not change it: A, C, E and so
    /// on choose.
    /// </summary>
    private static StudyHalf HalfOf(string set) => set[0] % 2 == 1 ? StudyHalf.Choose : StudyHalf.Confirm;

    private void Write(string title)
    {
        string[] sets = [.. _results.Select(result => result.Set).Distinct().Order(StringComparer.Ordinal)];
        int fits = _results.Length / _models.Length;
        _output.WriteLine($"\n## {title}: {sets.Length} sets, {fits} fits of each model\n");
        _output.WriteLine($"| set | group | {string.Join(" | ", _models)} |");
        _output.WriteLine("|---|---" + string.Concat(Enumerable.Repeat("|---", _models.Length)) + "|");
        foreach (string set in sets)
        {
            _output.WriteLine($"| {set} | {_groups[set]} | "
                + string.Join(" | ", _models.Select(model => Number(Mean(set, model, result => result.Accuracy))))
                + " |");
        }

        WriteSummary("all", sets);
        string[] groups = [.. sets.Select(set => _groups[set]).Distinct().Order(StringComparer.Ordinal)];
        foreach (string group in groups.Length > 1 ? groups : [])
            WriteSummary(group, [.. sets.Where(set => _groups[set] == group)]);
    }

    private void WriteSummary(string group, string[] sets)
    {
        _output.WriteLine($"\n{group}: {sets.Length} sets\n");
        _output.WriteLine("| model | accuracy | log loss | processor s, fit and score "
            + $"| beside {_models[0]}: won, drawn, lost | mean difference | p |");
        _output.WriteLine("|---|---|---|---|---|---|---|");
        foreach (string model in _models)
        {
            var beside = new PairedDifferences([.. sets.Select(set => Mean(set, model, result => result.Accuracy)
                - Mean(set, _models[0], result => result.Accuracy))]);
            _output.WriteLine($"| {model} | {Number(OverSets(model, result => result.Accuracy))} | "
                + $"{Number(OverSets(model, result => result.LogLoss))} | "
                + $"{Number(OverSets(model, result => result.Fit + result.Score))} | "
                + $"{beside.Won}, {beside.Drawn}, {beside.Lost} | {Number(beside.Mean)} +- "
                + $"{Number(beside.StandardError)} | {Number(beside.P)} |");
        }

        double OverSets(string model, Func<Result, double> value) => sets.Average(set => Mean(set, model, value));
    }

    private double Mean(string set, string model, Func<Result, double> value)
        => _results.Where(result => result.Set == set && result.Model == model).Average(value);

    private static Result Parse(string line, int index)
    {
        const int linesBefore = 2;
        string[] fields = line.Split(',');
        try
        {
            return Parse(fields);
        }
        catch (Exception error) when (error is FormatException or IndexOutOfRangeException or OverflowException)
        {
            throw new ArgumentException($"Line {index + linesBefore} of the file of results is '{line}'; it must have "
                + $"the fields {Header}. Remove it.", error);
        }
    }

    private static Result Parse(string[] fields)
    {
        return new(fields[0], int.Parse(fields[1], CultureInfo.InvariantCulture),
            int.Parse(fields[2], CultureInfo.InvariantCulture), fields[3], Of(4), Of(5), Of(6), Of(7),
            fields.Length > FieldsWithoutGroup ? fields[FieldsWithoutGroup] : "");

        double Of(int field) => double.Parse(fields[field], CultureInfo.InvariantCulture);
    }

    private static string Number(double value) => value.ToString("F4", CultureInfo.InvariantCulture);

    private sealed record Result(string Set, int Resample, int Seed, string Model, double Accuracy, double LogLoss,
        double Fit, double Score, string Group);
}

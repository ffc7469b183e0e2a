using System.Globalization;

namespace Microsoft.ML.SeqConv.Benchmarks;

/// <summary>What <see cref="EnsembleStudy"/> is asked to do.</summary>
internal sealed class StudyArguments
{
    public const string Usage = "usage: ensemble RESULTS.csv [--models A,B] [--resamples N] [--seeds N] "
        + "[--compare A,B [--half choose|confirm]] [SET ...]";

    private StudyArguments(string results) => Results = results;

    /// <summary>The file of results.</summary>
    public string Results { get; }

    public string[] Models { get; private set; } = ["MiniRocket", "MultiRocket-Hydra", "Default"];

    /// <summary>Zero or more; the own split is always evaluated.</summary>
    public int Resamples { get; private set; } = 10;

    /// <summary>At least 1.</summary>
    public int Seeds { get; private set; } = 1;

    /// <summary>The models to compare; <see langword="null"/>: models are evaluated.</summary>
    public string[]? Compared { get; private set; }

    public StudyHalf Half { get; private set; }

    /// <summary>The sets; empty: all.</summary>
    public string[] Sets { get; private set; } = [];

    /// <exception cref="ArgumentException">An argument is unknown or breaks a rule.</exception>
    public static StudyArguments Parse(string[] args)
    {
        if (args is not [string results, .. var rest] || results.StartsWith('-'))
            throw new ArgumentException($"The file of results is missing; it comes first.\n{Usage}");
        var parsed = new StudyArguments(results);
        var sets = new List<string>();
        for (int i = 0; i < rest.Length; i++)
        {
            if (!rest[i].StartsWith('-'))
                sets.Add(rest[i]);
            else
                parsed.Set(rest[i], ++i < rest.Length ? rest[i] : null);
        }

        if (parsed.Half != StudyHalf.Both && parsed.Compared is null)
            throw new ArgumentException("--half is of a comparison. Add --compare and the models.");
        parsed.Sets = [.. sets];
        return parsed;
    }

    /// <summary>Refuses names that are not among those that exist.</summary>
    /// <exception cref="ArgumentException">A name is unknown.</exception>
    public static void CheckNames(string what, IEnumerable<string> names, IReadOnlyCollection<string> known)
    {
        if (names.Except(known).ToArray() is { Length: > 0 } unknown)
            throw new ArgumentException($"There is no {what} '{string.Join("', '", unknown)}'. "
                + $"Name some of {string.Join(", ", known)}.");
    }

    private void Set(string option, string? value)
    {
        if (option is not ("--models" or "--resamples" or "--seeds" or "--compare" or "--half"))
            throw new ArgumentException($"The option '{option}' is unknown.\n{Usage}");
        if (value is null)
            throw new ArgumentException($"The option '{option}' has no value.\n{Usage}");
        switch (option)
        {
            case "--models":
                Models = value.Split(',');
                break;
            case "--compare":
                Compared = value.Split(',');
                break;
            case "--resamples":
                Resamples = Number(option, value, min: 0);
                break;
            case "--seeds":
                Seeds = Number(option, value, min: 1);
                break;
            default:
                Half = value switch
                {
                    "choose" => StudyHalf.Choose,
                    "confirm" => StudyHalf.Confirm,
                    _ => throw new ArgumentException($"--half is '{value}'; it is choose or confirm."),
                };
                break;
        }
    }

    private static int Number(string option, string value, int min)
        => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= min
            ? number
            : throw new ArgumentException($"{option} is '{value}'; it is a number of {min} or more.");
}

/// <summary>
/// The sets that are compared, of all that have results, in ordinal order of their names: what is chosen on one half is
/// confirmed on the other.
/// </summary>
internal enum StudyHalf
{
    /// <summary>All sets.</summary>
    Both,

    /// <summary>Those that models are chosen by, see <see cref="ModelComparison"/>.</summary>
    Choose,

    /// <summary>The others, which what was chosen is confirmed on.</summary>
    Confirm,
}

using System.Globalization;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// One hyperparameter of a <see cref="SweepSpace"/>: a range or a choice, and the value that a sweep starts from.
/// </summary>
public sealed class SweepDimension
{
    private SweepDimension(string name, object start)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
        Start = start;
    }

    /// <summary>The name of the hyperparameter.</summary>
    public string Name { get; }

    /// <summary>The value that is tried first.</summary>
    public object Start { get; }

    /// <summary>The values of a choice; empty for a range.</summary>
    public IReadOnlyList<object> Values { get; private init; } = [];

    /// <summary>The least value of a range.</summary>
    public double Least { get; private init; }

    /// <summary>The largest value of a range.</summary>
    public double Most { get; private init; }

    /// <summary>Whether equal ratios of a range are equally likely, rather than equal differences.</summary>
    public bool IsLogarithmic { get; private init; }

    /// <summary>
    /// Whether the values of a range are whole numbers, <see cref="int"/>; else they are <see cref="double"/>.
    /// </summary>
    public bool IsWhole { get; private init; }

    /// <summary>Whether this is a range.</summary>
    public bool IsRange => Values.Count == 0;

    /// <summary>A range of whole numbers, both ends included.</summary>
    /// <param name="name">The name of the hyperparameter.</param>
    /// <param name="least">The least value.</param>
    /// <param name="most">The largest value, above the least.</param>
    /// <param name="start">The value that is tried first, within the range.</param>
    /// <param name="logarithmic">Whether equal ratios are equally likely; the least value is then above 0.</param>
    /// <exception cref="ArgumentException">The range is empty or inverted, or the start lies outside.</exception>
    public static SweepDimension Range(string name, int least, int most, int start, bool logarithmic = false)
        => new(name, start)
        {
            Least = least,
            Most = CheckedMost(name, least, most, start, logarithmic),
            IsLogarithmic = logarithmic,
            IsWhole = true,
        };

    /// <summary>A range of numbers.</summary>
    /// <param name="name">The name of the hyperparameter.</param>
    /// <param name="least">The least value.</param>
    /// <param name="most">The largest value, above the least.</param>
    /// <param name="start">The value that is tried first, within the range.</param>
    /// <param name="logarithmic">Whether equal ratios are equally likely; the least value is then above 0.</param>
    /// <exception cref="ArgumentException">The range is empty or inverted, or the start lies outside.</exception>
    public static SweepDimension Range(string name, double least, double most, double start, bool logarithmic = false)
        => new(name, start)
        {
            Least = least,
            Most = CheckedMost(name, least, most, start, logarithmic),
            IsLogarithmic = logarithmic,
        };

    /// <summary>A choice between values.</summary>
    /// <param name="name">The name of the hyperparameter.</param>
    /// <param name="start">The value that is tried first, one of the values.</param>
    /// <param name="values">The values, at least one.</param>
    /// <exception cref="ArgumentException">There is no value, or the start is none of them.</exception>
    public static SweepDimension Choice(string name, object start, params object[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Length == 0)
            throw new ArgumentException($"'{name}' has no values to choose from; give at least one.", nameof(values));
        if (!values.Contains(start))
            throw new ArgumentException($"'{name}' starts at {Text(start)}, which is none of its values "
                + $"{string.Join(", ", values.Select(Text))}. Start at one of them.", nameof(start));
        return new(name, start) { Values = [.. values] };
    }

    /// <summary>The value at a place of the unit interval, 0 to 1.</summary>
    internal object At(double place)
    {
        if (!IsRange)
            return Values[Math.Min((int)(place * Values.Count), Values.Count - 1)];
        double value = IsLogarithmic ? Least * Math.Pow(Most / Least, place) : Least + place * (Most - Least);
        return IsWhole ? (object)(int)Math.Round(value) : value;
    }

    // Six digits that count, since a range may lie far below 1; trials whose values read alike are the same.
    internal static string Text(object value) => value is double number
        ? number.ToString(number == Math.Round(number) && Math.Abs(number) < 1e15 ? "F0" : "G6",
            CultureInfo.InvariantCulture)
        : Convert.ToString(value, CultureInfo.InvariantCulture)!;

    private static double CheckedMost(string name, double least, double most, double start, bool logarithmic)
    {
        if (!(least < most && double.IsFinite(least) && double.IsFinite(most)))
            throw new ArgumentException($"The range of '{name}' runs from {Text(least)} to {Text(most)}; it must end "
                + "above where it begins. Swap the two, or use a choice for a single value.", nameof(most));
        if (logarithmic && least <= 0)
            throw new ArgumentException($"The range of '{name}' is logarithmic and begins at {Text(least)}; "
                + "it must begin above 0.", nameof(least));
        if (!(start >= least && start <= most))
            throw new ArgumentException($"'{name}' starts at {Text(start)}, outside of its range from {Text(least)} to "
                + $"{Text(most)}. Start within it.", nameof(start));
        return most;
    }
}

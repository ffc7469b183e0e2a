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
    internal object Start { get; }

    /// <summary>The values of a choice; empty for a range.</summary>
    internal IReadOnlyList<object> Values { get; private init; } = [];

    /// <summary>The smallest value of a range.</summary>
    internal double Min { get; private init; }

    /// <summary>The largest value of a range.</summary>
    internal double Max { get; private init; }

    /// <summary>Whether equal ratios of a range are equally likely, rather than equal differences.</summary>
    internal bool IsLogarithmic { get; private init; }

    /// <summary>
    /// Whether the values of a range are whole numbers, <see cref="int"/>; else they are <see cref="double"/>.
    /// </summary>
    internal bool IsInteger { get; private init; }

    /// <summary>Whether this is a range.</summary>
    internal bool IsRange => Values.Count == 0;

    /// <summary>A range of whole numbers, both ends included.</summary>
    /// <param name="name">The name of the hyperparameter.</param>
    /// <param name="min">The smallest value.</param>
    /// <param name="max">The largest value, above <paramref name="min"/>.</param>
    /// <param name="start">The value that is tried first, within the range.</param>
    /// <param name="logarithmic">
    /// Whether equal ratios are equally likely; <paramref name="min"/> is then above 0.
    /// </param>
    /// <exception cref="ArgumentException">The range is empty or inverted, or the start lies outside.</exception>
    public static SweepDimension Range(string name, int min, int max, int start, bool logarithmic = false)
        => new(name, start)
        {
            Min = min,
            Max = CheckedMax(name, min, max, start, logarithmic),
            IsLogarithmic = logarithmic,
            IsInteger = true,
        };

    /// <summary>A range of numbers.</summary>
    /// <param name="name">The name of the hyperparameter.</param>
    /// <param name="min">The smallest value.</param>
    /// <param name="max">The largest value, above <paramref name="min"/>.</param>
    /// <param name="start">The value that is tried first, within the range.</param>
    /// <param name="logarithmic">
    /// Whether equal ratios are equally likely; <paramref name="min"/> is then above 0.
    /// </param>
    /// <exception cref="ArgumentException">The range is empty or inverted, or the start lies outside.</exception>
    public static SweepDimension Range(string name, double min, double max, double start, bool logarithmic = false)
        => new(name, start)
        {
            Min = min,
            Max = CheckedMax(name, min, max, start, logarithmic),
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
        double value = IsLogarithmic ? Min * Math.Pow(Max / Min, place) : Min + place * (Max - Min);
        return IsInteger ? (object)(int)Math.Round(value) : value;
    }

    // Six digits that count, since a range may lie far below 1; trials whose values read alike are the same.
    internal static string Text(object value) => value is double number
        ? number.ToString(number == Math.Round(number) && Math.Abs(number) < 1e15 ? "F0" : "G6",
            CultureInfo.InvariantCulture)
        : Convert.ToString(value, CultureInfo.InvariantCulture)!;

    private static double CheckedMax(string name, double min, double max, double start, bool logarithmic)
    {
        if (!(min < max && double.IsFinite(min) && double.IsFinite(max)))
            throw new ArgumentException($"The range of '{name}' runs from {Text(min)} to {Text(max)}; it must end "
                + "above where it begins. Swap the two, or use a choice for a single value.", nameof(max));
        if (logarithmic && min <= 0)
            throw new ArgumentException($"The range of '{name}' is logarithmic and begins at {Text(min)}; "
                + "it must begin above 0.", nameof(min));
        if (!(start >= min && start <= max))
            throw new ArgumentException($"'{name}' starts at {Text(start)}, outside of its range from {Text(min)} to "
                + $"{Text(max)}. Start within it.", nameof(start));
        return max;
    }
}

using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using static System.FormattableString;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Checks of options and sizes, in one wording: <c>NumberOfBands is 0; it must be 1 to 4096.</c> Numbers are written
/// in the invariant culture. An option that is null is not set, and passes.
/// </summary>
internal static class Guard
{
    /// <exception cref="ArgumentOutOfRangeException">The value is below the minimum, or not a number.</exception>
    public static void AtLeast<T>(T? value, T min,
        [CallerArgumentExpression(nameof(value))] string name = "", string remedy = "")
        where T : struct, INumber<T>
    {
        if (value is { } given && !(given >= min))
            throw OutOfRange(value, Invariant($"it must be at least {min}"), name, remedy);
    }

    /// <exception cref="ArgumentOutOfRangeException">The value is outside of min to max, or not a number.</exception>
    public static void Within<T>(T? value, T min, T max,
        [CallerArgumentExpression(nameof(value))] string name = "", string remedy = "")
        where T : struct, INumber<T>
    {
        if (value is { } given && !(given >= min && given <= max))
            throw OutOfRange(value, Invariant($"it must be {min} to {max}"), name, remedy);
    }

    /// <exception cref="ArgumentOutOfRangeException">The value is not positive or not finite.</exception>
    public static void Positive(double? value,
        [CallerArgumentExpression(nameof(value))] string name = "", string remedy = "")
        => Require(value is null or (> 0 and < double.PositiveInfinity), value,
            "it must be positive and finite", name, remedy);

    /// <exception cref="ArgumentOutOfRangeException">The value is not a fraction below 1.</exception>
    public static void Fraction(double value, [CallerArgumentExpression(nameof(value))] string name = "")
        => Require(value is >= 0 and < 1, value, "it must be at least 0 and below 1", name);

    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public static void Limit(double value, [CallerArgumentExpression(nameof(value))] string name = "")
        => Require(value is >= 0 and < double.PositiveInfinity, value,
            "it must be positive and finite, or 0 for no limit", name);

    /// <exception cref="ArgumentOutOfRangeException">The value is not finite.</exception>
    public static void Finite<T>(T? value, [CallerArgumentExpression(nameof(value))] string name = "")
        where T : struct, INumber<T>
        => Require(value is not { } given || T.IsFinite(given), value, "it must be finite", name);

    /// <exception cref="ArgumentOutOfRangeException">The value is not one that the enum names.</exception>
    public static void Defined<T>(T value, [CallerArgumentExpression(nameof(value))] string name = "")
        where T : struct, Enum
    {
        if (!Enum.IsDefined(value))
        {
            // As a number: an enum would be written with the minus of the current culture.
            long number = Convert.ToInt64(value, CultureInfo.InvariantCulture);
            throw OutOfRange(number, $"it must be one of {string.Join(", ", Enum.GetNames<T>())}", name);
        }
    }

    /// <summary>Any other rule, as the end of a sentence: <c>it must be above 0 and at most 0.5</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The rule does not hold.</exception>
    public static void Require(bool holds, object? value, string rule,
        [CallerArgumentExpression(nameof(value))] string name = "", string remedy = "")
    {
        if (!holds)
            throw OutOfRange(value, rule, name, remedy);
    }

    /// <summary>The error that the checks throw.</summary>
    public static ArgumentOutOfRangeException OutOfRange(object? value, string rule,
        [CallerArgumentExpression(nameof(value))] string name = "", string remedy = "")
        => new(name, value, Invariant($"{name} is {value}; {rule}.") + (remedy.Length == 0 ? "" : $" {remedy}"));
}

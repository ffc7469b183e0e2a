using System.Globalization;

namespace Microsoft.ML.SeqConv;

/// <summary>Checks of sizes and shares, the same for options and for what a file holds.</summary>
internal static class Guard
{
    /// <exception cref="ArgumentOutOfRangeException">The value is out of its range.</exception>
    public static void Within(int value, int least, int most, string name)
    {
        if (value >= least && value <= most)
            return;
        string range = most == int.MaxValue
            ? string.Create(CultureInfo.InvariantCulture, $"at least {least}")
            : string.Create(CultureInfo.InvariantCulture, $"{least} to {most}");
        throw new ArgumentOutOfRangeException(
            name, value, string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; it must be {range}."));
    }

    /// <exception cref="ArgumentOutOfRangeException">The value is not positive or not finite.</exception>
    public static void Positive(double value, string name)
    {
        if (!(value > 0 && double.IsFinite(value)))
        {
            throw new ArgumentOutOfRangeException(
                name, value,
                string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; it must be positive and finite."));
        }
    }

    /// <exception cref="ArgumentOutOfRangeException">The value is no share.</exception>
    public static void Share(double value, string name)
    {
        if (!(value >= 0 && value < 1))
        {
            throw new ArgumentOutOfRangeException(
                name, value,
                string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; it must be at least 0 and below 1."));
        }
    }

    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public static void Limit(double value, string name)
    {
        if (!(value >= 0 && double.IsFinite(value)))
        {
            throw new ArgumentOutOfRangeException(
                name, value, string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; ")
                + "it must be positive, or 0 for no limit.");
        }
    }

    /// <exception cref="ArgumentOutOfRangeException">The value is none of its type's.</exception>
    public static void Defined<T>(T value, string name)
        where T : struct, Enum
    {
        if (!Enum.IsDefined(value))
            throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}, which is none of its values.");
    }
}

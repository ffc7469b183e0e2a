using System.Globalization;

namespace Microsoft.ML.SeqConv;

/// <summary>The time of a point in a .ts file: a number, or a date of ISO 8601.</summary>
/// <param name="Text">As it stands in the file.</param>
/// <param name="IsDate">Whether it is a date; its number is then in ticks of UTC.</param>
/// <param name="Exact">The number; <see langword="null"/> where it has more digits than 28, or an exponent.</param>
/// <param name="Rounded">The number in double precision.</param>
internal readonly record struct TsTime(string Text, bool IsDate, decimal? Exact, double Rounded)
{
    private const int MaxExactCharacters = 28;

    /// <summary>Reads a time.</summary>
    public static bool TryParse(string text, out TsTime time)
    {
        text = text.Trim(' ', '\t');
        CultureInfo culture = CultureInfo.InvariantCulture;
        time = default;
        if (double.TryParse(text, NumberStyles.Float, culture, out double number))
        {
            const NumberStyles digits = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
            bool isExact = decimal.TryParse(text, digits, culture, out decimal exact)
                && text.Length <= MaxExactCharacters;
            time = new TsTime(text, IsDate: false, isExact ? exact : null, number);
            return double.IsFinite(number);
        }

        // Year, month, day: other orders are ambiguous.
        if (text.Length < 7 || text[4] != '-'
            || !DateTimeOffset.TryParse(text, culture, DateTimeStyles.AssumeUniversal, out DateTimeOffset date))
        {
            return false;
        }

        time = new TsTime(text, IsDate: true, date.UtcTicks, date.UtcTicks);
        return true;
    }

    /// <summary>Compares times that are both numbers or both dates.</summary>
    public int CompareTo(TsTime other)
        => Exact is { } mine && other.Exact is { } its ? mine.CompareTo(its) : Rounded.CompareTo(other.Rounded);

    public override string ToString() => Text;
}

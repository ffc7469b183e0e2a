using System.Globalization;
using Microsoft.ML.SeqConv.Samples.Data;

namespace Microsoft.ML.SeqConv.Samples.Forecasting;

/// <summary>A value a month.</summary>
/// <param name="First">The first month: 12 times the year, and months from January.</param>
/// <param name="Values">In order, without gaps.</param>
internal sealed record MonthlySeries(int First, float[] Values)
{
    /// <summary>The middle of a month, in years.</summary>
    public double YearOf(int index) => (First + index + 0.5) / 12;

    /// <summary>A month as text.</summary>
    public string NameOf(int index) => $"{(First + index) / 12}-{(First + index) % 12 + 1:D2}";

    /// <summary>
    /// Reads monthly values: as SILSO writes sunspot numbers (year;month;year with fraction;number;..., -1 for
    /// missing), or as year-month,value. A first line that is no month is a header.
    /// </summary>
    /// <exception cref="FormatException">
    /// A line is no month or follows another month than the one before, is not UTF-8, or a value is missing between
    /// others.
    /// </exception>
    public static MonthlySeries Read(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"The file '{path}' does not exist.", path);
        int? first = null;
        var values = new List<float>();
        foreach ((int number, string line) in TextLines.Read(path))
        {
            if (string.IsNullOrWhiteSpace(line))
                continue;
            if (!TryParse(line, out int month, out float value))
            {
                if (number == 1)
                    continue;
                throw new FormatException($"{path}({number},1): '{line[..Math.Min(40, line.Length)]}' is neither "
                    + "year;month;fraction;number nor year-month,value.");
            }

            if (first is int before && month != before + values.Count)
            {
                throw new FormatException(
                    $"{path}({number},1): the month {month / 12}-{month % 12 + 1:D2} does not follow the one before. "
                    + "Put the rows in order, and write -1 or nothing for a missing value.");
            }

            first ??= month;
            values.Add(value);
        }

        // Missing values at either end are cut off: a smoothed number is known only months later.
        int begin = values.FindIndex(float.IsFinite);
        int end = values.FindLastIndex(float.IsFinite) + 1;
        if (begin < 0)
            throw new FormatException($"{path}: the file has no value.");
        float[] known = [.. values.Take(end).Skip(begin)];
        int gap = Array.FindIndex(known, float.IsNaN);
        return gap < 0
            ? new MonthlySeries(first!.Value + begin, known)
            : throw new FormatException($"{path}: the value of {(first!.Value + begin + gap) / 12}-"
                + $"{(first.Value + begin + gap) % 12 + 1:D2} is missing between others. Fill it in.");
    }

    /// <summary>A seasonal series: cycles of four years whose height grows and drifts, and noise.</summary>
    public static MonthlySeries Generate(int months, int seed)
    {
        var random = new Random(seed);
        double height = 60;
        var values = new float[months];
        for (int t = 0; t < months; t++)
        {
            height += random.NextDouble() - 0.5 + 0.02 * (40 + 0.06 * t - height);
            values[t] = (float)(height * Math.Pow(Math.Sin(Math.PI * t / 48), 2) + 10
                + 4 * (random.NextDouble() - 0.5));
        }

        return new MonthlySeries(12 * 1900, values);
    }

    private static bool TryParse(string line, out int month, out float value)
    {
        string[] cells = line.Split(';', ',').Select(cell => cell.Trim(' ', '"')).ToArray();
        month = 0;
        value = float.NaN;
        bool silso = line.Contains(';', StringComparison.Ordinal);
        string[] date = silso ? cells.Take(2).ToArray() : cells[0].Split('-');
        string number = silso ? cells.ElementAtOrDefault(3) ?? "" : cells.ElementAtOrDefault(1) ?? "";
        if (date.Length != 2 || !int.TryParse(date[0], NumberStyles.None, CultureInfo.InvariantCulture, out int year)
            || !int.TryParse(date[1], NumberStyles.None, CultureInfo.InvariantCulture, out int inYear)
            || inYear is < 1 or > 12)
        {
            return false;
        }

        month = 12 * year + inYear - 1;
        if (number.Length > 0 && !float.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out value))
            return false;
        if (silso && value == -1)
            value = float.NaN;
        return true;
    }
}

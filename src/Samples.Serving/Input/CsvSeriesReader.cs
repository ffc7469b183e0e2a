using System.Globalization;
using System.Text;
using Microsoft.ML.SeqConv.Samples.Serving.Http;

namespace Microsoft.ML.SeqConv.Samples.Serving.Input;

/// <summary>
/// Reads one series from text: a line for each channel, numbers separated by commas, semicolons or tabs; <c>?</c> and
/// <c>NaN</c> are missing values. There is no label and no heading.
/// </summary>
internal static class CsvSeriesReader
{
    private const NumberStyles Style =
        NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    /// <exception cref="ProblemException">The text is no series.</exception>
    public static Series Read(ReadOnlySpan<byte> body)
    {
        if (body.StartsWith("\uFEFF"u8))
            body = body[3..];
        var values = new List<float>();
        int channels = 0;
        int points = 0;
        int line = 0;
        foreach (Range range in body.Split((byte)'\n'))
        {
            line++;
            ReadOnlySpan<byte> text = body[range].Trim(" \r"u8);
            if (text.IsEmpty)
                continue;
            int before = values.Count;
            ReadLine(text, line, values);
            if (channels > 0 && values.Count - before != points)
            {
                throw new ProblemException(new Problem("channels", StatusCodes.Status422UnprocessableEntity,
                    $"The length of line {line}", $"{values.Count - before} points",
                    $"channel 0 has {points}, and the channels of a series must be equally long",
                    "Pad with ? where values are missing."));
            }

            points = values.Count - before;
            channels++;
        }

        if (channels == 0)
            throw new ProblemException(new Problem("csv", StatusCodes.Status400BadRequest, "The text", "blank",
                "it holds a line of numbers for each channel", "Write the points as 1,2,3."));
        return new Series(channels, [.. values]);
    }

    private static void ReadLine(ReadOnlySpan<byte> text, int line, List<float> values)
    {
        byte separator = text.Contains((byte)'\t') ? (byte)'\t' : text.Contains((byte)';') ? (byte)';' : (byte)',';
        int number = 0;
        foreach (Range range in text.Split(separator))
        {
            number++;
            ReadOnlySpan<byte> cell = text[range].Trim(" \t"u8);
            if (float.TryParse(cell, Style, CultureInfo.InvariantCulture, out float value) && float.IsFinite(value))
                values.Add(value);
            else if (cell is [(byte)'?'] || Ascii.EqualsIgnoreCase(cell, "nan"u8))
                values.Add(float.NaN);
            else
            {
                throw new ProblemException(
                    new Problem("csv", StatusCodes.Status400BadRequest, $"Number {number} of line {line}",
                        Problems.Show(Encoding.UTF8.GetString(cell[..Math.Min(cell.Length, 400)])),
                        "a point is a number of single precision with a decimal point, or ? where it is missing",
                        "Write a line of numbers for each channel, without labels or headings."));
            }
        }
    }
}

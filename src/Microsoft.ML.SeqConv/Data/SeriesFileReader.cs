using System.Globalization;
using System.Text;

namespace Microsoft.ML.SeqConv;

/// <summary>What the labels of a file are.</summary>
internal enum LabelKind
{
    /// <summary>There are none.</summary>
    None,

    /// <summary>Names of classes.</summary>
    Class,

    /// <summary>Numbers to predict.</summary>
    Target,
}

/// <summary>
/// Reads a file of labelled series row by row: the base of the formats. A format reads its header when it is made, and one row a call; the buffers of a
/// row are reused.
/// </summary>
internal abstract class SeriesFileReader : IDisposable
{
    private const int ShownCharacters = 40;

    private readonly LineReader _lines;
    private readonly string _path;
    private float[] _values = new float[256];

    private protected SeriesFileReader(Stream stream, string path)
    {
        _lines = new LineReader(stream, path);
        _path = path;
    }

    /// <summary>What the labels are; known after the header.</summary>
    public LabelKind LabelKind { get; private protected set; }

    /// <summary>Channels that the header declares, or 0.</summary>
    public int DeclaredChannels { get; private protected set; }

    /// <summary>Points a channel that the header declares, or 0.</summary>
    public int DeclaredLength { get; private protected set; }

    /// <summary>Whether the header says that lengths differ: then the column is ragged even where those of this file agree, as its sister file's may not.</summary>
    public bool IsDeclaredRagged { get; private protected set; }

    /// <summary>The values of the row that was read, [channel, time], row-major.</summary>
    public ReadOnlySpan<float> Values => _values.AsSpan(0, ValueCount);

    /// <summary>Channels of the row that was read.</summary>
    public int Channels { get; private protected set; }

    /// <summary>The class of the row that was read.</summary>
    public string Class { get; private protected set; } = "";

    /// <summary>The target of the row that was read.</summary>
    public float Target { get; private protected set; }

    private protected int ValueCount { get; set; }

    /// <summary>Reads the next row.</summary>
    /// <returns>False at the end of the file.</returns>
    /// <exception cref="FormatException">The row breaks a rule; the message names file, line and column.</exception>
    public bool Read()
    {
        while (_lines.TryRead(out ReadOnlySpan<byte> line))
        {
            if (IsBlankOrComment(line))
                continue;
            ValueCount = 0;
            ParseRow(line);
            return true;
        }

        return false;
    }

    /// <inheritdoc/>
    public void Dispose() => _lines.Dispose();

    /// <summary>Whether a line says nothing.</summary>
    private protected abstract bool IsBlankOrComment(ReadOnlySpan<byte> line);

    private protected abstract void ParseRow(ReadOnlySpan<byte> line);

    private protected bool ReadLine(out ReadOnlySpan<byte> line) => _lines.TryRead(out line);

    private protected void Add(float value)
    {
        if (ValueCount == _values.Length)
            Array.Resize(ref _values, 2 * _values.Length);
        _values[ValueCount++] = value;
    }

    private protected void RemoveTrailingMissing()
    {
        while (ValueCount > 0 && float.IsNaN(_values[ValueCount - 1]))
            ValueCount--;
    }

    /// <summary>Adds the numbers of a text with separators.</summary>
    /// <param name="text">At least one number; blanks around numbers are ignored.</param>
    /// <param name="separator">The separator; a blank stands for any run of blanks and tabs.</param>
    /// <param name="column">The text's first column in its line, from 1.</param>
    private protected void AddNumbers(ReadOnlySpan<byte> text, byte separator, int column)
    {
        for (int at = 0; at <= text.Length;)
        {
            int length = separator == ' ' ? text[at..].IndexOfAny((byte)' ', (byte)'\t') : text[at..].IndexOf(separator);
            if (length < 0)
                length = text.Length - at;
            if (length > 0 || separator != ' ')
                Add(ParseNumber(text.Slice(at, length), column + at));
            at += length + 1;
        }
    }

    /// <summary>Reads a number; <c>?</c> and <c>NaN</c> are missing values.</summary>
    private protected float ParseNumber(ReadOnlySpan<byte> text, int column)
    {
        ReadOnlySpan<byte> trimmed = text.Trim(" \t"u8);
        const NumberStyles style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        if (float.TryParse(trimmed, style, CultureInfo.InvariantCulture, out float value) && float.IsFinite(value))
            return value;
        if (trimmed is [(byte)'?'] || Ascii.EqualsIgnoreCase(trimmed, "nan"u8))
            return float.NaN;
        if (trimmed.IsEmpty)
            throw Error(column, "a number is missing between separators; write ? for a missing value.");
        throw Error(column, $"'{Show(trimmed)}' is no finite number of single precision; numbers have a decimal point and no group separators, and ? is a missing value.");
    }

    private protected FormatException Error(int column, string message) => new($"{_path}({_lines.LineNumber},{column}): {message}");

    /// <summary>A text from the file, shortened for a message.</summary>
    private protected static string Show(ReadOnlySpan<byte> text)
    {
        string shown = Encoding.UTF8.GetString(text[..Math.Min(text.Length, 4 * ShownCharacters)]);
        return shown.Length <= ShownCharacters ? shown : shown[..ShownCharacters] + "...";
    }
}

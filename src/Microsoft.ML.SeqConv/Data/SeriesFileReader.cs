using System.Buffers;
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
/// Reads a file of labelled series row by row: the base of the formats. A format reads its header when it is made, and
/// one row a call; the buffers of a row are reused.
/// </summary>
internal abstract class SeriesFileReader : IDisposable
{
    private const int ShownCharacters = 40;

    private static readonly SearchValues<char> Unseen = SearchValues.Create(ClassName.UnseenCharacters);

    private readonly LineReader _lines;
    private readonly string _path;
    private (byte[] Line, int Column)? _first;       // a row on the line of '@data'
    private int _firstColumn = 1;
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);
    private float[] _values = new float[256];

    private protected SeriesFileReader(Stream stream, string path, Encoding? encoding)
    {
        _lines = new LineReader(stream, path, encoding,
            $"{nameof(SeriesFileOptions)}.{nameof(SeriesFileOptions.Encoding)}");
        _path = path;
    }

    /// <summary>What the labels are; known after the header.</summary>
    public LabelKind LabelKind { get; private protected set; }

    /// <summary>Channels that the header declares, or 0.</summary>
    public int DeclaredChannels { get; private protected set; }

    /// <summary>Points a channel that the header declares, or 0.</summary>
    public int DeclaredLength { get; private protected set; }

    /// <summary>
    /// Whether the header says that lengths differ: then the column is ragged even where those of this file agree, as
    /// the other file of its set may not.
    /// </summary>
    public bool IsDeclaredRagged { get; private protected set; }

    /// <summary>The values of the row that was read, [channel, time], row-major.</summary>
    public ReadOnlySpan<float> Values => _values.AsSpan(0, ValueCount);

    /// <summary>Channels of the row that was read.</summary>
    public int Channels { get; private protected set; }

    /// <summary>
    /// The class of the row that was read, in Unicode's normal form C; empty where it is missing, which is ML.NET's
    /// missing text: MapValueToKey makes the missing key of it.
    /// </summary>
    public string Class { get; private protected set; } = "";

    /// <summary>The target of the row that was read; NaN where it is missing.</summary>
    public float Target { get; private protected set; }

    private protected int ValueCount { get; set; }

    /// <summary>Whether values may be missing; false where the header says that none is.</summary>
    private protected bool MayBeMissing { get; set; } = true;

    /// <summary>Reads the next row.</summary>
    /// <returns>False at the end of the file.</returns>
    /// <exception cref="FormatException">The row breaks a rule; the message names file, line and column.</exception>
    public bool Read()
    {
        if (_first is { } first)
        {
            _first = null;
            ReadRow(first.Line, first.Column);
            return true;
        }

        while (_lines.TryRead(out ReadOnlySpan<byte> line))
        {
            if (IsBlankOrComment(line))
                continue;
            ReadRow(line, 1);
            return true;
        }

        return false;
    }

    /// <inheritdoc/>
    public void Dispose() => _lines.Dispose();

    private void ReadRow(ReadOnlySpan<byte> line, int column)
    {
        ValueCount = 0;
        _firstColumn = column;
        ParseRow(line);
        if (DropsLastCell && EndsInSeparator)
            ValueCount--;
        if (CutsTrailingMissing)
            ValueCount -= CountTrailingMissing();
    }

    /// <summary>Takes the rest of the line '@data' for the first row, if there is any.</summary>
    /// <param name="line">The line.</param>
    /// <param name="start">Where the rest begins.</param>
    private protected void KeepRowOnDataLine(ReadOnlySpan<byte> line, int start)
    {
        ReadOnlySpan<byte> rest = line[start..];
        if (!IsBlankOrComment(rest))
            _first = (rest.ToArray(), start + 1);
    }

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

    /// <summary>Values at the end of the row that was read that are missing.</summary>
    public int CountTrailingMissing()
    {
        int present = ValueCount;
        while (present > 0 && float.IsNaN(_values[present - 1]))
            present--;
        return ValueCount - present;
    }

    /// <summary>Whether missing values at the end of a row are cut off: they are padding.</summary>
    public bool CutsTrailingMissing { get; set; }

    /// <summary>Whether the row that was read ends in a separator, with an empty last cell.</summary>
    public virtual bool EndsInSeparator => false;

    /// <summary>
    /// Whether the last cell of each row is dropped: in all rows it is empty, and its separator ends the line.
    /// </summary>
    public bool DropsLastCell { get; set; }

    /// <summary>Whether the format may pad rows with missing values.</summary>
    public virtual bool MayPad => false;

    /// <summary>Replaces the values that were read.</summary>
    private protected void SetValues(float[] values)
    {
        _values = values;
        ValueCount = values.Length;
    }

    /// <summary>
    /// Whether a label is missing: empty, <c>?</c> or <c>NaN</c> in any case. The same in all formats.
    /// </summary>
    private protected static bool IsMissing(ReadOnlySpan<byte> label)
    {
        ReadOnlySpan<byte> text = label.Trim(" \t"u8);
        return text.IsEmpty || text is [(byte)'?'] || Ascii.EqualsIgnoreCase(text, "nan"u8);
    }

    /// <summary>A text of the file. Lines are checked to be UTF-8 when they are read.</summary>
    private protected static string Text(ReadOnlySpan<byte> text) => Encoding.UTF8.GetString(text);

    /// <summary>The name of a class: the same string for names that Unicode holds for the same.</summary>
    /// <param name="label">As it stands in the line.</param>
    /// <param name="column">Where, from 1.</param>
    /// <exception cref="FormatException">It holds a character that is not seen.</exception>
    private protected string NameOf(ReadOnlySpan<byte> label, int column)
    {
        ReadOnlySpan<byte> start = label.TrimStart(" \t"u8);
        column += label.Length - start.Length;
        return NameOf(Seen(start.TrimEnd(" \t"u8), column), column);
    }

    /// <summary>The text of a label, all of whose characters are seen.</summary>
    /// <param name="label">As it stands in the line.</param>
    /// <param name="column">Where, from 1.</param>
    /// <exception cref="FormatException">It holds a control character or a byte order mark.</exception>
    private protected string Seen(ReadOnlySpan<byte> label, int column)
    {
        string name = Text(label);
        int bad = name.AsSpan().IndexOfAny(Unseen);
        return bad < 0 ? name : throw Error(
            column + Encoding.UTF8.GetByteCount(name.AsSpan(0, bad)),
            FormattableString.Invariant($"the label holds the character U+{(int)name[bad]:X4}, ")
            + "a control character or a byte order mark within the text. Remove it.");
    }

    /// <summary>The name of a class: the same string for names that Unicode holds for the same.</summary>
    private protected string NameOf(string name, int column)
    {
        if (_names.TryGetValue(name, out string? known))
            return known;
        if (!ClassName.TryNormalize(name, out string normal, out string problem))
            throw Error(column, problem);
        return _names[name] = _names.TryGetValue(normal, out known) ? known : _names[normal] = normal;
    }

    /// <summary>Adds the numbers of a text with separators.</summary>
    /// <param name="text">At least one number; blanks around numbers are ignored.</param>
    /// <param name="separator">The separator; a blank stands for any run of blanks and tabs.</param>
    /// <param name="column">The text's first column in its line, from 1.</param>
    private protected void AddNumbers(ReadOnlySpan<byte> text, byte separator, int column)
    {
        for (int at = 0; at <= text.Length;)
        {
            int length = separator == ' '
                ? text[at..].IndexOfAny((byte)' ', (byte)'\t')
                : text[at..].IndexOf(separator);
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
        const NumberStyles style =
            NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        if (float.TryParse(trimmed, style, CultureInfo.InvariantCulture, out float value) && float.IsFinite(value))
            return value;
        if (trimmed is [(byte)'?'] || Ascii.EqualsIgnoreCase(trimmed, "nan"u8))
        {
            return MayBeMissing ? float.NaN : throw Error(column,
                $"the value is missing ('{Show(trimmed)}'); the header says '@missing false'. "
                + "Correct the row, or write '@missing true'.");
        }

        if (trimmed.IsEmpty)
            throw Error(column, "a number is missing between separators; write ? for a missing value.");
        throw Error(column, $"'{Show(trimmed)}' is no finite number of single precision; "
            + "numbers have a decimal point and no group separators, and ? is a missing value.");
    }

    /// <param name="column">In the row, from 1.</param>
    /// <param name="message">What is wrong, and the remedy.</param>
    private protected FormatException Error(int column, string message)
        => new($"{_path}({_lines.LineNumber},{_firstColumn + column - 1}): {message}");

    /// <summary>A text from the file, shortened for a message.</summary>
    private protected static string Show(ReadOnlySpan<byte> text)
    {
        string shown = Encoding.UTF8.GetString(text[..Math.Min(text.Length, 4 * ShownCharacters)]);
        return shown.Length <= ShownCharacters ? shown : shown[..ShownCharacters] + "...";
    }
}

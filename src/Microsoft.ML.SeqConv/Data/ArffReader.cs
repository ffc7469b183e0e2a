using System.Text;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Reads .arff files as the time series archives write them: numeric attributes and the label last; or one relational attribute, whose quoted value holds a channel after
/// the other, separated by <c>\n</c>, and the label. A nominal label is a class, a numeric one a target.
/// </summary>
internal sealed class ArffReader : SeriesFileReader
{
    private readonly Dictionary<string, string> _classes = [];
    private readonly bool _isRelational;
    private readonly int _numbers;

    /// <exception cref="FormatException">The header is malformed.</exception>
    public ArffReader(Stream stream, string path, Encoding? encoding = null)
        : base(stream, path, encoding)
    {
        int attributes = 0;
        bool inRelation = false;
        while (true)
        {
            if (!ReadLine(out ReadOnlySpan<byte> line))
                throw new FormatException($"{path}: the file ends without a line '@data'. It is empty, cut short or no .arff file.");
            if (IsBlankOrComment(line))
                continue;
            string text = Encoding.UTF8.GetString(line).Trim();
            if (text.StartsWith("@data", StringComparison.OrdinalIgnoreCase))
                break;
            if (text.StartsWith("@end", StringComparison.OrdinalIgnoreCase))
                inRelation = false;
            else if (text.StartsWith("@attribute", StringComparison.OrdinalIgnoreCase) && !inRelation)
            {
                attributes++;
                inRelation = ReadAttribute(text);
                _isRelational |= inRelation;
            }
            else if (!text.StartsWith('@'))
                throw Error(1, $"'{Show(line)}' stands before '@data'; header lines begin with '@' and comments with '%'.");
        }

        if (attributes < 2 || (_isRelational && attributes != 2))
            throw new FormatException($"{path}: the header has {attributes} attributes; it needs numeric ones, or one relational, and then the label.");
        if (LabelKind == LabelKind.None)
            throw new FormatException($"{path}: the last attribute is neither nominal nor numeric; it must be the label.");
        _numbers = attributes - 1;
        if (!_isRelational)
            (DeclaredChannels, DeclaredLength) = (1, _numbers);
    }

    private protected override bool IsBlankOrComment(ReadOnlySpan<byte> line)
    {
        ReadOnlySpan<byte> text = line.Trim(" \t"u8);
        return text.IsEmpty || text[0] == '%';
    }

    private protected override void ParseRow(ReadOnlySpan<byte> line)
    {
        if (line[0] == '{')
            throw Error(1, "the row is sparse ({index value, ...}); series are dense. Write the values of every point.");
        int label = LabelStart(line);
        if (_isRelational)
            ParseRelation(line[..label]);
        else
            ParsePoints(line[..label]);
        ReadLabel(line[label..], label + 1);
    }

    // True where a relational attribute begins, whose own attributes follow up to '@end'. The kind of the last attribute is that of the label.
    private bool ReadAttribute(string text)
    {
        if (text.EndsWith("relational", StringComparison.OrdinalIgnoreCase))
            return true;
        _classes.Clear();
        int brace = text.IndexOf('{', StringComparison.Ordinal);
        if (brace >= 0)
        {
            LabelKind = LabelKind.Class;
            foreach (string name in text[(brace + 1)..].TrimEnd('}', ' ', '\t').Split(',').Select(Unquote))
                _classes[name] = name;
        }
        else
        {
            string type = text.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[^1].ToLowerInvariant();
            LabelKind = type is "numeric" or "real" or "integer" ? LabelKind.Target : LabelKind.None;
        }

        return false;
    }

    // The label stands behind the last comma that is in no quotes.
    private int LabelStart(ReadOnlySpan<byte> line)
    {
        int start = -1;
        byte quote = 0;
        for (int i = 0; i < line.Length; i++)
        {
            if (quote != 0)
                quote = line[i] == quote ? (byte)0 : quote;
            else if (line[i] is (byte)'\'' or (byte)'"')
                quote = line[i];
            else if (line[i] == ',')
                start = i + 1;
        }

        if (quote != 0)
            throw Error(line.Length, "a quoted value is not closed. Was the file cut short?");
        return start > 0 ? start : throw Error(1, "the row has no ','; a row holds its values and then its label.");
    }

    private void ParsePoints(ReadOnlySpan<byte> text)
    {
        Channels = 1;
        AddNumbers(text[..^1], (byte)',', 1);
        if (ValueCount != _numbers)
            throw Error(1, $"the row has {ValueCount} values; the header has {_numbers} attributes before the label.");
    }

    private void ParseRelation(ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> value = text[..^1].Trim(" \t"u8);
        if (value.Length < 2 || value[0] is not ((byte)'\'' or (byte)'"') || value[^1] != value[0])
            throw Error(1, "the relational value is not quoted.");
        value = value[1..^1];
        int column = 2;
        int points = 0;
        Channels = 0;
        while (true)
        {
            int length = value.IndexOf("\\n"u8);
            int before = ValueCount;
            AddNumbers(length < 0 ? value : value[..length], (byte)',', column);
            if (Channels > 0 && ValueCount - before != points)
                throw Error(column, $"channel {Channels} has {ValueCount - before} points, channel 0 has {points}; the channels of a series must be equally long.");
            points = ValueCount - before;
            Channels++;
            if (length < 0)
                return;
            value = value[(length + 2)..];
            column += length + 2;
        }
    }

    private void ReadLabel(ReadOnlySpan<byte> text, int column)
    {
        ReadOnlySpan<byte> label = text.Trim(" \t"u8);
        if (LabelKind == LabelKind.Target)
        {
            Target = ParseNumber(label, column);
            return;
        }

        string name = Unquote(Encoding.UTF8.GetString(label));
        Class = _classes.TryGetValue(name, out string? known)
            ? known
            : throw Error(column, $"the class '{Show(label)}' is not among those that the header lists: {string.Join(", ", _classes.Keys.Take(20))}.");
    }

    private static string Unquote(string text)
    {
        string trimmed = text.Trim();
        return trimmed is ['\'', .., '\''] or ['"', .., '"'] ? trimmed[1..^1] : trimmed;
    }
}

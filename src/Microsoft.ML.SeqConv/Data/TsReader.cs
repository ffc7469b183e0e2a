using System.Text;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Reads .ts files of sktime and aeon: a header of <c>@name value</c> lines up to <c>@data</c>, then one series a line, channels separated by colons, points by commas,
/// the label last. Where the header is silent, the rows tell; where it contradicts them, it is an error.
/// </summary>
internal sealed class TsReader : SeriesFileReader
{
    private readonly string _path;
    private readonly Dictionary<string, string> _classes = [];
    private bool _isEqualLength;
    private bool _hasTimeStamps;
    private bool _listsClasses;
    private int _lengthSeen;

    /// <exception cref="FormatException">The header is malformed.</exception>
    public TsReader(Stream stream, string path)
        : base(stream, path)
    {
        _path = path;
        LabelKind = LabelKind.Class;
        while (true)
        {
            if (!ReadLine(out ReadOnlySpan<byte> line))
                throw new FormatException($"{_path}: the file ends without a line '@data'. It is empty, cut short or no .ts file.");
            if (IsBlankOrComment(line))
                continue;
            string[] words = Encoding.UTF8.GetString(line).Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (words[0].Equals("@data", StringComparison.OrdinalIgnoreCase))
                break;
            if (words[0][0] != '@')
                throw Error(1, $"'{Show(line)}' stands before '@data'; header lines begin with '@' and comments with '#'.");
            ReadHeaderLine(words);
        }
    }

    private protected override bool IsBlankOrComment(ReadOnlySpan<byte> line)
    {
        ReadOnlySpan<byte> text = line.Trim(" \t"u8);
        return text.IsEmpty || text[0] is (byte)'#' or (byte)'%';
    }

    private protected override void ParseRow(ReadOnlySpan<byte> line)
    {
        int parts = CountParts(line);
        Channels = LabelKind == LabelKind.None ? parts : parts - 1;
        if (Channels < 1)
            throw Error(1, "the row has no ':'; a row ends with ':' and its label. Was the file cut short?");
        if (DeclaredChannels > 0 && Channels != DeclaredChannels)
            throw Error(1, $"the row has {Channels} channels; the header says {DeclaredChannels}.");

        int start = 0;
        int points = 0;
        for (int channel = 0; channel < Channels; channel++)
        {
            int length = NextPart(line[start..]);
            int before = ValueCount;
            if (_hasTimeStamps)
                AddTimedNumbers(line.Slice(start, length), start + 1);
            else
                AddNumbers(line.Slice(start, length), (byte)',', start + 1);
            if (channel > 0 && ValueCount - before != points)
                throw Error(start + 1, $"channel {channel} has {ValueCount - before} points, channel 0 has {points}; the channels of a series must be equally long. Pad with ? where values are missing.");
            points = ValueCount - before;
            start += length + 1;
        }

        CheckLength(points);
        if (LabelKind != LabelKind.None)
            ReadLabel(line[start..], start + 1);
    }

    private void ReadHeaderLine(string[] words)
    {
        string value = words.Length > 1 ? words[1] : "";
        switch (words[0].ToLowerInvariant())
        {
            case "@timestamps":
                _hasTimeStamps = ParseFlag(words[0], value);
                break;
            case "@univariate":
                if (ParseFlag(words[0], value))
                    DeclaredChannels = 1;
                break;
            case "@equallength":
                _isEqualLength = ParseFlag(words[0], value);
                IsDeclaredRagged = !_isEqualLength;
                break;
            case "@dimension":
            case "@dimensions":
                DeclaredChannels = ParseCount(words[0], value);
                break;
            case "@serieslength":
                DeclaredLength = ParseCount(words[0], value);
                break;
            case "@classlabel":
                LabelKind = ParseFlag(words[0], value) ? LabelKind.Class : LabelKind == LabelKind.Target ? LabelKind.Target : LabelKind.None;
                foreach (string name in words.Skip(2))
                    _classes[name] = name;
                _listsClasses = words.Length > 2;
                break;
            case "@targetlabel":
                if (ParseFlag(words[0], value))
                    LabelKind = LabelKind.Target;
                break;
        }
    }

    private bool ParseFlag(string name, string value) => value.ToLowerInvariant() switch
    {
        "true" => true,
        "false" => false,
        _ => throw Error(1, $"{name} is '{value}'; it must be true or false."),
    };

    private int ParseCount(string name, string value) => int.TryParse(value, out int count) && count > 0
        ? count
        : throw Error(1, $"{name} is '{value}'; it must be a number of at least 1.");

    private void CheckLength(int points)
    {
        if (DeclaredLength > 0 && points != DeclaredLength)
            throw Error(1, $"the series has {points} points a channel; the header's @seriesLength says {DeclaredLength}. Mend the row, or remove @seriesLength.");
        if (_isEqualLength && _lengthSeen > 0 && points != _lengthSeen)
            throw Error(1, $"the series has {points} points a channel, those before have {_lengthSeen}; the header says '@equalLength true'. Mend the row, or set @equalLength to false.");
        _lengthSeen = points;
    }

    private void ReadLabel(ReadOnlySpan<byte> text, int column)
    {
        ReadOnlySpan<byte> label = text.Trim(" \t"u8);
        if (label.IsEmpty)
            throw Error(column, "the label is empty.");
        if (LabelKind == LabelKind.Target)
        {
            Target = ParseNumber(label, column);
            return;
        }

        string name = Encoding.UTF8.GetString(label);
        if (_listsClasses && !_classes.ContainsKey(name))
            throw Error(column, $"the class '{Show(label)}' is not among those that @classLabel lists: {string.Join(", ", _classes.Keys.Take(20))}.");
        Class = _classes.TryGetValue(name, out string? known) ? known : _classes[name] = name;
    }

    // With time stamps, points are pairs in parentheses, which may hold colons and commas.
    private int NextPart(ReadOnlySpan<byte> text)
    {
        if (!_hasTimeStamps)
        {
            int colon = text.IndexOf((byte)':');
            return colon < 0 ? text.Length : colon;
        }

        bool inside = false;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '(')
                inside = true;
            else if (text[i] == ')')
                inside = false;
            else if (text[i] == ':' && !inside)
                return i;
        }

        return text.Length;
    }

    private int CountParts(ReadOnlySpan<byte> line)
    {
        int parts = 1;
        for (int at = NextPart(line); at < line.Length; at += 1 + NextPart(line[(at + 1)..]))
            parts++;
        return parts;
    }

    // (time,value),(time,value): the times are not used; points are taken as evenly spaced.
    private void AddTimedNumbers(ReadOnlySpan<byte> text, int column)
    {
        for (int at = 0; at < text.Length;)
        {
            int open = text[at..].IndexOf((byte)'(');
            int close = text[at..].IndexOf((byte)')');
            int comma = close > 0 ? text.Slice(at, close).LastIndexOf((byte)',') : -1;
            if (open < 0 || close < open || comma < open)
                throw Error(column + at, $"'{Show(text[at..])}' is no list of '(time,value)', which '@timeStamps true' asks for.");
            Add(ParseNumber(text.Slice(at + comma + 1, close - comma - 1), column + at + comma + 1));
            at += close + 1;
            if (at < text.Length && text[at] == ',')
                at++;
        }

        if (text.IsEmpty)
            throw Error(column, "the channel has no points.");
    }
}

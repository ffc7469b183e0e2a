using System.Globalization;
using System.Text;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Reads .ts files of sktime and aeon: a header of <c>@name value</c> lines up to <c>@data</c>, then one series a line,
/// channels separated by colons, points by commas, the label last. The header says whether there is a label; on lengths
/// and channels it may be silent. What it says and the rows contradict is an error, as is what is not understood.
/// </summary>
internal sealed class TsReader : SeriesFileReader
{
    // A line cannot hold more: each value takes two characters.
    private const long MaxValues = LineReader.MaximumLineBytes / 2;

    private readonly UnequalChannels _unequalChannels;
    private readonly HashSet<string> _tags = [];
    private readonly HashSet<string> _classes = new(StringComparer.Ordinal);
    private readonly List<int> _lengths = [];       // of the channels of a row
    private bool? _hasClass;
    private bool? _hasTarget;
    private bool? _isUnivariate;
    private bool _isEqualLength;
    private bool _hasTimeStamps;
    private int _lengthSeen;

    /// <exception cref="FormatException">The header is malformed.</exception>
    public TsReader(Stream stream, string path, Encoding? encoding = null,
        UnequalChannels unequalChannels = UnequalChannels.Error)
        : base(stream, path, encoding)
    {
        _unequalChannels = unequalChannels;
        while (true)
        {
            if (!ReadLine(out ReadOnlySpan<byte> line))
                throw new FormatException($"{path}: the file ends without a line '@data'. "
                    + "It is empty, cut short or no .ts file.");
            if (IsBlankOrComment(line))
                continue;
            if (!TryReadTag(line))
                break;
        }

        CheckHeader();
    }

    private protected override bool IsBlankOrComment(ReadOnlySpan<byte> line)
    {
        ReadOnlySpan<byte> text = line.Trim(" \t"u8);
        return text.IsEmpty || text[0] is (byte)'#' or (byte)'%';
    }

    private protected override void ParseRow(ReadOnlySpan<byte> line)
    {
        if (!_hasTimeStamps && line.TrimStart(" \t"u8) is [(byte)'(', ..])
            throw Error(1, "the row begins with '(' as time stamps do; the header does not say '@timeStamps true'. "
                + "Correct the header or the row.");
        int parts = CountParts(line);
        Channels = LabelKind == LabelKind.None ? parts : parts - 1;
        if (Channels < 1)
            throw Error(1, "the row has no ':'; a row ends with ':' and its label. Was the file cut short?");
        CheckChannels();

        int start = 0;
        _lengths.Clear();
        for (int channel = 0; channel < Channels; channel++)
        {
            int length = NextPart(line[start..]);
            int before = ValueCount;
            if (_hasTimeStamps)
                AddTimedNumbers(line.Slice(start, length), start + 1);
            else
                AddNumbers(line.Slice(start, length), (byte)',', start + 1);
            _lengths.Add(ValueCount - before);
            if (channel > 0 && _lengths[channel] != _lengths[0] && _unequalChannels == UnequalChannels.Error)
            {
                throw Error(start + 1, $"channel {channel} has {_lengths[channel]} points, "
                    + $"channel 0 has {_lengths[0]}; the channels of a series must be equally long. "
                    + "Pad with ? where values are missing, or set SeriesFileOptions.UnequalChannels to Interpolate.");
            }

            start += length + 1;
        }

        int points = _lengths.Max();
        if (_lengths.Any(length => length != points))
            SetValues(Interpolated(points));
        CheckLength(points);
        if (LabelKind != LabelKind.None)
            ReadLabel(line[start..], start + 1);
    }

    // Channels at other rates span the same time: their first and last points are those of the longest.
    private float[] Interpolated(int points)
    {
        if ((long)Channels * points > MaxValues)
        {
            throw Error(1, $"{Channels} channels interpolated to {points} points make "
                + $"{(long)Channels * points} values; a row has at most {MaxValues}. Correct the row, or split it.");
        }

        ReadOnlySpan<float> values = Values;
        var longest = new float[Channels * points];
        for (int channel = 0, start = 0; channel < Channels; start += _lengths[channel++])
        {
            ReadOnlySpan<float> given = values.Slice(start, _lengths[channel]);
            for (int t = 0; t < points; t++)
            {
                double place = points == 1 ? 0 : (double)t * (given.Length - 1) / (points - 1);
                int left = (int)place;
                double fraction = place - left;
                longest[channel * points + t] = fraction == 0
                    ? given[left]
                    : (float)(given[left] + ((double)given[left + 1] - given[left]) * fraction);
            }
        }

        return longest;
    }

    /// <returns>False for the line '@data'.</returns>
    private bool TryReadTag(ReadOnlySpan<byte> line)
    {
        string text = Text(line);
        string[] words = text.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        int column = text.Length - text.TrimStart(' ', '\t').Length + 1;
        if (words[0][0] != '@')
            throw Error(column, $"'{Show(line)}' stands before '@data'; header lines begin with "
                + "'@' and comments with '#'.");
        if (TsTags.Of(words[0]) is not string tag)
        {
            string nearest = TsTags.Nearest(words[0]) is string near ? $"; did you mean {near}?" : ".";
            throw Error(column, $"the tag '{words[0]}' is unknown{nearest} Tags are {string.Join(", ", TsTags.All)}.");
        }

        if (tag == "@data")
        {
            KeepRowOnDataLine(line, column - 1 + words[0].Length);
            return false;
        }

        if (!_tags.Add(tag) && tag != "@problemName")
            throw Error(column, $"{tag} stands twice in the header. Remove one of the two lines.");
        ReadTag(tag, words, column);
        return true;
    }

    private void ReadTag(string tag, string[] words, int column)
    {
        string value = words.Length > 1 ? words[1] : "";
        switch (tag)
        {
            case "@problemName":
                return;
            case "@classLabel":
                _hasClass = ParseFlag(tag, value, column);
                ReadClasses(words[Math.Min(2, words.Length)..], column);
                return;
            case "@timeStamps":
                _hasTimeStamps = ParseFlag(tag, value, column);
                break;
            case "@univariate":
                _isUnivariate = ParseFlag(tag, value, column);
                break;
            case "@equalLength":
                _isEqualLength = ParseFlag(tag, value, column);
                IsDeclaredRagged = !_isEqualLength;
                break;
            case "@missing":
                MayBeMissing = ParseFlag(tag, value, column);
                break;
            case "@targetLabel":
                _hasTarget = ParseFlag(tag, value, column);
                break;
            case "@dimensions":
                DeclaredChannels = ParseCount(tag, value, least: 1, column);
                break;
            case "@seriesLength":
                DeclaredLength = ParseCount(tag, value, least: 0, column);       // 0: not known
                break;
        }

        if (words.Length > 2)
            throw Error(column, $"'{words[2]}' stands behind the value of {tag}, which has one. "
                + "Remove it, or begin a line for it.");
        if ((long)DeclaredChannels * DeclaredLength > MaxValues)
        {
            throw Error(column, $"@dimensions {DeclaredChannels} and @seriesLength {DeclaredLength} make "
                + $"{(long)DeclaredChannels * DeclaredLength} values a row; "
                + $"at most {MaxValues} fit a line of {LineReader.MaximumLineBytes >> 20} MiB. Correct the header.");
        }
    }

    private void ReadClasses(string[] names, int column)
    {
        if (_hasClass == false && names.Length > 0)
            throw Error(column, $"@classLabel is false and lists '{names[0]}'. "
                + "Write '@classLabel true', or remove the list.");
        foreach (string name in names)
        {
            if (IsMissing(Encoding.UTF8.GetBytes(name)))
                throw Error(column, $"@classLabel lists '{name}', which in a row is a missing "
                    + "label. Rename the class.");
            _classes.Add(NameOf(Encoding.UTF8.GetBytes(name), column));
        }
    }

    private void CheckHeader()
    {
        if (_hasClass is null && _hasTarget is null)
        {
            throw Error(1, "the header does not say whether rows end with a label. Add '@classLabel true' for classes, "
                + "'@targetLabel true' for numbers to predict, or '@classLabel false' for series without labels.");
        }

        if (_hasClass == true && _hasTarget == true)
            throw Error(1, "the header has '@classLabel true' and '@targetLabel true'; a row has one label. "
                + "Set one of them to false.");
        LabelKind = _hasClass == true ? LabelKind.Class : _hasTarget == true ? LabelKind.Target : LabelKind.None;
        if (_isUnivariate == true && DeclaredChannels > 1)
            throw Error(1, "the header has '@univariate true' and '@dimensions "
                + $"{DeclaredChannels}'. Correct one of them.");
        if (_isUnivariate == false && DeclaredChannels == 1)
            throw Error(1, "the header has '@univariate false' and '@dimensions 1'. Correct one of them.");
        if (_isUnivariate == true)
            DeclaredChannels = 1;
    }

    private void CheckChannels()
    {
        const string remedy = "Correct the row, or the header: its tags on channels and on the label.";
        if (DeclaredChannels > 0 && Channels != DeclaredChannels)
            throw Error(1, $"the row has {Channels} channels; the header says {DeclaredChannels}. {remedy}");
        if (_isUnivariate == false && DeclaredChannels == 0 && Channels == 1)
            throw Error(1, $"the row has 1 channel; the header says '@univariate false'. {remedy}");
    }

    private bool ParseFlag(string tag, string value, int column) => value.ToLowerInvariant() switch
    {
        "true" => true,
        "false" => false,
        _ => throw Error(column, $"{tag} is '{value}'; it must be true or false."),
    };

    private int ParseCount(string tag, string value, int least, int column)
        => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count >= least
            ? count
            : throw Error(column, $"{tag} is '{value}'; it must be a number of at least {least}.");

    private void CheckLength(int points)
    {
        if (DeclaredLength > 0 && points != DeclaredLength)
            throw Error(1, $"the series has {points} points a channel; "
                + $"the header's @seriesLength says {DeclaredLength}. Correct the row, or remove @seriesLength.");
        if (_isEqualLength && _lengthSeen > 0 && points != _lengthSeen)
            throw Error(1, $"the series has {points} points a channel, those before have {_lengthSeen}; "
                + "the header says '@equalLength true'. Correct the row, or set @equalLength to false.");
        _lengthSeen = points;
    }

    private void ReadLabel(ReadOnlySpan<byte> text, int column)
    {
        bool isMissing = IsMissing(text);
        if (LabelKind == LabelKind.Target)
        {
            Target = isMissing ? float.NaN : ParseNumber(text.Trim(" \t"u8), column);
            return;
        }

        Class = isMissing ? "" : NameOf(text, column);
        if (isMissing || _classes.Contains(Class))
            return;
        if (_classes.Count > 0)
            throw Error(column, $"the class '{Show(text.Trim(" \t"u8))}' is not among those that @classLabel lists: "
                + $"{string.Join(", ", _classes.Take(20))}.");
        if (IsListOfPoints(text))
        {
            string what = text.Contains((byte)'(') ? "points with time stamps" : "numbers";
            throw Error(column, $"the label '{Show(text.Trim(" \t"u8))}' is a list of {what}, as a channel is. "
                + "Write '@classLabel false' for series without labels, or end the row with ':' and its class.");
        }
    }

    // Numbers in a list, or, with time stamps, pairs in parentheses: the last channel of a row that has no label.
    private bool IsListOfPoints(ReadOnlySpan<byte> text)
    {
        string label = Text(text).Trim(' ', '\t');
        if (_hasTimeStamps && label is ['(', .., ')'])
            return true;
        string[] parts = label.Split([',', ';', ' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        return parts.Length > 1 && Array.TrueForAll(parts, part => part is "?"
            || double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out _));
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

    // (time,value),(time,value) with blanks anywhere between: the times must increase; points are taken as evenly
    // spaced.
    private void AddTimedNumbers(ReadOnlySpan<byte> text, int column)
    {
        TsTime? before = null;
        int at = SkipBlanks(text, 0);
        if (at == text.Length)
            throw Error(column, "the channel has no points.");
        while (true)
        {
            int close = at < text.Length && text[at] == '(' ? text[at..].IndexOf((byte)')') : -1;
            ReadOnlySpan<byte> pair = close > 0 ? text.Slice(at + 1, close - 1) : default;
            int comma = pair.LastIndexOf((byte)',');
            if (comma < 0 || pair.Contains((byte)'('))
                throw Error(column + at,
                    $"'{Show(text[at..])}' is no list of '(time,value)', which '@timeStamps true' asks for.");
            before = TimeAfter(before, pair[..comma], column + at + 1);
            Add(ParseNumber(pair[(comma + 1)..], column + at + comma + 2));
            at = SkipBlanks(text, at + close + 1);
            if (at == text.Length)
                return;
            if (text[at] != ',')
                throw Error(column + at, $"'{Show(text[at..])}' stands behind a pair '(time,value)'; "
                    + "pairs are separated by commas. Remove it.");
            at = SkipBlanks(text, at + 1);
        }
    }

    private TsTime TimeAfter(TsTime? before, ReadOnlySpan<byte> text, int column)
    {
        if (!TsTime.TryParse(Text(text), out TsTime time))
        {
            throw Error(column, $"the time '{Show(text.Trim(" \t"u8))}' is neither a number nor a date such as "
                + "2026-01-31 or 2026-01-31 12:30:00.5. Correct it.");
        }

        if (before is not { } earlier)
            return time;
        if (time.IsDate != earlier.IsDate)
        {
            throw Error(column, $"the time '{time}' follows '{earlier}'; "
                + "the times of a channel are all numbers or all dates.");
        }

        int order = time.CompareTo(earlier);
        if (order == 0)
            throw Error(column, $"the time '{time}' stands twice in a channel. Remove one of the points.");
        if (order < 0)
        {
            throw Error(column, $"the time '{time}' follows '{earlier}'; times must increase. "
                + "Sort the points of each channel by time.");
        }

        return time;
    }

    private static int SkipBlanks(ReadOnlySpan<byte> text, int at)
    {
        while (at < text.Length && (text[at] is (byte)' ' or (byte)'\t'))
            at++;
        return at;
    }
}

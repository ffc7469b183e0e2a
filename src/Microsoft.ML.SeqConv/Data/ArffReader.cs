using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Reads .arff files as the time series archives write them: numeric attributes and the label last; or one relational
/// attribute, whose quoted value holds a channel after the other, separated by <c>\n</c>, and the label. A nominal
/// label is a class, a text label a class by the rows, a numeric one a target. Weights of attributes, which Weka writes
/// in braces behind the type, are read and not used.
/// </summary>
internal sealed partial class ArffReader : SeriesFileReader
{
    private static readonly string[] HeaderWords = ["@relation", "@attribute", "@end", "@data"];

    private readonly HashSet<string> _classes = new(StringComparer.Ordinal);
    private readonly bool _isRelational;
    private readonly int _numbers;              // attributes before the label
    private readonly int _pointsOfRelation;     // attributes within the relational one

    /// <exception cref="FormatException">The header is malformed.</exception>
    public ArffReader(Stream stream, string path, Encoding? encoding = null)
        : base(stream, path, encoding)
    {
        int attributes = 0;
        string? relation = null;         // the relational attribute whose attributes are read
        Func<FormatException>? wrong = null;        // of the attribute before, which is wrong unless it is the label
        AttributeKind kind = AttributeKind.Numeric;
        while (true)
        {
            if (!ReadLine(out ReadOnlySpan<byte> line))
                throw new FormatException($"{path}: the file ends without a line '@data'. "
                    + "It is empty, cut short or no .arff file.");
            if (IsBlankOrComment(line))
                continue;
            var tokens = new ArffTokenizer(line);
            tokens.Next();
            string word = Text(tokens.Text).ToLowerInvariant();
            if (word == "@data")
            {
                if (relation is not null)
                    throw Error(tokens.Column, EndIsMissing(relation));
                KeepRowOnDataLine(line, tokens.Position);
                break;
            }

            if (word == "@end")
            {
                relation = null;
            }
            else if (word == "@attribute" && relation is not null)
            {
                _pointsOfRelation++;
                ReadAttribute(ref tokens, relation, out _, out FormatException? inner);
                if (inner is not null)
                    throw inner;
            }
            else if (word == "@attribute")
            {
                if (wrong is not null)
                    throw wrong();
                attributes++;
                kind = ReadAttribute(ref tokens, relation: null, out string name, out FormatException? error);
                wrong = error is null ? null : () => error;
                relation = kind == AttributeKind.Relational ? name : null;
                _isRelational |= relation is not null;
            }
            else if (word != "@relation")
            {
                throw UnknownWord(line, tokens.Column, word);
            }
        }

        if (attributes < 2 || (_isRelational && attributes != 2))
            throw new FormatException($"{path}: the header has {attributes} attributes; it needs numeric ones, "
                + "or one relational, and then the label.");
        if (kind is AttributeKind.Date or AttributeKind.Relational)
            throw new FormatException($"{path}: the last attribute is a {kind.ToString().ToLowerInvariant()}; "
                + "it must be the label: nominal, string or numeric.");
        LabelKind = kind == AttributeKind.Numeric ? LabelKind.Target : LabelKind.Class;
        _numbers = attributes - 1;
        if (!_isRelational)
            (DeclaredChannels, DeclaredLength) = (1, _numbers);
    }

    private enum AttributeKind
    {
        Numeric,
        Nominal,
        String,
        Date,
        Relational,
    }

    private protected override bool IsBlankOrComment(ReadOnlySpan<byte> line)
    {
        ReadOnlySpan<byte> text = line.Trim(" \t"u8);
        return text.IsEmpty || text[0] == '%';
    }

    private protected override void ParseRow(ReadOnlySpan<byte> line)
    {
        CheckFields(line);
        var tokens = new ArffTokenizer(line);
        Channels = 1;
        for (int i = 0; i < _numbers; i++)
        {
            ReadOnlySpan<byte> text = ReadField(line, ref tokens, out int column, out bool isQuoted);
            if (!_isRelational)
                Add(ParseNumber(text, column));
            else if (isQuoted)
                ParseRelation(text, column + 1);
            else
                throw Error(column, "the relational value is not quoted.");
        }

        ReadOnlySpan<byte> label = ReadField(line, ref tokens, out int start, out bool quoted);
        ReadLabel(label, start, quoted);
    }

    private static string EndIsMissing(string relation)
        => $"the line '@end {relation}' is missing before it: the relational attribute '{relation}' is not closed. "
            + "Add the line.";

    // The kind of an attribute; an error where values of the kind cannot be points.
    private AttributeKind ReadAttribute(
        ref ArffTokenizer tokens, string? relation, out string name, out FormatException? error)
    {
        error = null;
        ArffToken token = tokens.Next();
        if (token is not (ArffToken.Word or ArffToken.Quoted))
            throw Error(tokens.Column, "@attribute has no name; write @attribute NAME TYPE.");
        name = NameOf(token, in tokens);
        token = tokens.Next();
        int column = tokens.Column;
        if (token == ArffToken.Open)
        {
            ReadClasses(ref tokens);
            CheckEnd(tokens.Rest, tokens.Position, "the list of classes", mayHaveRange: false);
            error = NoNumber(name, "nominal");
            return AttributeKind.Nominal;
        }

        ReadOnlySpan<byte> word = tokens.Text;
        string type = Text(word).ToLowerInvariant();
        string known = type.Split('[', '(')[0];
        int more = word.Length - known.Length;
        switch (token == ArffToken.Word && Ascii.IsValid(type) ? known : "")
        {
            case "numeric" or "real" or "integer":
                int end = tokens.Position - more;
                CheckEnd(tokens.From(end), end, $"the type '{known}'", mayHaveRange: true);
                return AttributeKind.Numeric;
            case "relational" when more == 0:
                CheckEnd(tokens.Rest, tokens.Position, $"the type '{type}'", mayHaveRange: false);
                return AttributeKind.Relational;
            case "string" when more == 0:
                CheckEnd(tokens.Rest, tokens.Position, $"the type '{type}'", mayHaveRange: false);
                _classes.Clear();
                error = NoNumber(name, "a string");
                return AttributeKind.String;
            case "date" when more == 0:
                ArffTokenizer ahead = tokens;
                if (ahead.Next() is ArffToken.Quoted or ArffToken.Word)     // its format
                    tokens = ahead;
                CheckEnd(tokens.Rest, tokens.Position, $"the type '{type}'", mayHaveRange: false);
                error = NoNumber(name, "a date");
                return AttributeKind.Date;
            default:
                throw Error(column, $"the attribute '{name}' has the type '{type}'; types are numeric, real, integer, "
                    + "string, date, relational and a list of classes in braces.");
        }

        FormatException NoNumber(string attribute, string what) => Error(column, relation is null
            ? $"the attribute '{attribute}' is {what}, and stands before the label; "
                + "the points of a series are numbers. "
                + "Remove the attribute from the file, or make it the last one if it is the label."
            : $"the attribute '{attribute}' is {what}, and stands within the relational attribute '{relation}', "
                + $"whose points are numbers. If it is the label, {EndIsMissing(relation)}");
    }

    // Behind a type or a list of classes: a range such as [0,9], a weight such as {2.0}, a comment, and no more.
    private void CheckEnd(ReadOnlySpan<byte> rest, int position, string what, bool mayHaveRange)
    {
        int comment = rest.IndexOf((byte)'%');
        string text = Text(comment < 0 ? rest : rest[..comment]);
        Match end = EndOfAttribute().Match(text);
        Group weight = end.Groups["weight"];
        CultureInfo culture = CultureInfo.InvariantCulture;
        if (weight.Success && !double.TryParse(weight.ValueSpan, NumberStyles.Float, culture, out _))
        {
            throw Error(position + ByteCount(weight.Index) + 1,
                $"the weight of the attribute is '{weight.Value}'; it must be a number.");
        }

        Group bad = !mayHaveRange && end.Groups["range"].Success ? end.Groups["range"] : end.Groups["more"];
        if (bad.Length > 0)
        {
            string range = mayHaveRange ? "a range such as [0,9] and " : "";
            byte[] shown = Encoding.UTF8.GetBytes(text[bad.Index..].TrimEnd());
            throw Error(position + ByteCount(bad.Index) + 1, $"'{Show(shown)}' "
                + $"stands behind {what}; only {range}a weight in braces may follow. Remove it.");
        }

        int ByteCount(int characters) => Encoding.UTF8.GetByteCount(text.AsSpan(0, characters));
    }

    [GeneratedRegex(@"^[ \t]*(?<range>[\[(][^\[\](){}]*[\])])?[ \t]*(\{(?<weight>[^{}]*)\})?[ \t]*(?<more>.*?)[ \t]*$")]
    private static partial Regex EndOfAttribute();

    // A quoted text has escapes; a word is what it looks like.
    private string NameOf(ArffToken token, in ArffTokenizer tokens)
        => token == ArffToken.Quoted ? Unescaped(tokens.Text, tokens.Column + 1) : Text(tokens.Text);

    private string Unescaped(ReadOnlySpan<byte> text, int column)
    {
        string plain = ArffTokenizer.Unescape(text, out int wrong);
        return wrong < 0 ? plain : throw Error(column + wrong,
            $"'{Show(text[wrong..Math.Min(wrong + 2, text.Length)])}' is no escape; in quotes there are "
            + @"\', \"", \\, \%, \n, \r, \t and \uXXXX. Write \\ for a backslash.");
    }

    private void ReadClasses(ref ArffTokenizer tokens)
    {
        _classes.Clear();
        while (true)
        {
            ArffToken token = tokens.Next();
            if (token == ArffToken.Close)
                return;
            if (token == ArffToken.Comma)
                continue;
            if (token is not (ArffToken.Word or ArffToken.Quoted) || tokens.IsOpen)
                throw Error(tokens.Column, "the list of classes does not end with '}'. Was the line cut short?");
            bool isQuoted = token == ArffToken.Quoted;
            ReadOnlySpan<byte> name = tokens.Text;
            int column = tokens.Column;
            ArffTokenizer ahead = tokens;
            while (!isQuoted && ahead.Next() == ArffToken.Word)      // blanks are part of a name without quotes
            {
                tokens = ahead;
                name = tokens.From(column - 1)[..(tokens.Position - column + 1)];
            }

            if (name.IsEmpty || (!isQuoted && IsMissing(name)))
            {
                throw Error(column, $"the list of classes has '{Show(name)}', which in a row is a missing label. "
                    + "Rename the class.");
            }

            _classes.Add(ClassOf(name, column, isQuoted));
        }
    }

    private string ClassOf(ReadOnlySpan<byte> text, int column, bool isQuoted)
    {
        if (!isQuoted)
            return NameOf(text, column);
        Seen(text, column + 1);     // what is written; an escape may stand for a control character
        return NameOf(Unescaped(text, column + 1), column);
    }

    private FormatException UnknownWord(ReadOnlySpan<byte> line, int column, string word)
    {
        if (!word.StartsWith('@'))
            return Error(column, $"'{Show(line)}' stands before '@data'; header lines begin with "
                + "'@' and comments with '%'.");
        string? near = HeaderWords.FirstOrDefault(known => known[1] == word.ElementAtOrDefault(1));
        return Error(column, $"'{word}' is unknown{(near is null ? "." : $"; did you mean {near}?")} Header lines "
            + $"begin with {string.Join(", ", HeaderWords)}.");
    }

    // Fields are separated by commas that are in no quotes.
    private void CheckFields(ReadOnlySpan<byte> line)
    {
        var tokens = new ArffTokenizer(line);
        int commas = 0;
        ArffToken before = ArffToken.Comma;
        for (ArffToken token = tokens.Next(); token != ArffToken.End; (before, token) = (token, tokens.Next()))
        {
            if (tokens.IsOpen)
                throw Error(line.Length, "a quoted value is not closed. Was the file cut short?");
            if (token == ArffToken.Open && commas == 0)
                throw Error(1, "the row is sparse ({index value, ...}); series are dense. "
                    + "Write the values of every point.");
            if (token == ArffToken.Open)
                throw Error(tokens.Column, "the row has a weight in braces, which is not read. "
                    + "Remove it, and give weights in a column of their own.");
            if (before == ArffToken.Quoted && token != ArffToken.Comma)
                throw Error(tokens.Column, $"'{Show(line[(tokens.Column - 1)..])}' stands behind a quoted value; "
                    + "values are separated by commas.");
            commas += token == ArffToken.Comma ? 1 : 0;
        }

        if (commas == 0)
            throw Error(1, "the row has no ','; a row holds its values and then its label.");
        if (commas != _numbers)
            throw Error(1, $"the row has {commas} values; the header has {_numbers} attributes before the label.");
    }

    // A field up to its comma: quoted, or all of the text without the blanks around it.
    private static ReadOnlySpan<byte> ReadField(
        ReadOnlySpan<byte> line, ref ArffTokenizer tokens, out int column, out bool isQuoted)
    {
        ArffToken token = tokens.Next();
        column = tokens.Column;
        isQuoted = token == ArffToken.Quoted;
        if (token is ArffToken.Comma or ArffToken.End)
            return default;
        int end = tokens.Position;
        int start = column - 1;
        ReadOnlySpan<byte> quoted = line[(isQuoted ? start + 1 : start)..(isQuoted ? end - 1 : end)];
        for (token = tokens.Next(); token is not (ArffToken.Comma or ArffToken.End); token = tokens.Next())
            end = tokens.Position;
        return isQuoted ? quoted : line[start..end];
    }

    private void ParseRelation(ReadOnlySpan<byte> value, int column)
    {
        int points = 0;
        Channels = 0;
        while (true)
        {
            int length = value.IndexOf("\\n"u8);
            int before = ValueCount;
            AddNumbers(length < 0 ? value : value[..length], (byte)',', column);
            if (Channels > 0 && ValueCount - before != points)
                throw Error(column, $"channel {Channels} has {ValueCount - before} points, channel 0 has {points}; "
                    + "the channels of a series must be equally long.");
            points = ValueCount - before;
            Channels++;
            if (length < 0)
                break;
            value = value[(length + 2)..];
            column += length + 2;
        }

        if (points != _pointsOfRelation)
            throw Error(1, $"the channels have {points} points; the relational attribute of the header has "
                + $"{_pointsOfRelation}. Correct the row or the header.");
    }

    private void ReadLabel(ReadOnlySpan<byte> text, int column, bool isQuoted)
    {
        bool isMissing = !isQuoted && IsMissing(text);
        if (LabelKind == LabelKind.Target)
        {
            Target = isMissing ? float.NaN : ParseNumber(text, column);
            return;
        }

        Class = isMissing ? "" : ClassOf(text, column, isQuoted);
        if (!isMissing && _classes.Count > 0 && !_classes.Contains(Class))
            throw Error(column, $"the class '{Show(text)}' is not among those that the header lists: "
                + $"{string.Join(", ", _classes.Take(20))}.");
    }
}

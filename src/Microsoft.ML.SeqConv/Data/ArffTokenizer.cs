using System.Buffers;
using System.Globalization;
using System.Text;

namespace Microsoft.ML.SeqConv;

/// <summary>What a token of a line of an .arff file is.</summary>
internal enum ArffToken
{
    /// <summary>There are no more, or a comment follows.</summary>
    End,

    /// <summary>A word without quotes.</summary>
    Word,

    /// <summary>A text in single or double quotes.</summary>
    Quoted,

    /// <summary>A comma.</summary>
    Comma,

    /// <summary>An opening brace.</summary>
    Open,

    /// <summary>A closing brace.</summary>
    Close,
}

/// <summary>
/// Takes a line of an .arff file apart: words and quoted texts, separated by blanks, commas and braces; <c>%</c>
/// outside of quotes begins a comment. In quotes, and only there, <c>\'</c>, <c>\"</c>, <c>\\</c>, <c>\%</c>,
/// <c>\n</c>, <c>\r</c>, <c>\t</c> and <c>\u001E</c>, with four hexadecimal digits, are escapes.
/// </summary>
/// <param name="line">The line, UTF-8.</param>
internal ref struct ArffTokenizer(ReadOnlySpan<byte> line)
{
    private static readonly SearchValues<byte> EndsOfWord = SearchValues.Create(" \t,{}%"u8);

    private readonly ReadOnlySpan<byte> _line = line;
    private int _at;

    /// <summary>The bytes of the last word or quoted text, without quotes, its escapes as they stand.</summary>
    public ReadOnlySpan<byte> Text { get; private set; }

    /// <summary>Where the last token begins, from 1.</summary>
    public int Column { get; private set; } = 1;

    /// <summary>Where the line goes on after the last token, from 0.</summary>
    public readonly int Position => _at;

    /// <summary>What follows the last token.</summary>
    public readonly ReadOnlySpan<byte> Rest => _line[_at..];

    /// <summary>The line from a position, from 0.</summary>
    public readonly ReadOnlySpan<byte> From(int position) => _line[position..];

    /// <summary>Whether a quoted text has no end.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>The next token.</summary>
    public ArffToken Next()
    {
        while (_at < _line.Length && _line[_at] is (byte)' ' or (byte)'\t')
            _at++;
        Column = _at + 1;
        Text = default;
        if (_at == _line.Length || _line[_at] == '%')
            return ArffToken.End;
        switch (_line[_at])
        {
            case (byte)',':
                _at++;
                return ArffToken.Comma;
            case (byte)'{':
                _at++;
                return ArffToken.Open;
            case (byte)'}':
                _at++;
                return ArffToken.Close;
            case (byte)'\'' or (byte)'"':
                ReadQuoted(_line[_at]);
                return ArffToken.Quoted;
        }

        int length = _line[_at..].IndexOfAny(EndsOfWord);
        Text = length < 0 ? _line[_at..] : _line.Slice(_at, length);
        _at += Text.Length;
        return ArffToken.Word;
    }

    /// <summary>A quoted text with its escapes resolved.</summary>
    /// <param name="text">The text without its quotes.</param>
    /// <param name="wrong">Where an escape stands that is not known, from 0; -1: nowhere.</param>
    public static string Unescape(ReadOnlySpan<byte> text, out int wrong)
    {
        var plain = new StringBuilder(text.Length);
        wrong = -1;
        int at = 0;
        for (int next = text.IndexOf((byte)'\\'); next >= 0; next = text[at..].IndexOf((byte)'\\'))
        {
            plain.Append(Encoding.UTF8.GetString(text.Slice(at, next)));
            at += next;
            if (!TryUnescape(text[at..], out char character, out int length))
            {
                wrong = at;
                return "";
            }

            plain.Append(character);
            at += length;
        }

        return plain.Append(Encoding.UTF8.GetString(text[at..])).ToString();
    }

    private static bool TryUnescape(ReadOnlySpan<byte> text, out char character, out int length)
    {
        (character, length) = text.Length < 2 ? ('\0', 0) : text[1] switch
        {
            (byte)'n' => ('\n', 2),
            (byte)'r' => ('\r', 2),
            (byte)'t' => ('\t', 2),
            (byte)'\'' or (byte)'"' or (byte)'\\' or (byte)'%' => ((char)text[1], 2),
            (byte)'u' when text.Length >= 6
                && ushort.TryParse(
                    text[2..6], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort code)
                => ((char)code, 6),
            _ => ('\0', 0),
        };
        return length > 0;
    }

    private void ReadQuoted(byte quote)
    {
        int start = ++_at;
        while (_at < _line.Length && _line[_at] != quote)
            _at += _line[_at] == '\\' ? 2 : 1;
        IsOpen = _at >= _line.Length;
        int end = Math.Min(_at, _line.Length);
        Text = _line[start..end];
        _at = Math.Min(_at + 1, _line.Length);
    }
}

namespace Microsoft.ML.SeqConv;

/// <summary>What a token of a line of an .arff file is.</summary>
internal enum ArffToken
{
    /// <summary>There are no more, or a comment follows.</summary>
    End,

    /// <summary>A word without quotes.</summary>
    Word,

    /// <summary>A text in single or double quotes, its escapes resolved.</summary>
    Quoted,

    /// <summary>A comma.</summary>
    Comma,

    /// <summary>An opening brace.</summary>
    Open,

    /// <summary>A closing brace.</summary>
    Close,
}

/// <summary>
/// Takes a line of an .arff file apart: words and quoted texts, separated by blanks, commas and braces; <c>%</c> outside of
/// quotes begins a comment. In quotes, <c>\'</c>, <c>\"</c>, <c>\\</c>, <c>\%</c>, <c>\n</c>, <c>\r</c> and <c>\t</c> are escapes.
/// </summary>
/// <param name="line">The line, UTF-8.</param>
internal ref struct ArffTokenizer(ReadOnlySpan<byte> line)
{
    private readonly ReadOnlySpan<byte> _line = line;
    private int _at;

    /// <summary>The bytes of the last word or quoted text, without quotes, its escapes as they stand.</summary>
    public ReadOnlySpan<byte> Text { get; private set; }

    /// <summary>Where the last token begins, from 1.</summary>
    public int Column { get; private set; } = 1;

    /// <summary>Where the line goes on after the last token, from 0.</summary>
    public readonly int Position => _at;

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

        int length = _line[_at..].IndexOfAny(" \t,{}%"u8);
        Text = length < 0 ? _line[_at..] : _line.Slice(_at, length);
        _at += Text.Length;
        return ArffToken.Word;
    }

    /// <summary>A text with its escapes resolved.</summary>
    public static byte[] Unescape(ReadOnlySpan<byte> text)
    {
        var plain = new List<byte>(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            bool isEscape = text[i] == '\\' && i + 1 < text.Length;
            plain.Add(!isEscape ? text[i] : text[++i] switch
            {
                (byte)'n' => (byte)'\n',
                (byte)'r' => (byte)'\r',
                (byte)'t' => (byte)'\t',
                byte other => other,
            });
        }

        return [.. plain];
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

using System.Text;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Reads the lines of a text as UTF-8 bytes, without allocation for each line. Ends of lines are LF or CR LF. A text that is
/// not in its encoding is an error: replaced characters would make one name of several.
/// </summary>
internal sealed class LineReader : IDisposable
{
    /// <summary>The longest line that is read: about ten million numbers.</summary>
    public const int MaximumLineBytes = 128 << 20;

    private const int InitialBytes = 1 << 16;

    private readonly Stream _stream;
    private readonly string _path;
    private readonly Encoding? _encoding;
    private readonly string? _option;
    private byte[] _buffer = new byte[InitialBytes];
    private int _start;
    private int _end;
    private bool _atEnd;

    /// <param name="stream">The text; disposed with the reader.</param>
    /// <param name="path">Its file, for messages.</param>
    /// <param name="encoding">Its encoding; <see langword="null"/>: UTF-8.</param>
    /// <param name="option">What to set for another encoding, for messages; <see langword="null"/>: nothing can be set.</param>
    public LineReader(Stream stream, string path, Encoding? encoding = null, string? option = null)
    {
        _stream = encoding is null ? stream : Transcoded(stream, encoding);
        _encoding = encoding;
        _path = path;
        _option = option;
    }

    /// <summary>The number of the line that was read last, from 1.</summary>
    public int LineNumber { get; private set; }

    /// <summary>Reads the next line.</summary>
    /// <param name="line">The line without its end; valid until the next call.</param>
    /// <returns>False at the end of the stream.</returns>
    /// <exception cref="FormatException">The line is too long, or the text is not in its encoding.</exception>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        LineNumber++;
        int scanned = 0;
        while (true)
        {
            int length = _buffer.AsSpan(_start + scanned, _end - _start - scanned).IndexOf((byte)'\n');
            if (length >= 0)
            {
                line = Trim(_buffer.AsSpan(_start, scanned + length));
                _start += scanned + length + 1;
                return true;
            }

            scanned = _end - _start;
            if (_atEnd)
            {
                line = Trim(_buffer.AsSpan(_start, scanned));
                _start = _end;
                return scanned > 0;
            }

            Fill();
        }
    }

    public void Dispose() => _stream.Dispose();

    private ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> line)
    {
        if (LineNumber == 1)
        {
            if (line is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
                throw new FormatException($"{_path}(1,1): the file is UTF-16; it must be UTF-8. {Remedy("Encoding.Unicode")}");
            if (line is [0xEF, 0xBB, 0xBF, ..])
                line = line[3..];
        }

        int zero = line.IndexOf((byte)0);
        if (zero >= 0)
            throw new FormatException($"{_path}({LineNumber},{zero + 1}): the line holds a zero byte; the file is not text.");
        int invalid = StrictUtf8.IndexOfInvalid(line);
        if (invalid >= 0)
        {
            throw new FormatException($"{_path}({LineNumber},{invalid + 1}): the byte 0x{line[invalid]:X2} is no UTF-8, "
                + $"so the text has another encoding. {Remedy("Encoding.Latin1")}");
        }

        return line is [.., (byte)'\r'] ? line[..^1] : line;
    }

    private string Remedy(string example) => _option is null
        ? "Save it as UTF-8."
        : $"Save it as UTF-8, or set {_option}, for example to {example}.";

    // Bytes that the encoding does not have are an error and no replacement characters.
    private static Stream Transcoded(Stream stream, Encoding encoding)
    {
        var strict = (Encoding)encoding.Clone();
        strict.DecoderFallback = DecoderFallback.ExceptionFallback;
        return Encoding.CreateTranscodingStream(stream, strict, Encoding.UTF8);
    }

    private int ReadStream()
    {
        try
        {
            return _stream.Read(_buffer, _end, _buffer.Length - _end);
        }
        catch (DecoderFallbackException error)
        {
            throw new FormatException($"{_path}({LineNumber},1): the text near this line is not in the encoding {_encoding!.WebName}. "
                + $"Set {_option} to the encoding that it was saved in.", error);
        }
    }

    private void Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length)
        {
            if (_end >= MaximumLineBytes)
                throw new FormatException($"{_path}({LineNumber},{MaximumLineBytes}): the line is longer than {MaximumLineBytes >> 20} MiB; one series must fit into that. Split or thin the series.");
            Array.Resize(ref _buffer, (int)Math.Min(2L * _buffer.Length, MaximumLineBytes));
        }

        int read = ReadStream();
        _end += read;
        _atEnd = read == 0;
    }
}

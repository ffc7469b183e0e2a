using System.Text;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Reads the lines of a text as UTF-8 bytes, without allocation for each line. Ends of lines are LF or CR LF. A text
/// that is not in its encoding is an error: replaced characters would make one name of several.
/// </summary>
internal sealed class LineReader : IDisposable
{
    /// <summary>The longest line that is read: about ten million numbers.</summary>
    public const int MaximumLineBytes = 128 << 20;

    private const int Utf8CodePage = 65001;
    private const int ShortestUtf16 = 4;
    private const int InitialBytes = 1 << 16;

    private readonly Stream _stream;
    private readonly string _path;
    private readonly Encoding? _encoding;     // null: UTF-8
    private readonly LostBytes _lost = new();
    private readonly string? _option;
    private byte[] _buffer = new byte[InitialBytes];
    private int _start;
    private int _end;
    private bool _atEnd;

    /// <param name="stream">The text; disposed with the reader.</param>
    /// <param name="path">Its file, for messages.</param>
    /// <param name="encoding">Its encoding; <see langword="null"/>: UTF-8.</param>
    /// <param name="option">
    /// What to set for another encoding, for messages; <see langword="null"/>: nothing can be set.
    /// </param>
    public LineReader(Stream stream, string path, Encoding? encoding = null, string? option = null)
    {
        _encoding = encoding is { CodePage: Utf8CodePage } ? null : encoding;
        _stream = _encoding is null ? stream : Transcoded(stream, _encoding, _lost);
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
            if (OtherUnicode(line) is var (name, option))
                throw new FormatException($"{_path}(1,1): the file is {name}; it must be UTF-8. {Remedy(option)}");
            if (line is [0xEF, 0xBB, 0xBF, ..])
                line = line[3..];
        }

        int lost = _lost.Any ? LostBytes.IndexOfMark(line) : -1;
        if (lost >= 0)
        {
            throw new FormatException($"{_path}({LineNumber},{lost + 1}): the byte 0x{_lost.First:X2} is not "
                + $"in the encoding {_encoding!.WebName}. Set {_option} to the encoding that the text was saved in.");
        }

        int zero = line.IndexOf((byte)0);
        if (zero >= 0)
            throw new FormatException(
                $"{_path}({LineNumber},{zero + 1}): the line holds a zero byte; the file is not text.");
        int invalid = StrictUtf8.IndexOfInvalid(line);
        if (invalid >= 0)
        {
            throw new FormatException(
                $"{_path}({LineNumber},{invalid + 1}): the byte 0x{line[invalid]:X2} is no UTF-8, "
                + $"so the text has another encoding. {Remedy("Encoding.Latin1")}");
        }

        return line is [.., (byte)'\r'] ? line[..^1] : line;
    }

    private string Remedy(string example) => _option is null
        ? "Save it as UTF-8."
        : $"Save it as UTF-8, or set {_option}, for example to {example}.";

    // Bytes that the encoding does not have are an error and no replacement characters.
    private static Stream Transcoded(Stream stream, Encoding encoding, LostBytes lost)
    {
        var strict = (Encoding)encoding.Clone();
        strict.DecoderFallback = lost;
        return Encoding.CreateTranscodingStream(stream, strict, Encoding.UTF8);
    }

    // Other forms of Unicode: by the byte order mark, or by zeros at every other byte, as UTF-16 has in Latin text.
    private static (string Name, string Option)? OtherUnicode(ReadOnlySpan<byte> line)
    {
        switch (line)
        {
            case [0xFF, 0xFE, 0, 0, ..]:
                return ("UTF-32", "Encoding.UTF32");
            case [0, 0, 0xFE, 0xFF, ..]:
                return ("UTF-32 with the high byte first", "new UTF32Encoding(bigEndian: true, byteOrderMark: true)");
            case [0xFF, 0xFE, ..]:
                return ("UTF-16", "Encoding.Unicode");
            case [0xFE, 0xFF, ..]:
                return ("UTF-16 with the high byte first", "Encoding.BigEndianUnicode");
        }

        int even = 0;
        int odd = 0;
        for (int i = 0; i < line.Length; i++)
        {
            if (line[i] == 0)
                _ = i % 2 == 0 ? even++ : odd++;
        }

        const double Share = 0.4;       // a half, less the characters that are not Latin
        if (line.Length < ShortestUtf16 || Math.Min(even, odd) > 0 || Math.Max(even, odd) < Share * line.Length)
            return null;
        return odd > 0
            ? ("UTF-16 without a byte order mark", "Encoding.Unicode")
            : ("UTF-16 with the high byte first and without a byte order mark", "Encoding.BigEndianUnicode");
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
            {
                throw new FormatException($"{_path}({LineNumber},{MaximumLineBytes}): the line is longer than "
                    + $"{MaximumLineBytes >> 20} MiB; one series must fit into that. Split or thin the series.");
            }

            Array.Resize(ref _buffer, (int)Math.Min(2L * _buffer.Length, MaximumLineBytes));
        }

        int read = _stream.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        _atEnd = read == 0;
    }
}

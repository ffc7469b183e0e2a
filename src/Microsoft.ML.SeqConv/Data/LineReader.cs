namespace Microsoft.ML.SeqConv;

/// <summary>Reads the lines of a UTF-8 stream as bytes, without allocation for each line. Ends of lines are LF or CR LF.</summary>
internal sealed class LineReader : IDisposable
{
    /// <summary>The longest line that is read: about ten million numbers.</summary>
    public const int MaximumLineBytes = 128 << 20;

    private const int InitialBytes = 1 << 16;

    private readonly Stream _stream;
    private readonly string _path;
    private byte[] _buffer = new byte[InitialBytes];
    private int _start;
    private int _end;
    private bool _atEnd;

    public LineReader(Stream stream, string path)
    {
        _stream = stream;
        _path = path;
    }

    /// <summary>The number of the line that was read last, from 1.</summary>
    public int LineNumber { get; private set; }

    /// <summary>Reads the next line.</summary>
    /// <param name="line">The line without its end; valid until the next call.</param>
    /// <returns>False at the end of the stream.</returns>
    /// <exception cref="FormatException">The line is too long, or the stream is no UTF-8 text.</exception>
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
                throw new FormatException($"{_path}(1,1): the file is UTF-16; it must be UTF-8. Save it as UTF-8.");
            if (line is [0xEF, 0xBB, 0xBF, ..])
                line = line[3..];
        }

        int zero = line.IndexOf((byte)0);
        if (zero >= 0)
            throw new FormatException($"{_path}({LineNumber},{zero + 1}): the line holds a zero byte; the file is not text.");
        return line is [.., (byte)'\r'] ? line[..^1] : line;
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

        int read = _stream.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        _atEnd = read == 0;
    }
}

using System.Security.Cryptography;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Content that is framed by its length and a checksum, which are compared before anything of the content is
/// interpreted, so that damage is one error at once. It finds accidents; whoever edits a file on purpose can correct
/// its checksum, so readers check what they read as well.
/// </summary>
internal static class ChecksumFrame
{
    private const int BytesAtOnce = 1 << 16;

    // *** Binary format ***, little-endian
    // long: length of the content in bytes
    // the content
    // byte[32]: SHA-256 of all bytes from the start on

    /// <summary>Writes content in a frame.</summary>
    /// <param name="writer">Of a stream that can be read and set to earlier positions.</param>
    /// <param name="start">The position from which on the checksum is made: the writer's, or an earlier one.</param>
    /// <param name="write">Writes the content.</param>
    public static void Write(BinaryWriter writer, long start, Action<BinaryWriter> write)
    {
        writer.Flush();
        Stream stream = writer.BaseStream;
        long frame = stream.Position;
        writer.Write(0L);
        write(writer);
        writer.Flush();
        long end = stream.Position;
        stream.Position = frame;
        writer.Write(end - frame - sizeof(long));
        writer.Flush();
        stream.Position = start;
        byte[] checksum = Hash(stream, end - start);
        stream.Position = end;
        writer.Write(checksum);
    }

    /// <summary>Reads content in a frame.</summary>
    /// <param name="reader">Stands at the frame, in a stream that can be set to earlier positions.</param>
    /// <param name="start">As in <see cref="Write"/>.</param>
    /// <param name="end">Where the frame must end; <see langword="null"/>: anywhere.</param>
    /// <param name="read">Reads the content; it must read all of it. A result that is not used is disposed.</param>
    /// <exception cref="FormatException">The frame is damaged, or the content is longer than what was read.</exception>
    public static T Read<T>(BinaryReader reader, long start, long? end, Func<BinaryReader, T> read)
    {
        Stream stream = reader.BaseStream;
        long most = stream.Length - stream.Position - sizeof(long) - SHA256.HashSizeInBytes;
        if (most < 0)
            throw new FormatException("It is cut short.");
        long length = reader.ReadInt64();
        long content = stream.Position;
        if (length < 0 || length > most || (end is not null && content + length + SHA256.HashSizeInBytes != end))
        {
            throw new FormatException(FormattableString.Invariant(
                $"It declares {length} bytes of content and has {most}."));
        }

        stream.Position = start;
        byte[] checksum = Hash(stream, content + length - start);
        if (!reader.ReadBytes(SHA256.HashSizeInBytes).AsSpan().SequenceEqual(checksum))
            throw new FormatException("Its checksum does not match its content.");
        stream.Position = content;
        T result = read(reader);
        if (stream.Position == content + length)
        {
            stream.Position += SHA256.HashSizeInBytes;
            return result;
        }

        (result as IDisposable)?.Dispose();
        throw new FormatException(
            FormattableString.Invariant($"Its content ends at byte {stream.Position - content} instead of {length}."));
    }

    private static byte[] Hash(Stream stream, long length)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[BytesAtOnce];
        for (long left = length; left > 0;)
        {
            Span<byte> part = buffer.AsSpan(0, (int)Math.Min(left, buffer.Length));
            stream.ReadExactly(part);
            hash.AppendData(part);
            left -= part.Length;
        }

        return hash.GetHashAndReset();
    }
}

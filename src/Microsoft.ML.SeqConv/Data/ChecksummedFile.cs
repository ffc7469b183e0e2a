using System.Security.Cryptography;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// The frame of every file format of this library that is not a model.zip: a checksum over the whole file is compared before anything in it is interpreted,
/// so that damage is one error at once. It finds accidents; whoever edits a file on purpose can correct its checksum, so readers check what they read as well.
/// </summary>
/// <param name="signature">The first bytes of the file.</param>
/// <param name="version">The version that is written. Files of version 1 have no checksum.</param>
internal sealed class ChecksummedFile(byte[] signature, int version)
{
    private const int FirstWithChecksum = 2;
    private const int BytesAtOnce = 1 << 16;

    // *** Binary format ***, little-endian
    // the signature; int: version
    // long: length of the content in bytes (since version 2)
    // the content
    // byte[32]: SHA-256 of all before (since version 2)

    /// <summary>Writes a file, replacing one that exists only when all went well.</summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Writes the content.</param>
    public void Write(string path, Action<BinaryWriter> write) => AtomicFile.Write(path, stream =>
    {
        using var writer = new BinaryWriter(stream);
        writer.Write(signature);
        writer.Write(version);
        writer.Write(0L);
        write(writer);
        writer.Flush();
        long length = stream.Position - HeaderLength;
        stream.Position = HeaderLength - sizeof(long);
        writer.Write(length);
        writer.Flush();
        stream.Position = 0;
        byte[] checksum = Hash(stream, HeaderLength + length);
        stream.Position = HeaderLength + length;
        writer.Write(checksum);
    });

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="read">Reads the content; it must read all of it.</param>
    /// <exception cref="FormatException">The file is another file, damaged, or of a later version.</exception>
    /// <exception cref="EndOfStreamException">A file of version 1 ends early.</exception>
    public T Read<T>(string path, Func<BinaryReader, T> read) => Read(path, (reader, _) => read(reader));

    /// <summary>Reads a file whose content differs from version to version.</summary>
    /// <param name="path">The file.</param>
    /// <param name="read">Reads the content, given the version that wrote it; it must read all of it.</param>
    /// <exception cref="FormatException">The file is another file, damaged, or of a later version.</exception>
    /// <exception cref="EndOfStreamException">A file of version 1 ends early.</exception>
    public T Read<T>(string path, Func<BinaryReader, int, T> read)
    {
        using var reader = new BinaryReader(AtomicFile.OpenRead(path));
        (int written, long end) = CheckFrame(reader);
        T result = read(reader, written);
        try
        {
            if (reader.BaseStream.Position != end)
                throw new FormatException(FormattableString.Invariant($"Its content ends at byte {reader.BaseStream.Position} instead of {end}."));
            return result;
        }
        catch
        {
            (result as IDisposable)?.Dispose();
            throw;
        }
    }

    private int HeaderLength => signature.Length + sizeof(int) + sizeof(long);

    // Leaves the reader at the content, and returns the version and where the content ends.
    private (int Version, long End) CheckFrame(BinaryReader reader)
    {
        Stream stream = reader.BaseStream;
        if (!reader.ReadBytes(signature.Length).AsSpan().SequenceEqual(signature))
            throw new FormatException("It begins with other bytes than such a file.");
        if (stream.Length - stream.Position < sizeof(int))
            throw new FormatException("It is cut short.");
        int written = reader.ReadInt32();
        if (written < 1 || written > version)
            throw new FormatException(FormattableString.Invariant($"It has the version {written}; this library reads 1 to {version}."));
        if (written < FirstWithChecksum)
            return (written, stream.Length);

        long expected = stream.Length - HeaderLength - SHA256.HashSizeInBytes;
        if (expected < 0)
            throw new FormatException("It is cut short.");
        long length = reader.ReadInt64();
        if (length != expected)
            throw new FormatException(FormattableString.Invariant($"It is damaged: it declares {length} bytes of content and has {expected}."));
        stream.Position = 0;
        byte[] checksum = Hash(stream, HeaderLength + length);
        if (!reader.ReadBytes(SHA256.HashSizeInBytes).AsSpan().SequenceEqual(checksum))
            throw new FormatException("It is damaged: its checksum does not match its content.");
        stream.Position = HeaderLength;
        return (written, HeaderLength + length);
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

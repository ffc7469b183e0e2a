namespace Microsoft.ML.SeqConv;

/// <summary>
/// The frame of every file format of this library that is not a model.zip: a signature, a version, and the content in a
/// <see cref="ChecksumFrame"/>.
/// </summary>
/// <param name="signature">The first bytes of the file.</param>
/// <param name="version">The version that is written. Files of version 1 have no checksum.</param>
internal sealed class ChecksummedFile(byte[] signature, int version)
{
    private const int FirstWithChecksum = 2;

    // *** Binary format ***, little-endian
    // the signature; int: version
    // the content, since version 2 in a ChecksumFrame that starts with the file

    /// <summary>Writes a file, replacing one that exists only when all went well.</summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Writes the content.</param>
    public void Write(string path, Action<BinaryWriter> write) => AtomicFile.Write(path, stream =>
    {
        using var writer = new BinaryWriter(stream);
        writer.Write(signature);
        writer.Write(version);
        ChecksumFrame.Write(writer, start: 0, write);
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
        int written = ReadVersion(reader);
        long end = reader.BaseStream.Length;
        if (written >= FirstWithChecksum)
            return ChecksumFrame.Read(reader, start: 0, end, content => read(content, written));
        T result = read(reader, written);
        if (reader.BaseStream.Position == end)
            return result;
        (result as IDisposable)?.Dispose();
        throw new FormatException(FormattableString.Invariant(
            $"Its content ends at byte {reader.BaseStream.Position} instead of {end}."));
    }

    private int ReadVersion(BinaryReader reader)
    {
        if (!reader.ReadBytes(signature.Length).AsSpan().SequenceEqual(signature))
            throw new FormatException("It begins with other bytes than such a file.");
        if (reader.BaseStream.Length - reader.BaseStream.Position < sizeof(int))
            throw new FormatException("It is cut short.");
        int written = reader.ReadInt32();
        return written >= 1 && written <= version ? written
            : throw new FormatException(FormattableString.Invariant(
                $"It has the version {written}; this library reads 1 to {version}."));
    }
}

using System.IO.Compression;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Checks a schema in a model.zip, which is a file of ML.NET's binary loader without rows. That loader makes arrays as
/// long as a count in the file says: a vector type of 2^30 dimensions takes it 4 GB and tens of seconds. So counts are
/// compared with the bytes that are there before it reads them.
/// </summary>
internal sealed class SchemaEntry(MemoryStream entry)
{
    private const int MaxNesting = 8;

    // Annotations do not share bytes: what all of them have together, and inflate to, is bounded by the entry.
    private readonly HashSet<long> _annotationTables = [];
    private long _bytesLeft = entry.Length;
    private long _inflatedLeft = ModelArchive.PlausibleBytes(entry.Length);

    private static ReadOnlySpan<byte> Signature => "CML\0DVB\0"u8;

    public static bool IsOne(ReadOnlySpan<byte> beginning) => beginning.StartsWith(Signature);

    // The header: ulong: signature, version, oldest reader's version; long: table of contents, tail, rows; int:
    // columns; zeros up to byte 256. The table, for each column: string: name; a codec; byte: compression;
    // LEB128: rows a block; long: block lookup, annotations Annotations: LEB128: how many; for each: string:
    // kind; a codec; byte: compression; long: where; LEB128: bytes there A codec: string: name; LEB128: bytes of
    // its parameters; the parameters
    /// <exception cref="FormatException">A count or a place is more than the entry has bytes for.</exception>
    public void Check(string name)
    {
        using var reader = new BinaryReader(entry);
        try
        {
            entry.Position = 3 * sizeof(ulong);
            long table = reader.ReadInt64();
            reader.ReadInt64();
            long rows = reader.ReadInt64();
            int columns = reader.ReadInt32();
            if (table < 0 || table > entry.Length || columns < 0 || columns > entry.Length || rows < 0)
                throw new FormatException(FormattableString.Invariant(
                    $"{columns} columns and {rows} rows do not fit into {entry.Length} bytes"));
            entry.Position = table;
            for (int i = 0; i < columns; i++)
            {
                reader.ReadText();
                CheckCodec(reader);
                reader.ReadByte();
                reader.Read7BitEncodedInt64();
                reader.ReadInt64();
                long annotations = reader.ReadInt64();
                if (annotations == 0)
                    continue;
                long next = entry.Position;
                CheckAnnotations(reader, annotations);
                entry.Position = next;
            }
        }
        catch (Exception error) when (error is FormatException or IOException
            or ArgumentException or InvalidDataException)
        {
            throw new FormatException($"Its entry '{name}' is no schema that can be read: "
                + $"{error.Message.TrimEnd('.')}.", error);
        }
    }

    private void CheckAnnotations(BinaryReader reader, long at)
    {
        if (!_annotationTables.Add(at))
            throw new FormatException(FormattableString.Invariant($"two columns have their annotations at {at}"));
        entry.Position = at;        // negative or behind the end: an error of the stream, or of the next read
        long count = reader.Read7BitEncodedInt64();
        if (count < 0 || count > entry.Length)
            throw new FormatException(FormattableString.Invariant($"it lists {count} annotations"));
        for (long i = 0; i < count; i++)
        {
            reader.ReadText();
            CheckCodec(reader);
            byte compression = reader.ReadByte();
            long from = reader.ReadInt64();
            long length = reader.Read7BitEncodedInt64();
            if (from < 0 || length < 0 || from > entry.Length || length > entry.Length - from)
                throw new FormatException(FormattableString.Invariant(
                    $"an annotation of {length} bytes at {from} lies outside of its {entry.Length} bytes"));
            if ((_bytesLeft -= length) < 0)
            {
                throw new FormatException(FormattableString.Invariant(
                    $"its annotations have more than its {entry.Length} bytes"));
            }

            if (compression == 0)
                continue;
            long next = entry.Position;
            entry.Position = from;
            CheckInflated(reader.ReadBytes((int)length));
            entry.Position = next;
        }
    }

    private void CheckInflated(byte[] block)
    {
        using var inflated = new DeflateStream(new MemoryStream(block), CompressionMode.Decompress);
        byte[] buffer = new byte[1 << 14];
        for (int count; (count = inflated.Read(buffer)) > 0;)
        {
            if ((_inflatedLeft -= count) < 0)
            {
                throw new FormatException(FormattableString.Invariant(
                    $"its annotations inflate to more than its {entry.Length} bytes hold"));
            }
        }
    }

    private static void CheckCodec(BinaryReader reader, int depth = 0)
    {
        if (depth > MaxNesting)
            throw new FormatException("its types are nested too deeply");
        Stream entry = reader.BaseStream;
        string codec = reader.ReadText();
        long length = reader.Read7BitEncodedInt64();
        long end = entry.Position + length;
        if (length < 0 || end > entry.Length)
            throw new FormatException(
                FormattableString.Invariant($"a type '{codec}' of {length} bytes is longer than the entry"));
        if (codec == "VBuffer")
        {
            CheckCodec(reader, depth + 1);
            int dimensions = reader.ReadInt32();
            if (dimensions < 0 || dimensions * (long)sizeof(int) != end - entry.Position)
                throw new FormatException(FormattableString.Invariant(
                    $"a vector type declares {dimensions} dimensions in {end - entry.Position} bytes"));
        }

        entry.Position = end;
    }
}

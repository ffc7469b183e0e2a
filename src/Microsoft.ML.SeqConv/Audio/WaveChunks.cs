using System.Buffers.Binary;
using System.Text;

namespace Microsoft.ML.SeqConv;

/// <summary>The head of a chunk.</summary>
/// <param name="Id">Four letters, as a little-endian number.</param>
/// <param name="At">The byte that the chunk begins at.</param>
/// <param name="Size">
/// Declared bytes behind the head; <see cref="ulong.MaxValue"/> where the file leaves it open.
/// </param>
/// <param name="Left">Bytes of the file behind the head.</param>
internal sealed record WaveChunk(uint Id, long At, ulong Size, long Left)
{
    /// <summary>
    /// A size of 32 bits that says that the size is unknown, or is in the chunk <c>ds64</c> with 64 bits.
    /// </summary>
    public const uint OpenSize = uint.MaxValue;

    /// <summary>The size as the file has it: 0xFFFFFFFF where it is left open.</summary>
    public ulong Declared => Size == ulong.MaxValue ? OpenSize : Size;

    /// <summary>The id for messages.</summary>
    public string Name
        => string.Concat(Enumerable.Range(0, 4).Select(i => (byte)(Id >> (8 * i)))
            .Select(value => value is >= 0x20 and < 0x7F ? ((char)value).ToString() : $"\\x{value:X2}"));

    public bool Is(ReadOnlySpan<byte> id) => Id == BinaryPrimitives.ReadUInt32LittleEndian(id);

    /// <summary>Whether this can be a chunk: letters, and content that the file holds.</summary>
    public bool IsPlausible
        => Size <= (ulong)Left && Enumerable.Range(0, 4).All(i => (byte)(Id >> (8 * i)) is >= 0x20 and < 0x7F);
}

/// <summary>
/// Walks over the chunks of a WAV file. Sizes of 64 bits (RF64 of EBU Tech 3306, BW64 of ITU-R BS.2088) come from
/// the chunk <c>ds64</c>. A chunk of odd size has a padding byte; where a program left it out, the next chunk is
/// found one byte earlier.
/// </summary>
internal sealed class WaveChunks(Stream stream, bool isBigEndian)
{
    private const int HeadLength = 8;
    private const int MaxTableEntries = 1024;       // of ds64

    // The chunks that files have before their samples: a known id decides where the next chunk begins.
    private static readonly HashSet<uint> Known = [.. new[]
    {
        "fmt ", "data", "fact", "LIST", "JUNK", "junk", "FLLR", "PAD ", "bext", "cue ", "smpl", "inst", "PEAK", "id3 ",
        "ID3 ", "iXML", "axml", "chna", "ds64", "minf", "elm1", "regn", "umid",
        "cart", "levl", "acid", "strc", "DISP", "plst", "_PMX", "afsp", "wamd", "guan", "link", "qlty",
    }.Select(id => BinaryPrimitives.ReadUInt32LittleEndian(Encoding.ASCII.GetBytes(id)))];

    private readonly Dictionary<uint, ulong> _longSizes = [];
    private long _next = stream.Position;

    /// <summary>Reads the head of the next chunk; the stream stands behind it.</summary>
    /// <returns><see langword="null"/> at the end of the file.</returns>
    public WaveChunk? Next()
    {
        if (Peek(_next) is not { } chunk)
            return null;
        stream.Position = chunk.At + HeadLength;
        if (chunk.Size <= (ulong)chunk.Left)
        {
            if (chunk.Is("ds64"u8))
                ReadLongSizes((long)chunk.Size);
            _next = After(chunk);
            stream.Position = chunk.At + HeadLength;
        }

        return chunk;
    }

    /// <summary>Whether chunks fill the file from the position of the stream to its end. The position stays.</summary>
    public bool AreAllThatFollows()
    {
        long start = stream.Position;
        long at = start;
        while (Peek(at) is { IsPlausible: true } chunk)
            at = After(chunk);
        stream.Position = start;
        return at > start && at >= stream.Length;
    }

    private WaveChunk? Peek(long at)
    {
        Span<byte> head = stackalloc byte[HeadLength];
        stream.Position = Math.Min(at, stream.Length);
        if (stream.ReadAtLeast(head, HeadLength, throwOnEndOfStream: false) < HeadLength)
            return null;
        uint id = BinaryPrimitives.ReadUInt32LittleEndian(head);
        uint size = isBigEndian
            ? BinaryPrimitives.ReadUInt32BigEndian(head[4..])
            : BinaryPrimitives.ReadUInt32LittleEndian(head[4..]);
        ulong declared = size < WaveChunk.OpenSize ? size : _longSizes.GetValueOrDefault(id, ulong.MaxValue);
        return new WaveChunk(id, at, declared, stream.Length - at - HeadLength);
    }

    private long After(WaveChunk chunk)
    {
        long end = chunk.At + HeadLength + (long)chunk.Size;
        if (chunk.Size % 2 == 0)
            return end;
        WaveChunk? padded = Peek(end + 1);
        WaveChunk? unpadded = Peek(end);
        bool isPadded = padded is { } p && Known.Contains(p.Id);
        bool isUnpadded = unpadded is { } u
            && (Known.Contains(u.Id) || (u.IsPlausible && padded is not { IsPlausible: true }));
        return !isPadded && isUnpadded ? end : Math.Min(end + 1, stream.Length);
    }

    // ds64: the sizes of the file and of the data, the number of samples, then a table of further chunks: id and size.
    private void ReadLongSizes(long size)
    {
        Span<byte> bytes = stackalloc byte[28];
        if (size < bytes.Length)
            return;
        stream.ReadExactly(bytes);
        _longSizes[BinaryPrimitives.ReadUInt32LittleEndian("data"u8)] =
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]);
        long entries = Math.Min(Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(bytes[24..]), MaxTableEntries),
            (size - bytes.Length) / 12);
        for (long i = 0; i < entries; i++)
        {
            stream.ReadExactly(bytes[..12]);
            _longSizes[BinaryPrimitives.ReadUInt32LittleEndian(bytes)] =
                BinaryPrimitives.ReadUInt64LittleEndian(bytes[4..]);
        }
    }
}

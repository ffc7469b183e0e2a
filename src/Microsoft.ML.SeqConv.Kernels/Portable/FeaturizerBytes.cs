using System.Buffers.Binary;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>A fitted featurizer as bytes of their own, with a checksum.</summary>
internal static class FeaturizerBytes
{
    private static readonly Format[] Formats =
    [
        Format.Of<MiniRocketModel>("MiniRocket", MiniRocketFormat.Write, MiniRocketFormat.Read),
        Format.Of<MultiRocketModel>("MultiRocket", MultiRocketFormat.Write, MultiRocketFormat.Read),
        Format.Of<HydraModel>("Hydra", HydraFormat.Write, HydraFormat.Read),
        Format.Of<RocketModel>("Rocket", RocketFormat.Write, RocketFormat.Read),
        Format.Of<DilatedShapeletsModel>("DilatedShapelets", DilatedShapeletsFormat.Write, DilatedShapeletsFormat.Read)
            with { Version = DilatedShapeletsFormat.Version },
        Format.Of<IntervalQuantilesModel>(
            "IntervalQuantiles", IntervalQuantilesFormat.Write, IntervalQuantilesFormat.Read),
    ];

    /// <summary>The kinds of featurizers that have such bytes.</summary>
    public static IReadOnlyList<string> Kinds { get; } = [.. Formats.Select(format => format.Kind)];

    /// <summary>The kind of a featurizer; <see langword="null"/> where it is none of <see cref="Kinds"/>.</summary>
    public static string? KindOf(SeriesFeaturizer featurizer)
        => Array.Find(Formats, format => format.Model == featurizer.GetType())?.Kind;

    // *** Binary format ***, little-endian
    // uint: version of the featurizer's format
    // the fitted model, see the format of its kind
    // uint: CRC-32 of all bytes before it

    /// <summary>Writes a featurizer.</summary>
    /// <exception cref="ArgumentException">It is of none of <see cref="Kinds"/>.</exception>
    public static byte[] Write(SeriesFeaturizer featurizer)
    {
        Format format = Array.Find(Formats, one => one.Model == featurizer.GetType())
            ?? throw new ArgumentException(
                $"A {featurizer.GetType().Name} has no bytes of its own.", nameof(featurizer));
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(format.Version);
        format.Write(writer, featurizer);
        writer.Flush();
        writer.Write(Crc32.Of(stream.GetBuffer().AsSpan(0, (int)stream.Length)));
        writer.Flush();
        return stream.ToArray();
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="kind">One of <see cref="Kinds"/>.</param>
    /// <param name="bytes">All of them.</param>
    /// <exception cref="FormatException">The bytes are damaged, or of a later version.</exception>
    public static SeriesFeaturizer Read(string kind, byte[] bytes)
    {
        Format format = Array.Find(Formats, one => one.Kind == kind)
            ?? throw new FormatException($"'{kind}' is no featurizer; known are {string.Join(", ", Kinds)}.");
        int length = bytes.Length - sizeof(uint);
        if (length < sizeof(uint))
            throw new FormatException($"A {kind} is cut short: it has {bytes.Length} bytes.");
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(length)) != Crc32.Of(bytes.AsSpan(0, length)))
            throw new FormatException($"A {kind} is damaged: it does not match its checksum.");
        using var stream = new MemoryStream(bytes, 0, length);
        using var reader = new BinaryReader(stream);
        uint version = reader.ReadUInt32();
        if (version < KeptFeaturesFormat.Version || version > format.Version)
        {
            throw new FormatException($"A {kind} has the version {version:X8}; "
                + $"this library reads {KeptFeaturesFormat.Version:X8} to {format.Version:X8}.");
        }

        try
        {
            SeriesFeaturizer featurizer = format.Read(reader, version);
            return stream.Position == length ? featurizer
                : throw new FormatException($"A {kind} ends at byte {stream.Position} instead of {length}.");
        }
        catch (Exception error) when (error is ArgumentException or EndOfStreamException or OverflowException)
        {
            throw new FormatException($"A {kind} is damaged: {error.Message}", error);
        }
    }

    /// <summary>How one kind is written and read.</summary>
    private sealed record Format(string Kind, Type Model, Action<BinaryWriter, SeriesFeaturizer> Write,
        Func<BinaryReader, uint, SeriesFeaturizer> Read)
    {
        /// <summary>The version that is written, the latest that is read.</summary>
        public uint Version { get; init; } = KeptFeaturesFormat.Version;

        public static Format Of<T>(string kind, Action<BinaryWriter, T> write, Func<BinaryReader, uint, T> read)
            where T : SeriesFeaturizer
            => new(kind, typeof(T), (writer, featurizer) => write(writer, (T)featurizer), read);
    }
}

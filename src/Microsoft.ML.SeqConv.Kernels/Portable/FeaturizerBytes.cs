using System.Buffers.Binary;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>A fitted featurizer as bytes of their own, with a checksum.</summary>
internal static class FeaturizerBytes
{
    /// <summary>The kinds of featurizers that have such bytes.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["MiniRocket", "MultiRocket", "Hydra", "Rocket"];

    /// <summary>The kind of a featurizer; <see langword="null"/> where it is none of <see cref="Kinds"/>.</summary>
    public static string? KindOf(SeriesFeaturizer featurizer) => featurizer switch
    {
        MiniRocketModel => "MiniRocket",
        MultiRocketModel => "MultiRocket",
        HydraModel => "Hydra",
        RocketModel => "Rocket",
        _ => null,
    };

    // The four formats have had the same versions so far; one that changes alone gets a version of its own here.
    private const uint Version = KeptFeaturesFormat.Version;

    // *** Binary format ***, little-endian
    // uint: version of the featurizer's format
    // the fitted model, see MiniRocketFormat, MultiRocketFormat, HydraFormat and RocketFormat
    // uint: CRC-32 of all bytes before it

    /// <summary>Writes a featurizer.</summary>
    /// <exception cref="ArgumentException">It is of none of <see cref="Kinds"/>.</exception>
    public static byte[] Write(SeriesFeaturizer featurizer)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(Version);
        switch (featurizer)
        {
            case MiniRocketModel model:
                MiniRocketFormat.Write(writer, model);
                break;
            case MultiRocketModel model:
                MultiRocketFormat.Write(writer, model);
                break;
            case HydraModel model:
                HydraFormat.Write(writer, model);
                break;
            case RocketModel model:
                RocketFormat.Write(writer, model);
                break;
            default:
                throw new ArgumentException(
                    $"A {featurizer.GetType().Name} has no bytes of its own.", nameof(featurizer));
        }

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
        int length = bytes.Length - sizeof(uint);
        if (length < sizeof(uint))
            throw new FormatException($"A {kind} is cut short: it has {bytes.Length} bytes.");
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(length)) != Crc32.Of(bytes.AsSpan(0, length)))
            throw new FormatException($"A {kind} is damaged: it does not match its checksum.");
        using var stream = new MemoryStream(bytes, 0, length);
        using var reader = new BinaryReader(stream);
        uint version = reader.ReadUInt32();
        if (version != Version)
        {
            throw new FormatException($"A {kind} has the version {version:X8}; "
                + $"this library reads {Version:X8}.");
        }

        try
        {
            SeriesFeaturizer featurizer = kind switch
            {
                "MiniRocket" => MiniRocketFormat.Read(reader, version),
                "MultiRocket" => MultiRocketFormat.Read(reader, version),
                "Hydra" => HydraFormat.Read(reader, version),
                "Rocket" => RocketFormat.Read(reader, version),
                _ => throw new FormatException($"'{kind}' is no featurizer; known are {string.Join(", ", Kinds)}."),
            };
            return stream.Position == length ? featurizer
                : throw new FormatException($"A {kind} ends at byte {stream.Position} instead of {length}.");
        }
        catch (Exception error) when (error is ArgumentException or EndOfStreamException or OverflowException)
        {
            throw new FormatException($"A {kind} is damaged: {error.Message}", error);
        }
    }
}

using System.Buffers.Binary;
using Microsoft.ML.SeqConv.Kernels;
using static System.FormattableString;

namespace Microsoft.ML.SeqConv;

/// <summary>Reads a WAV file: chunk by chunk to its samples, which are then decoded in blocks.</summary>
internal static class WaveReader
{
    private const int HighestRate = MelSettings.MaxSampleRate;
    private const int FramesAtOnce = 16_384;

    // What all subformats of WAVE_FORMAT_EXTENSIBLE that stand for a registered codec end in, after its number.
    private static ReadOnlySpan<byte> SubformatEnd => [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71];

    // Bytes of the fields of the format chunk; the last three are the beginning of the subformat, whose rest is
    // single bytes.
    private static ReadOnlySpan<byte> FieldWidths => [2, 2, 4, 4, 2, 2, 2, 2, 4, 4, 2, 2];

    private const string Codecs = "PCM of up to 32 bits, floating point of 32 or 64, A-law and mu-law are read";
    private const string Remedy = "Convert the file to PCM, for example with: "
        + "ffmpeg -i INPUT -c:a pcm_s16le OUTPUT.wav";

    /// <summary>Reads format and position of the samples.</summary>
    /// <returns>What the header says; the stream stands at the first sample.</returns>
    /// <exception cref="FormatException">The file breaks a rule.</exception>
    public static WaveHeader ReadHeader(Stream stream, string name)
    {
        bool isBigEndian = ReadContainer(stream, name);
        WaveFormat? format = null;
        var chunks = new WaveChunks(stream, isBigEndian);
        while (true)
        {
            if (chunks.Next() is not { } chunk)
            {
                string missing = format is null ? "a format and a data chunk" : "a data chunk";
                throw Refuse(name, $"the file ends at byte {stream.Length} without {missing}.",
                    "It is cut short; download or export it again.");
            }

            if (chunk.Is("data"u8))
            {
                return format is { } known
                    ? CountFrames(known, chunk, chunks, name)
                    : throw Refuse(name, $"the data chunk at byte {chunk.At} comes before the format chunk.");
            }

            if (chunk.Size > (ulong)chunk.Left)
            {
                string sizes = Invariant($"declares {chunk.Declared} bytes, but {chunk.Left} are left");
                throw Refuse(name, $"the chunk '{chunk.Name}' at byte {chunk.At} {sizes}.",
                    "The file is cut short, or its header is wrong; download or export it again.");
            }

            if (chunk.Is("fmt "u8))
                format = ReadFormat(stream, isBigEndian, (uint)Math.Min(chunk.Size, uint.MaxValue), chunk.At, name);
        }
    }

    /// <summary>Reads a file from its beginning.</summary>
    /// <exception cref="FormatException">The file breaks a rule.</exception>
    public static AudioClip Read(Stream stream, string name)
    {
        WaveHeader header = ReadHeader(stream, name);
        (WaveFormat format, int frames) = (header.Format, header.Frames);
        var samples = new float[frames];
        byte[] block = new byte[Math.Min(frames, FramesAtOnce) * format.BytesPerFrame];
        var values = new float[Math.Min(frames, FramesAtOnce) * format.Channels];
        for (int done = 0; done < frames;)
        {
            int count = Math.Min(FramesAtOnce, frames - done);
            Span<byte> bytes = block.AsSpan(0, count * format.BytesPerFrame);
            stream.ReadExactly(bytes);
            Span<float> decoded = values.AsSpan(0, count * format.Channels);
            WaveSamples.Decode(format, bytes, decoded);
            for (int frame = 0; frame < count; frame++)
            {
                double sum = 0;
                foreach (float value in decoded.Slice(frame * format.Channels, format.Channels))
                    sum += value;
                if (!(Math.Abs(sum) <= float.MaxValue))
                {
                    throw Refuse(name, $"sample {done + frame} is {sum}; samples must be finite.",
                        "Correct the sample, or export the recording again.");
                }

                samples[done + frame] = (float)(sum / format.Channels);
            }

            done += count;
        }

        return new AudioClip(samples, format.SampleRate) { Note = header.Note };
    }

    private static WaveFormat ReadFormat(Stream stream, bool isBigEndian, uint size, long at, string name)
    {
        Span<byte> bytes = stackalloc byte[40];
        bytes.Clear();
        if (size < 16)
            throw Refuse(name, $"the format chunk at byte {at} has {size} bytes; it needs at least 16.");
        stream.ReadExactly(bytes[..(int)Math.Min(size, (uint)bytes.Length)]);
        if (isBigEndian)
            ReverseFields(bytes);
        int codec = BinaryPrimitives.ReadUInt16LittleEndian(bytes);
        bool extensible = codec == (int)WaveCodec.Extensible;
        if (extensible && size < 40)
        {
            throw Refuse(name,
                $"the format chunk at byte {at} says WAVE_FORMAT_EXTENSIBLE, which needs 40 bytes; it has {size}.");
        }

        if (extensible && !bytes[26..40].SequenceEqual(SubformatEnd))
            throw Refuse(name, $"the codec is the unknown subformat {new Guid(bytes[24..40])}; {Codecs}.");
        if (extensible)
            codec = BinaryPrimitives.ReadUInt16LittleEndian(bytes[24..]);
        int channels = BinaryPrimitives.ReadUInt16LittleEndian(bytes[2..]);
        uint rate = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
        int blockLength = BinaryPrimitives.ReadUInt16LittleEndian(bytes[12..]);
        int bits = BinaryPrimitives.ReadUInt16LittleEndian(bytes[14..]);
        if (channels == 0 || rate is 0 or > HighestRate)
        {
            string range = Invariant($"at least one channel and 1 to {HighestRate:N0} samples a second");
            throw Refuse(name, $"the header says {channels} channels at {rate} samples a second; {range} are read.",
                "Correct the header, or export the recording again.");
        }

        var format = new WaveFormat((WaveCodec)codec, channels, (int)rate, bits) { IsBigEndian = isBigEndian };
        if (!format.IsKnown)
            throw Refuse(name, $"the codec is {WaveFormat.NameOf(codec)} (0x{codec:X4}) of {bits} bits; {Codecs}.");
        if (blockLength != format.BytesPerFrame)
        {
            string expected = Invariant($"{channels} channels of {bits} bits have {format.BytesPerFrame}");
            throw Refuse(name, $"the header says {blockLength} bytes for all channels of a sample; {expected}.");
        }

        return format;
    }

    private static FormatException Refuse(string name, FormattableString what, string remedy = Remedy)
        => new($"{name}: {Invariant(what)} {remedy}");

    private static void ReverseFields(Span<byte> format)
    {
        foreach (byte width in FieldWidths)
        {
            format[..width].Reverse();
            format = format[width..];
        }
    }

    /// <returns>Whether numbers have their highest byte first, as in RIFX.</returns>
    private static bool ReadContainer(Stream stream, string name)
    {
        Span<byte> start = stackalloc byte[12];
        int read = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        bool isBigEndian = start.StartsWith("RIFX"u8);
        bool isWave = isBigEndian || start.StartsWith("RIFF"u8) || start.StartsWith("RF64"u8)
            || start.StartsWith("BW64"u8);
        if (read == start.Length && isWave && start[8..].SequenceEqual("WAVE"u8))
            return isBigEndian;
        string what = !isWave && WaveFormat.ContainerOf(start[..read]) is string container ? $"is {container}"
            : read == 0 ? "is empty" : read < start.Length ? $"has {read} bytes" : "does not begin with RIFF and WAVE";
        throw Refuse(name, $"the file {what}; WAV files are read.");
    }

    // A size that is 0 or larger than the file comes from a program that did not know the end, or from a file that is
    // cut short: which one, the file does not say.
    private static WaveHeader CountFrames(WaveFormat format, WaveChunk chunk, WaveChunks chunks, string name)
    {
        bool isOpen = chunk.Size > (ulong)chunk.Left
            || (chunk.Size == 0 && chunk.Left > 0 && !chunks.AreAllThatFollows());
        long bytes = isOpen ? chunk.Left : (long)chunk.Size;
        long frames = bytes / format.BytesPerFrame;
        if (frames == 0)
            throw Refuse(name, $"the file has no samples.", "Record or export it again.");
        if (frames > Array.MaxLength / 4)
        {
            throw Refuse(name, $"the file has {frames} samples a channel; at most {Array.MaxLength / 4} are read.",
                "Cut it into parts.");
        }

        return new WaveHeader(format, (int)frames, NoteOn(chunk, isOpen, bytes, format.BytesPerFrame, name));
    }

    // What is left of a frame at the end of the data is not read.
    private static string? NoteOn(WaveChunk chunk, bool isOpen, long bytes, int bytesPerFrame, string name)
    {
        long rest = bytes % bytesPerFrame;
        if (!isOpen && rest == 0)
            return null;
        string declared = chunk.Size == ulong.MaxValue ? "no size" : $"{chunk.Size} bytes";
        string amount = rest == 0 ? "all" : $"{bytes - rest} of";
        string where = isOpen ? " to the end of the file" : "";
        string reason = rest == 0 ? "" : $", because all channels of a sample have {bytesPerFrame} bytes";
        return $"{name}: the data chunk at byte {chunk.At} declares {declared}; {amount} {bytes} bytes{where} were "
            + $"read{reason}. {(isOpen ? "A program that writes to a stream leaves such a size; if" : "If")} the "
            + "recording is shorter than it should be, download or export it again.";
    }
}

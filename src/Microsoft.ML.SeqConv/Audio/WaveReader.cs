using System.Buffers.Binary;

namespace Microsoft.ML.SeqConv;

/// <summary>Reads a WAV file: chunk by chunk to its samples, which are then decoded in blocks.</summary>
internal static class WaveReader
{
    private const uint UnknownSize = uint.MaxValue;
    private const int HighestRate = 10_000_000;
    private const int FramesAtOnce = 16_384;

    // What all subformats of WAVE_FORMAT_EXTENSIBLE that stand for a registered codec end in, after its number.
    private static ReadOnlySpan<byte> SubformatEnd => [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71];

    private const string Remedy = "Write the file anew as PCM, for example with: ffmpeg -i INPUT -c:a pcm_s16le OUTPUT.wav";

    /// <summary>Reads format and position of the samples, and checks that all are there.</summary>
    /// <returns>The format and the number of samples a channel; the stream stands at the first.</returns>
    /// <exception cref="FormatException">The file breaks a rule.</exception>
    public static (WaveFormat Format, int Frames) ReadHeader(Stream stream, string name)
    {
        Span<byte> start = stackalloc byte[12];
        int read = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        if (read < start.Length || !start.StartsWith("RIFF"u8) || !start[8..].SequenceEqual("WAVE"u8))
        {
            string what = WaveFormat.ContainerOf(start[..read]) is string container ? $"is {container}"
                : read == 0 ? "is empty" : read < start.Length ? $"has {read} bytes" : "does not begin with RIFF and WAVE";
            throw new FormatException($"{name}: the file {what}; WAV files are read. {Remedy}");
        }

        WaveFormat? format = null;
        Span<byte> chunk = stackalloc byte[8];
        while (true)
        {
            long at = stream.Position;
            read = stream.ReadAtLeast(chunk, chunk.Length, throwOnEndOfStream: false);
            if (read < chunk.Length)
                throw new FormatException($"{name}: the file ends at byte {at + read} without {(format is null ? "a format and a data chunk" : "a data chunk")}. It is cut short; fetch it anew.");
            uint size = BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
            long left = stream.Length - stream.Position;
            if (chunk.StartsWith("data"u8))
                return (format ?? throw new FormatException($"{name}: the data chunk at byte {at} comes before the format chunk. {Remedy}"), CountFrames(format.Value, size, left, at, name));
            if (size > left)
                throw new FormatException($"{name}: the chunk '{NameOf(chunk)}' at byte {at} declares {size} bytes, but {left} are left. The file is cut short, or its header is wrong; fetch it anew.");
            if (chunk.StartsWith("fmt "u8))
                format = ReadFormat(stream, size, at, name);
            stream.Position = Math.Min(stream.Length, at + 8 + size + (size & 1));      // chunks begin at even bytes
        }
    }

    /// <summary>Reads a file from its beginning.</summary>
    /// <exception cref="FormatException">The file breaks a rule.</exception>
    public static AudioClip Read(Stream stream, string name)
    {
        (WaveFormat format, int frames) = ReadHeader(stream, name);
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
                    throw new FormatException($"{name}: sample {done + frame} is {sum}; samples must be finite. Mend the recording.");
                samples[done + frame] = (float)(sum / format.Channels);
            }

            done += count;
        }

        return new AudioClip(samples, format.SampleRate);
    }

    private static WaveFormat ReadFormat(Stream stream, uint size, long at, string name)
    {
        Span<byte> bytes = stackalloc byte[40];
        bytes.Clear();
        if (size < 16)
            throw new FormatException($"{name}: the format chunk at byte {at} has {size} bytes; it needs at least 16. {Remedy}");
        stream.ReadExactly(bytes[..(int)Math.Min(size, (uint)bytes.Length)]);
        int codec = BinaryPrimitives.ReadUInt16LittleEndian(bytes);
        bool extensible = codec == (int)WaveCodec.Extensible;
        if (extensible && size < 40)
            throw new FormatException($"{name}: the format chunk at byte {at} says WAVE_FORMAT_EXTENSIBLE, which needs 40 bytes; it has {size}. {Remedy}");
        if (extensible && !bytes[26..40].SequenceEqual(SubformatEnd))
            throw new FormatException($"{name}: the codec is the unknown subformat {new Guid(bytes[24..40])}; PCM of 8, 16, 24 or 32 bits, floating point of 32 or 64, A-law and mu-law are read. {Remedy}");
        if (extensible)
            codec = BinaryPrimitives.ReadUInt16LittleEndian(bytes[24..]);
        int channels = BinaryPrimitives.ReadUInt16LittleEndian(bytes[2..]);
        uint rate = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
        int blockLength = BinaryPrimitives.ReadUInt16LittleEndian(bytes[12..]);
        int bits = BinaryPrimitives.ReadUInt16LittleEndian(bytes[14..]);
        if (channels == 0 || rate is 0 or > HighestRate)
            throw new FormatException($"{name}: the header says {channels} channels at {rate} samples a second; at least one channel and 1 to {HighestRate:N0} samples a second are read. Mend the header.");
        var format = new WaveFormat((WaveCodec)codec, channels, (int)rate, bits);
        if (!format.IsKnown)
            throw new FormatException($"{name}: the codec is {WaveFormat.NameOf(codec)} (0x{codec:X4}) of {bits} bits; PCM of 8, 16, 24 or 32 bits, floating point of 32 or 64, A-law and mu-law are read. {Remedy}");
        if (blockLength != format.BytesPerFrame)
            throw new FormatException($"{name}: the header says {blockLength} bytes for all channels of a sample; {channels} channels of {bits} bits have {format.BytesPerFrame}. {Remedy}");
        return format;
    }

    private static int CountFrames(WaveFormat format, uint size, long left, long at, string name)
    {
        long bytes = size == UnknownSize ? left : size;
        if (bytes > left)
            throw new FormatException($"{name}: the data chunk at byte {at} declares {bytes} bytes, but {left} are left. The file is cut short, or its header is wrong; fetch it anew.");
        if (size != UnknownSize && bytes % format.BytesPerFrame != 0)
            throw new FormatException($"{name}: the data chunk at byte {at} has {bytes} bytes, which is no multiple of {format.BytesPerFrame}, the bytes of all channels of a sample. {Remedy}");
        long frames = bytes / format.BytesPerFrame;
        if (frames == 0)
            throw new FormatException($"{name}: the file has no samples. Delete it, or record it again.");
        if (frames > Array.MaxLength / 4)
            throw new FormatException($"{name}: the file has {frames} samples a channel; at most {Array.MaxLength / 4} are read. Cut it into parts.");
        return (int)frames;
    }

    private static string NameOf(ReadOnlySpan<byte> chunk)
        => string.Concat(chunk[..4].ToArray().Select(value => value is >= 0x20 and < 0x7F ? ((char)value).ToString() : $"\\x{value:X2}"));
}

using System.Buffers.Binary;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Reads and writes WAV files (RIFF; read also RF64 and BW64, whose sizes have 64 bits, and RIFX, whose numbers have
/// their highest byte first): PCM of up to 32 bits, floating point of 32 and 64, A-law and mu-law, plain or as
/// WAVE_FORMAT_EXTENSIBLE. Several channels are mixed down to their mean.
/// </summary>
/// <remarks>
/// Sizes are held against the file before anything is allocated. The size of the whole file in the header is not used.
/// Where the data size is 0, unknown (0xFFFFFFFF) or larger than the file, as programs leave it that write to a stream,
/// everything to the end of the file is read, and <see cref="AudioClip.Note"/> says how many bytes were declared and
/// found: a file that is cut short looks the same. Where the data end within a sample of all channels, the whole
/// samples before it are read, and the note says how many bytes were read. Chunks behind data of a right size are not
/// read.
/// </remarks>
public static class WaveFile
{
    private const int HeaderLength = 44;

    /// <summary>Reads a file.</summary>
    /// <param name="path">A .wav file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="FormatException">
    /// The file is no WAV file, ends before its samples, has another codec, or has a sample that is no finite number;
    /// the message names file, value and remedy.
    /// </exception>
    public static AudioClip Read(string path)
    {
        using FileStream stream = Open(path);
        return WaveReader.Read(stream, path);
    }

    /// <summary>Reads a WAV file that is in memory or elsewhere.</summary>
    /// <param name="stream">
    /// Stands at the beginning of the file. A stream that cannot seek is first read into memory.
    /// </param>
    /// <param name="name">For messages.</param>
    /// <exception cref="FormatException">As for <see cref="Read(string)"/>.</exception>
    public static AudioClip Read(Stream stream, string name)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (stream.CanSeek)
            return WaveReader.Read(stream, name);
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        copy.Position = 0;
        return WaveReader.Read(copy, name);
    }

    /// <summary>
    /// Writes a file of 16 bits and one channel: through a temporary file, so that an error leaves an
    /// older file as it was.
    /// </summary>
    /// <param name="path">The file to write.</param>
    /// <param name="samples">Full scale is -1 to 1; what is beyond is cut to it, and NaN is silence.</param>
    /// <param name="sampleRate">Samples a second, at least 1.</param>
    public static void Write(string path, ReadOnlySpan<float> samples, int sampleRate)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Guard.AtLeast(sampleRate, 1);
        byte[] bytes = new byte[checked(HeaderLength + 2 * samples.Length)];
        "RIFF"u8.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), bytes.Length - 8);
        "WAVEfmt "u8.CopyTo(bytes.AsSpan(8));
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(16), 16);
        BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(20), (short)WaveCodec.Pcm);
        BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(22), 1);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(24), sampleRate);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(28), 2 * sampleRate);
        BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(32), 2);
        BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(34), 16);
        "data"u8.CopyTo(bytes.AsSpan(36));
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(40), 2 * samples.Length);
        for (int i = 0; i < samples.Length; i++)
        {
            double level = float.IsNaN(samples[i])
                ? 0
                : Math.Clamp(Math.Round(samples[i] * 32768.0), short.MinValue, short.MaxValue);
            BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(HeaderLength + 2 * i), (short)level);
        }

        AtomicFile.Write(path, stream => stream.Write(bytes));
    }

    internal static FileStream Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
            throw new FileNotFoundException($"The file '{path}' does not exist. Check the path; "
                + $"relative ones begin at '{Directory.GetCurrentDirectory()}'.", path);
        return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
    }
}

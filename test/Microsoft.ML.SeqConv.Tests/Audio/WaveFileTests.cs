using Microsoft.ML.SeqConv.Tests.Data;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.Audio;

public class WaveFileTests
{
    [Theory]
    [InlineData(1, 8, new byte[] { 0, 128, 255 }, new[] { -1f, 0f, 127f / 128 })]
    [InlineData(1, 16, new byte[] { 0, 0x80, 0, 0, 0xFF, 0x7F }, new[] { -1f, 0f, 32767f / 32768 })]
    [InlineData(1, 24, new byte[] { 0, 0, 0x80, 0, 0, 0, 0xFF, 0xFF, 0x7F }, new[] { -1f, 0f, 8388607f / 8388608 })]
    [InlineData(1, 32, new byte[] { 0, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 0, 0x40 }, new[] { -1f, 0f, 0.5f })]
    [InlineData(3, 32, new byte[] { 0, 0, 0x80, 0xBF, 0, 0, 0, 0, 0, 0, 0, 0x40 }, new[] { -1f, 0f, 2f })]
    [InlineData(3, 64, new byte[] { 0, 0, 0, 0, 0, 0, 0xF0, 0xBF, 0, 0, 0, 0, 0, 0, 0xE0, 0x3F }, new[] { -1f, 0.5f })]
    // G.711 mu-law
    [InlineData(7, 8, new byte[] { 0x00, 0x80, 0xFF, 0x7F, 0xAA },
        new[] { -32124f / 32768, 32124f / 32768, 0f, 0f, 5372f / 32768 })]
    // G.711 A-law
    [InlineData(6, 8, new byte[] { 0x2A, 0xAA, 0xD5, 0x55, 0x80 },
        new[] { -32256f / 32768, 32256f / 32768, 8f / 32768, -8f / 32768, 5504f / 32768 })]
    public void Every_codec_is_decoded_plain_and_extensible(ushort codec, int bits, byte[] data, float[] expected)
    {
        foreach (bool extensible in new[] { false, true })
        {
            AudioClip clip = Read(WaveBytes.Make(codec, 1, 8000, bits, data, extensible));
            Assert.Equal(8000, clip.SampleRate);
            Assert.Equal(expected, clip.Samples);
            clip = Read(WaveBytes.ToBigEndian(WaveBytes.Make(codec, 1, 8000, bits, data, extensible), bits / 8));
            Assert.Equal(8000, clip.SampleRate);
            Assert.Equal(expected, clip.Samples);
        }
    }

    /// <summary>What is missing to whole bytes is below the bits of a sample.</summary>
    [Theory]
    [InlineData(5, new byte[] { 0, 128, 0xF8 }, new[] { -1f, 0f, 15f / 16 })]
    [InlineData(12, new byte[] { 0, 0x80, 0, 0, 0xF0, 0x7F }, new[] { -1f, 0f, 2047f / 2048 })]
    [InlineData(20, new byte[] { 0, 0, 0x80, 0, 0, 0, 0xF0, 0xFF, 0x7F }, new[] { -1f, 0f, 524287f / 524288 })]
    public void Samples_that_fill_no_whole_bytes_are_decoded(int bits, byte[] data, float[] expected)
        => Assert.Equal(expected, Read(WaveBytes.Make(1, 1, 8000, bits, data)).Samples);

    [Fact]
    public void Channels_are_mixed_to_their_mean_and_other_chunks_are_passed_over()
    {
        byte[] list = WaveBytes.Chunk("LIST", [1, 2, 3]);       // odd: a padding byte follows
        AudioClip clip = Read(WaveBytes.Make(1, 2, 44100, 16, [0, 0x40, 0, 0, 0, 0x80, 0, 0x80], before: list));
        Assert.Equal([0.25f, -1f], clip.Samples);
        Assert.Equal(2 / 44100.0, clip.Duration);
    }

    [Fact]
    public void What_is_written_is_read_back()
    {
        using var file = new TemporaryFile("a.wav");
        float[] samples = [.. Enumerable.Range(0, 1001).Select(n => (float)Math.Sin(n / 10.0)), 3, -3, float.NaN];
        WaveFile.Write(file.Path, samples, 8000);
        AudioClip clip = WaveFile.Read(file.Path);
        Assert.Equal(8000, clip.SampleRate);
        Assert.Equal(samples.Length, clip.Samples.Length);
        for (int i = 0; i < 1001; i++)
            Assert.Equal(samples[i], clip.Samples[i], 1.01 / 32768);
        Assert.Equal([32767f / 32768, -1f, 0f], clip.Samples[1001..]);
        Assert.Equal(["a.wav"], file.Files);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(0x7FFFF000u)]
    [InlineData(0x7FFFFFFFu - 44)]
    [InlineData(0x80000000u)]
    [InlineData(uint.MaxValue)]
    [InlineData(1000u)]
    public void A_size_that_does_not_fit_means_everything_to_the_end_and_is_noted(uint size)
    {
        // the last sample has one byte
        AudioClip clip = Read(WaveBytes.Make(1, 1, 8000, 16, [0, 0x40, 0, 0x40, 0], dataSize: size));
        Assert.Equal([0.5f, 0.5f], clip.Samples);
        string declared = size == uint.MaxValue ? "no size" : $"{size} bytes";
        Assert.Equal($"clip.wav: the data chunk at byte 36 declares {declared}; 4 of 5 bytes to the end of the file "
            + "were read, because all channels of a sample have 2 bytes. "
            + "A program that writes to a stream leaves such a size; if the recording is shorter than it should be, "
            + "download or export it again.", clip.Note);
    }

    [Theory]
    [InlineData(17, 17u, 1, 8)]
    [InlineData(16, 15u, 1, 7)]
    [InlineData(17, 17u, 2, 4)]
    [InlineData(16, 15u, 2, 3)]
    public void A_size_of_no_whole_frames_is_read_to_the_last_whole_one_and_is_noted(
        int length, uint size, int channels, int frames)
    {
        byte[] file = WaveBytes.Make(1, channels, 8000, 16, [.. Enumerable.Repeat((byte)0x40, length)], dataSize: size);
        AudioClip clip = Read(file);
        Assert.Equal(Enumerable.Repeat(0x4040 / 32768f, frames), clip.Samples);
        Assert.Equal(
            $"clip.wav: the data chunk at byte 36 declares {size} bytes; {frames * channels * 2} of {size} bytes were "
            + $"read, because all channels of a sample have {channels * 2} bytes. If the recording is shorter than it "
            + "should be, download or export it again.", clip.Note);
    }

    [Fact]
    public void Chunks_behind_data_of_a_right_size_are_no_samples()
    {
        AudioClip clip = Read([.. WaveBytes.Make(1, 1, 8000, 16, [0, 0x40]), .. WaveBytes.Chunk("LIST", [1, 2, 3, 4])]);
        Assert.Equal([0.5f], clip.Samples);
        Assert.Null(clip.Note);
    }

    [Theory]
    [InlineData("RF64", 4ul)]
    [InlineData("BW64", 4ul)]
    [InlineData("RF64", 1ul << 40)]
    [InlineData("RF64", ulong.MaxValue)]
    public void Sizes_of_64_bits_are_read(string container, ulong size)
    {
        byte[] sizes = new byte[28];
        BitConverter.TryWriteBytes(sizes.AsSpan(8), size);
        byte[] bytes = [.. WaveBytes.Make(1, 1, 8000, 16, [0, 0x40, 0, 0x40], dataSize: uint.MaxValue,
            before: WaveBytes.Chunk("ds64", sizes)), .. WaveBytes.Chunk("LIST", [1, 2])];
        container.Select(letter => (byte)letter).ToArray().CopyTo(bytes, 0);
        AudioClip clip = Read(bytes);
        Assert.Equal(size == 4 ? 2 : 7, clip.Samples.Length);
        Assert.Equal(size == 4, clip.Note is null);
    }

    [Theory]
    [InlineData("inst", 7, 0)]
    [InlineData("LIST", 3, 0)]
    [InlineData("odd ", 1, 32)]
    public void A_chunk_of_odd_size_is_passed_over_with_and_without_its_padding(string name, int length, byte firstByte)
    {
        foreach (byte padding in new byte[] { 0, 32, (byte)'d', 255 })
        {
            byte[] chunk = WaveBytes.Chunk(name, [.. Enumerable.Repeat(firstByte, length)]);
            chunk[^1] = padding;
            Assert.Equal([0.5f], Read(WaveBytes.Make(1, 1, 8000, 16, [0, 0x40], before: chunk)).Samples);
            Assert.Equal([0.5f], Read(WaveBytes.Make(1, 1, 8000, 16, [0, 0x40], before: chunk[..^1])).Samples);
        }
    }

    [Fact]
    public void A_stream_that_cannot_seek_is_read()
    {
        using var bytes = new MemoryStream();
        using (var zip = new System.IO.Compression.GZipStream(bytes,
            System.IO.Compression.CompressionMode.Compress, leaveOpen: true))
            zip.Write(WaveBytes.Make(1, 1, 8000, 16, [0, 0x40]));
        bytes.Position = 0;
        using var stream = new System.IO.Compression.GZipStream(bytes,
            System.IO.Compression.CompressionMode.Decompress);
        Assert.Equal([0.5f], WaveFile.Read(stream, "clip.wav").Samples);
    }

    public static TheoryData<string, byte[]> Broken => new()
    {
        { "the file is empty; WAV files are read.", [] },
        { "the file has 3 bytes; WAV files are read.", [1, 2, 3] },
        { "the file does not begin with RIFF and WAVE; WAV files are read.", new byte[100] },
        { "the file is a FLAC file; WAV files are read.", [.. "fLaC"u8, .. new byte[60]] },
        { "the file is an MP3 file; WAV files are read.", [.. "ID3"u8, .. new byte[60]] },
        { "the file ends at byte 12 without a format and a data chunk. It is cut short",
            [.. "RIFF"u8, 0, 0, 0, 0, .. "WAVE"u8] },
        { "the file ends at byte 36 without a data chunk. It is cut short",
            WaveBytes.Make(1, 1, 8000, 16, [0, 0])[..36] },
        { "the file ends at byte 12 without a format and a data chunk. It is cut short",
            [.. "RIFX"u8, 0, 0, 0, 0, .. "WAVE"u8] },
        { "the file is an AppleDouble file, which holds metadata of macOS instead of samples;",
            [0, 5, 0x16, 7, .. new byte[60]] },
        { "the file has no samples. Record or export it again.",
            WaveBytes.Make(1, 1, 8000, 16, [], dataSize: 0x7FFFF000) },
        { "the file has no samples. Record or export it again.",
            [.. WaveBytes.Make(1, 1, 8000, 16, []), .. WaveBytes.Chunk("LIST", [1, 2, 3, 4])] },
        { "the chunk 'LIST' at byte 12 declares 1073741824 bytes, but 38 are left.", Lying(0x40000000) },
        { "the chunk 'LIST' at byte 12 declares 4294967295 bytes, but 38 are left.", Lying(uint.MaxValue) },
        { "the file has no samples. Record or export it again.", WaveBytes.Make(1, 2, 8000, 16, [1, 2, 3]) },
        { "the file has no samples. Record or export it again.", WaveBytes.Make(1, 1, 8000, 16, []) },
        { "the header says 0 channels at 8000 samples a second", WaveBytes.Make(1, 0, 8000, 16, [0, 0]) },
        { "the header says 1 channels at 0 samples a second", WaveBytes.Make(1, 1, 0, 16, [0, 0]) },
        { "the codec is IMA ADPCM (0x0011) of 4 bits; "
            + "PCM of up to 32 bits, floating point of 32 or 64, A-law and mu-law are read.",
            WaveBytes.Make(0x11, 1, 8000, 4, [0, 0]) },
        { "the codec is unknown (0x1234) of 16 bits", WaveBytes.Make(0x1234, 1, 8000, 16, [0, 0], extensible: true) },
        { "the codec is the unknown subformat 00000001-0721-11d3-8644-c8c1ca000000; PCM of up to 32 bits,",
            ForeignSubformat() },
        { "the codec is PCM (0x0001) of 36 bits", WaveBytes.Make(1, 1, 8000, 36, new byte[5]) },
        { "the codec is PCM (0x0001) of 0 bits", WaveBytes.Make(1, 1, 8000, 0, [0]) },
        { "the header says 3 bytes for all channels of a sample; 1 channels of 16 bits have 2.",
            WaveBytes.Make(1, 1, 8000, 16, [0, 0], block: 3) },
        { "sample 1 is NaN; samples must be finite. Correct the sample, or export the recording again.",
            WaveBytes.Make(3, 1, 8000, 32, [0, 0, 0, 0, 0, 0, 0xC0, 0x7F]) },
        { "the data chunk at byte 12 comes before the format chunk.",
            [.. "RIFF"u8, 0, 0, 0, 0, .. "WAVEdata"u8, 0, 0, 0, 0] },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_broken_file_is_refused_with_its_name_and_what_is_wrong(string message, byte[] bytes)
        => Assert.StartsWith($"clip.wav: {message}",
            Assert.Throws<FormatException>(() => Read(bytes)).Message, StringComparison.Ordinal);

    [Fact]
    public void Mutated_files_are_read_or_refused()
    {
        var random = new Random(5);
        byte[] good = WaveBytes.Make(1, 2, 8000, 16, new byte[400], extensible: true,
            before: WaveBytes.Chunk("LIST", [1, 2, 3]));
        int refused = 0;
        for (int i = 0; i < 5000; i++)
        {
            byte[] bytes = good[..(random.Next(4) == 0 ? random.Next(good.Length) : good.Length)];
            for (int change = random.Next(4); change >= 0 && bytes.Length > 0; change--)
                bytes[random.Next(Math.Min(bytes.Length, 90))] = (byte)random.Next(256);
            try
            {
                Assert.NotEmpty(Read(bytes).Samples);
            }
            catch (FormatException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 1000, 4999);
    }

    private static AudioClip Read(byte[] bytes) => WaveFile.Read(new MemoryStream(bytes), "clip.wav");

    private static byte[] ForeignSubformat()
    {
        byte[] bytes = WaveBytes.Make(1, 1, 8000, 16, [0, 0], extensible: true);
        new Guid("00000001-0721-11d3-8644-c8c1ca000000").ToByteArray().CopyTo(bytes, 44);
        return bytes;
    }

    private static byte[] Lying(uint size)
    {
        byte[] bytes = WaveBytes.Make(1, 1, 8000, 16, [0, 0], before: WaveBytes.Chunk("LIST", [1, 2, 3, 4]));
        BitConverter.TryWriteBytes(bytes.AsSpan(16), size);
        return bytes;
    }
}

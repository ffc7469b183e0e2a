using System.Buffers.Binary;

namespace Microsoft.ML.SeqConv.Tests.Audio;

/// <summary>Makes WAV files byte by byte, right and wrong ones.</summary>
internal static class WaveBytes
{
    public static byte[] Make(ushort codec, int channels, int rate, int bits, byte[] data, bool extensible = false,
        uint? dataSize = null, byte[]? before = null, ushort? block = null)
    {
        var bytes = new List<byte>();
        bytes.AddRange("RIFF"u8);
        Int(bytes, 0);
        bytes.AddRange("WAVE"u8);
        if (before is not null)
            bytes.AddRange(before);
        bytes.AddRange("fmt "u8);
        Int(bytes, extensible ? 40u : 16u);
        Short(bytes, extensible ? (ushort)0xFFFE : codec);
        Short(bytes, (ushort)channels);
        Int(bytes, (uint)rate);
        int bytesPerSample = (bits + 7) / 8;
        Int(bytes, (uint)(rate * channels * bytesPerSample));
        Short(bytes, block ?? (ushort)(channels * bytesPerSample));
        Short(bytes, (ushort)bits);
        if (extensible)
        {
            Short(bytes, 22);
            Short(bytes, (ushort)bits);
            Int(bytes, 0);
            Short(bytes, codec);
            bytes.AddRange([0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71]);
        }

        bytes.AddRange("data"u8);
        Int(bytes, dataSize ?? (uint)data.Length);
        bytes.AddRange(data);
        return [.. bytes];
    }

    /// <summary>Makes RIFX, whose numbers have their highest byte first, of what <see cref="Make"/> made without
    /// chunks before.</summary>
    public static byte[] ToBigEndian(byte[] file, int bytesPerSample)
    {
        byte[] bytes = [.. file];
        bytes[3] = (byte)'X';
        int at = 4;
        int format = bytes[16];
        int[] fields = [2, 2, 4, 4, 2, 2, .. (format == 40 ? [2, 2, 4, 4, 2, 2] : Array.Empty<int>())];
        int rest = format - fields.Sum();
        foreach (int width in (int[])[4, -8, 4, .. fields, -rest - 4, 4])       // negative: letters and single bytes
        {
            if (width > 0)
                Array.Reverse(bytes, at, width);
            at += Math.Abs(width);
        }

        for (; at < bytes.Length; at += bytesPerSample)
            Array.Reverse(bytes, at, bytesPerSample);
        return bytes;
    }

    /// <summary>A chunk with its padding byte.</summary>
    public static byte[] Chunk(string name, byte[] content)
    {
        var bytes = new List<byte>(name.Select(letter => (byte)letter));
        Int(bytes, (uint)content.Length);
        bytes.AddRange(content);
        if (content.Length % 2 == 1)
            bytes.Add(0);
        return [.. bytes];
    }

    private static void Int(List<byte> bytes, uint value)
    {
        Span<byte> four = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(four, value);
        bytes.AddRange(four);
    }

    private static void Short(List<byte> bytes, ushort value)
    {
        bytes.Add((byte)value);
        bytes.Add((byte)(value >> 8));
    }
}

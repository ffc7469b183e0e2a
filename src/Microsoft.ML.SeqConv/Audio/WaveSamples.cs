using System.Buffers.Binary;

namespace Microsoft.ML.SeqConv;

/// <summary>Decodes the samples of WAV files.</summary>
internal static class WaveSamples
{
    private static readonly float[] MuLaw = [.. Enumerable.Range(0, 256).Select(code => ExpandMuLaw((byte)code))];
    private static readonly float[] ALaw = [.. Enumerable.Range(0, 256).Select(code => ExpandALaw((byte)code))];

    /// <param name="format">How samples are written.</param>
    /// <param name="bytes">Whole samples; those of a big-endian file are turned to little-endian in place.</param>
    /// <param name="values">As many samples; full scale is -1 to 1.</param>
    public static void Decode(WaveFormat format, Span<byte> bytes, Span<float> values)
    {
        int width = format.BytesPerSample;
        for (int i = 0; i < values.Length; i++)
        {
            Span<byte> sample = bytes.Slice(i * width, width);
            if (format.IsBigEndian)
                sample.Reverse();
            values[i] = (format.Codec, 8 * width) switch
            {
                (WaveCodec.Pcm, 8) => (sample[0] - 128) / 128f,     // the only unsigned one
                (WaveCodec.Pcm, 16) => BinaryPrimitives.ReadInt16LittleEndian(sample) / 32768f,
                (WaveCodec.Pcm, 24) => (sample[0] | (sample[1] << 8) | ((sbyte)sample[2] << 16)) / 8388608f,
                (WaveCodec.Pcm, _) => BinaryPrimitives.ReadInt32LittleEndian(sample) / 2147483648f,
                (WaveCodec.Float, 32) => BinaryPrimitives.ReadSingleLittleEndian(sample),
                (WaveCodec.Float, _) => (float)BinaryPrimitives.ReadDoubleLittleEndian(sample),
                (WaveCodec.ALaw, _) => ALaw[sample[0]],
                _ => MuLaw[sample[0]],
            };
        }
    }

    // ITU-T G.711: sign, three bits of exponent, four of mantissa, all inverted; 14 bits, of which the largest is
    // 8031, given as 16.
    private static float ExpandMuLaw(byte code)
    {
        int inverted = ~code & 0xFF;
        int magnitude = ((((inverted & 0x0F) << 3) + 0x84) << ((inverted >> 4) & 7)) - 0x84;
        return ((inverted & 0x80) != 0 ? -magnitude : magnitude) / 32768f;
    }

    // ITU-T G.711: even bits inverted; 13 bits, given as 16. The sign bit is set for positive samples.
    private static float ExpandALaw(byte code)
    {
        int toggled = code ^ 0x55;
        int exponent = (toggled >> 4) & 7;
        int mantissa = ((toggled & 0x0F) << 4) + 8;
        int magnitude = exponent == 0 ? mantissa : (mantissa + 0x100) << (exponent - 1);
        return ((toggled & 0x80) != 0 ? magnitude : -magnitude) / 32768f;
    }
}

using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>Settings of spectrograms in model files.</summary>
internal static class SavedMelSettings
{
    // *** Binary format ***
    // int: sample rate, window length, hop length, transform length, bands, coefficients; double: lowest
    //   and highest frequency
    // byte: scale; bool: equal area; byte: padding, logarithm
    public static void Write(BinaryWriter writer, MelSettings settings)
    {
        foreach (int value in (ReadOnlySpan<int>)[settings.SampleRate, settings.WindowSize, settings.HopSize,
            settings.TransformSize, settings.NumberOfBands, settings.NumberOfCoefficients])
            writer.Write(value);
        writer.Write(settings.MinFrequency);
        writer.Write(settings.MaxFrequency);
        writer.Write((byte)settings.Scale);
        writer.Write(settings.EqualArea);
        writer.Write((byte)settings.Padding);
        writer.Write((byte)settings.Logarithm);
    }

    /// <exception cref="ArgumentOutOfRangeException">A setting is out of its range.</exception>
    public static MelSettings Read(BinaryReader reader)
    {
        int sampleRate = reader.ReadInt32();
        int window = reader.ReadInt32();
        int hop = reader.ReadInt32();
        int transform = reader.ReadInt32();
        int bands = reader.ReadInt32();
        int coefficients = reader.ReadInt32();
        var settings = new MelSettings
        {
            SampleRate = sampleRate,
            WindowSize = window,
            HopSize = hop,
            TransformSize = transform,
            NumberOfBands = bands,
            NumberOfCoefficients = coefficients,
            MinFrequency = reader.ReadDouble(),
            MaxFrequency = reader.ReadDouble(),
            Scale = (MelScale)reader.ReadByte(),
            EqualArea = reader.ReadBoolean(),
            Padding = (FramePadding)reader.ReadByte(),
            Logarithm = (MelLogarithm)reader.ReadByte(),
        };
        settings.Check();
        return settings;
    }
}

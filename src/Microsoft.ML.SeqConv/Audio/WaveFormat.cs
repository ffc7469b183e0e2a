namespace Microsoft.ML.SeqConv;

/// <summary>Codecs of WAV files that are read, by their registered numbers.</summary>
internal enum WaveCodec : ushort
{
    Pcm = 1,
    Float = 3,
    ALaw = 6,
    MuLaw = 7,
    Extensible = 0xFFFE,
}

/// <summary>What the format chunk of a WAV file says.</summary>
/// <param name="Codec">How a sample is written.</param>
/// <param name="Channels">1 or more.</param>
/// <param name="SampleRate">Samples a second.</param>
/// <param name="Bits">Of a sample. What is missing to whole bytes is below them.</param>
internal readonly record struct WaveFormat(WaveCodec Codec, int Channels, int SampleRate, int Bits)
{
    /// <summary>Whether numbers have their highest byte first.</summary>
    public bool IsBigEndian { get; init; }

    public int BytesPerSample => (Bits + 7) / 8;

    public int BytesPerFrame => Channels * BytesPerSample;

    public bool IsKnown => (Codec, Bits) is (WaveCodec.Pcm, >= 1 and <= 32) or (WaveCodec.Float, 32 or 64)
        or (WaveCodec.ALaw or WaveCodec.MuLaw, 8);

    /// <summary>Names a codec for messages.</summary>
    public static string NameOf(int codec) => codec switch
    {
        1 => "PCM",
        2 => "Microsoft ADPCM",
        3 => "floating point",
        6 => "A-law",
        7 => "mu-law",
        0x11 => "IMA ADPCM",
        0x31 => "GSM 6.10",
        0x45 => "G.726 ADPCM",
        0x50 => "MPEG",
        0x55 => "MP3",
        0x92 => "Dolby AC-3",
        0xFF => "AAC",
        0x161 or 0x162 => "Windows Media Audio",
        0xF1AC => "FLAC",
        0x674F or 0x6750 or 0x6751 => "Ogg Vorbis",
        _ => "unknown",
    };

    /// <summary>Names the container of a file that is no WAV file by its first bytes, for messages.</summary>
    public static string? ContainerOf(ReadOnlySpan<byte> start) => start switch
    {
        _ when start.StartsWith("fLaC"u8) => "a FLAC file",
        _ when start.StartsWith("OggS"u8) => "an Ogg file",
        _ when start.StartsWith("ID3"u8) || start.StartsWith<byte>([0xFF, 0xFB]) => "an MP3 file",
        _ when start.StartsWith("FORM"u8) => "an AIFF file",
        _ when start.StartsWith("riff"u8) => "a Wave64 file (W64)",
        _ when start.StartsWith<byte>([0, 5, 0x16, 7])
            => "an AppleDouble file, which holds metadata of macOS instead of samples",
        _ when start.StartsWith("caff"u8) => "a Core Audio file",
        _ when start.StartsWith("#!AMR"u8) => "an AMR file",
        _ when start.Length >= 8 && start[4..8].SequenceEqual("ftyp"u8) => "an MPEG-4 file",
        _ => null,
    };
}

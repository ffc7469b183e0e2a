namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>What the ends of a signal are extended by, so that the first frame has its middle at the first sample.</summary>
public enum FramePadding : byte
{
    /// <summary>Zeros. The default of librosa from version 0.10 on.</summary>
    Zeros,

    /// <summary>The signal itself, mirrored at its ends. The default of torchaudio.</summary>
    Reflect,

    /// <summary>Nothing: the first frame begins at the first sample, and a last part that fills no frame is left out.</summary>
    None,
}

/// <summary>How the energies of bands are put on a scale.</summary>
public enum MelLogarithm : byte
{
    /// <summary>10 log10(max(1e-10, energy)), and what lies more than 80 dB below a clip's loudest value raised to that: librosa's <c>power_to_db</c>.</summary>
    Decibel,

    /// <summary>The natural logarithm of energy + 1e-6: a value depends on its own frame alone.</summary>
    Natural,

    /// <summary>The energies themselves.</summary>
    None,
}

/// <summary>How a mel spectrogram is computed.</summary>
public sealed record MelSettings
{
    /// <summary>Samples a second, at least 1.</summary>
    public required int SampleRate { get; init; }

    /// <summary>Samples of a frame's window (periodic Hann), 2 to <see cref="TransformLength"/>; it stands in the middle of the transform.</summary>
    public required int WindowLength { get; init; }

    /// <summary>Samples from frame to frame, at least 1.</summary>
    public required int HopLength { get; init; }

    /// <summary>Points of the Fourier transform, at least the window's, up to 2^20.</summary>
    public required int TransformLength { get; init; }

    /// <summary>Mel bands, 1 to 4,096.</summary>
    public required int Bands { get; init; }

    /// <summary>Hertz where the first triangle begins, from 0.</summary>
    public double LowestFrequency { get; init; }

    /// <summary>Hertz where the last triangle ends, above the lowest, up to half the sample rate.</summary>
    public required double HighestFrequency { get; init; }

    /// <summary>The scale of pitch.</summary>
    public MelScale Scale { get; init; }

    /// <summary>Whether triangles have one area (Slaney) instead of one height.</summary>
    public bool EqualArea { get; init; } = true;

    /// <summary>What the ends are extended by.</summary>
    public FramePadding Padding { get; init; }

    /// <summary>The scale of energies.</summary>
    public MelLogarithm Logarithm { get; init; }

    /// <summary>Coefficients of the cosine transform over bands, 1 to <see cref="Bands"/>; 0 for the bands themselves.</summary>
    public int Coefficients { get; init; }

    /// <summary>Frames of a clip.</summary>
    /// <param name="samples">At least 1. A clip that is shorter than one frame counts as one, extended by zeros at its end.</param>
    public int FramesOf(int samples)
        => Math.Max(0, samples + 2 * PaddingLength - TransformLength) / HopLength + 1;

    /// <summary>The fewest samples that an exported graph of open length takes: a convolution needs a frame, and a mirror what it shows. Other clips are taken from one sample on.</summary>
    public int LeastGraphLength => Padding switch
    {
        FramePadding.Zeros => 1,
        FramePadding.Reflect => PaddingLength + 1,
        _ => TransformLength,
    };

    /// <summary>Samples that each end is extended by.</summary>
    public int PaddingLength => Padding == FramePadding.None ? 0 : TransformLength / 2;

    /// <summary>Throws when a value is out of its range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range; the message names it.</exception>
    public void Check()
    {
        Require(SampleRate >= 1, nameof(SampleRate), SampleRate, "must be at least 1");
        Require(TransformLength is >= 2 and <= 1 << 20, nameof(TransformLength), TransformLength, "must be 2 to 1,048,576");
        Require(WindowLength >= 2 && WindowLength <= TransformLength, nameof(WindowLength), WindowLength, FormattableString.Invariant($"must be 2 to TransformLength, {TransformLength}"));
        Require(HopLength >= 1, nameof(HopLength), HopLength, "must be at least 1");
        Require(Bands is >= 1 and <= 4096, nameof(Bands), Bands, "must be 1 to 4,096");
        Require(LowestFrequency >= 0 && LowestFrequency < HighestFrequency, nameof(LowestFrequency), LowestFrequency,
            FormattableString.Invariant($"must be at least 0 and below HighestFrequency, {HighestFrequency}"));
        Require(HighestFrequency <= SampleRate / 2.0, nameof(HighestFrequency), HighestFrequency, FormattableString.Invariant($"must be at most half of SampleRate, {SampleRate / 2.0}"));
        Require(Coefficients >= 0 && Coefficients <= Bands, nameof(Coefficients), Coefficients, $"must be 0 to Bands, {Bands}");
        Require(Enum.IsDefined(Scale), nameof(Scale), Scale, "is none of its values");
        Require(Enum.IsDefined(Padding), nameof(Padding), Padding, "is none of its values");
        Require(Enum.IsDefined(Logarithm), nameof(Logarithm), Logarithm, "is none of its values");
        int empty = new MelFilterBank(this).FirstEmptyBand;
        Require(empty < 0, nameof(Bands), Bands, $"leaves band {empty} without any bin of the spectrum. Lower Bands, or raise TransformLength ({TransformLength})");
    }

    private static void Require(bool holds, string name, object value, string rule)
    {
        if (!holds)
            throw new ArgumentOutOfRangeException(name, value, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{name} is {value}; it {rule}."));
    }
}

using static System.FormattableString;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// What the ends of a signal are extended by, so that the first frame has its middle at the first sample.
/// </summary>
public enum FramePadding : byte
{
    /// <summary>Zeros. The default of librosa from version 0.10 on.</summary>
    Zeros,

    /// <summary>The signal itself, mirrored at its ends. The default of torchaudio.</summary>
    Reflect,

    /// <summary>
    /// Nothing: the first frame begins at the first sample, and a last part that fills no frame is left out.
    /// </summary>
    None,
}

/// <summary>How the energies of bands are put on a scale.</summary>
public enum MelLogarithm : byte
{
    /// <summary>
    /// 10 log10(max(1e-10, energy)), and what lies more than 80 dB below a clip's loudest value raised to that:
    /// librosa's <c>power_to_db</c>.
    /// </summary>
    Decibel,

    /// <summary>The natural logarithm of energy + 1e-6: a value depends on its own frame alone.</summary>
    Natural,

    /// <summary>The energies themselves.</summary>
    None,
}

/// <summary>How a mel spectrogram is computed.</summary>
/// <remarks>
/// Limits follow from what is plausible for recordings, so that settings from a model file cannot ask for much:
/// the tables of the largest settings that are allowed take less than 32 MiB, and a sample takes part in at
/// most 1,024 transforms.
/// </remarks>
public sealed class MelSettings
{
    /// <summary>The longest transform, 65,536: a third of a second at 192,000 samples a second.</summary>
    internal const int MaxTransformSize = 1 << 16;

    /// <summary>The largest sample rate, 10,000,000.</summary>
    internal const int MaxSampleRate = 10_000_000;

    internal const int MaxBands = 4096;
    private const int MaxCoefficients = 512;
    private const int MaxTransformsPerSample = 1024;
    private const int MaxBandsPerSample = 256;

    /// <summary>Samples a second, 1 to 10,000,000.</summary>
    public required int SampleRate { get; init; }

    /// <summary>
    /// Samples of a frame's window (periodic Hann), 2 to <see cref="TransformSize"/>; it stands in the
    /// middle of the transform.
    /// </summary>
    public required int WindowSize { get; init; }

    /// <summary>
    /// Samples from frame to frame: at least 1, 1/1,024 of <see cref="TransformSize"/> and 1/256 of
    /// <see cref="NumberOfBands"/>, at most 10,000,000.
    /// </summary>
    public required int HopSize { get; init; }

    /// <summary>
    /// Points of the Fourier transform, at least the window's, up to 65,536.
    /// </summary>
    public required int TransformSize { get; init; }

    /// <summary>Mel bands, 1 to 4,096.</summary>
    public required int NumberOfBands { get; init; }

    /// <summary>Hertz where the first triangle begins, from 0.</summary>
    public double MinFrequency { get; init; }

    /// <summary>
    /// Hertz where the last triangle ends, above <see cref="MinFrequency"/>, up to half the sample rate.
    /// </summary>
    public required double MaxFrequency { get; init; }

    /// <summary>The scale of pitch.</summary>
    public MelScale Scale { get; init; }

    /// <summary>Whether triangles have one area (Slaney) instead of one height.</summary>
    public bool EqualArea { get; init; } = true;

    /// <summary>What the ends are extended by.</summary>
    public FramePadding Padding { get; init; }

    /// <summary>The scale of energies.</summary>
    public MelLogarithm Logarithm { get; init; }

    /// <summary>
    /// Coefficients of the cosine transform over bands, 1 to <see cref="NumberOfBands"/> and at most 512; 0 for
    /// the bands themselves.
    /// </summary>
    public int NumberOfCoefficients { get; init; }

    /// <summary>Frames of a clip.</summary>
    /// <param name="samples">
    /// At least 1. A clip that is shorter than one frame counts as one, extended by zeros at its end.
    /// </param>
    internal int FramesOf(int samples)
        => (int)(Math.Max(0, (long)samples + 2 * PaddingLength - TransformSize) / HopSize) + 1;

    /// <summary>
    /// The fewest samples that an exported graph of open length takes: a convolution needs a frame, and a mirror what
    /// it shows. Other clips are taken from one sample on.
    /// </summary>
    internal int MinGraphLength => Padding switch
    {
        FramePadding.Zeros => 1,
        FramePadding.Reflect => PaddingLength + 1,
        _ => TransformSize,
    };

    /// <summary>Samples that each end is extended by.</summary>
    internal int PaddingLength => Padding == FramePadding.None ? 0 : TransformSize / 2;

    /// <summary>The smallest hop, in samples: the work for a sample is bounded.</summary>
    internal int MinHopSize => Math.Max((TransformSize - 1) / MaxTransformsPerSample,
        (NumberOfBands - 1) / MaxBandsPerSample) + 1;

    /// <summary>The smallest hop and why.</summary>
    internal string MinHopRule => $"{MinHopSize}, 1/1,024 of TransformSize ({TransformSize}) and 1/256 of "
        + $"NumberOfBands ({NumberOfBands})";

    /// <summary>Throws when a value is out of its range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range; the message names it.</exception>
    internal void Check()
    {
        Guard.Within(SampleRate, 1, MaxSampleRate);
        Guard.Within(TransformSize, 2, MaxTransformSize);
        Guard.Require(WindowSize >= 2 && WindowSize <= TransformSize, WindowSize,
            $"it must be 2 to TransformSize, {TransformSize}");
        Guard.Within(NumberOfBands, 1, MaxBands);
        Guard.Within(HopSize, 1, MaxSampleRate);
        Guard.Require(HopSize >= MinHopSize, HopSize, $"it must be at least {MinHopRule}", remedy: "Raise HopSize.");
        Guard.Require(MinFrequency >= 0 && MinFrequency < MaxFrequency, MinFrequency,
            Invariant($"it must be at least 0 and below MaxFrequency, {MaxFrequency}"));
        Guard.Require(MaxFrequency <= SampleRate / 2.0, MaxFrequency,
            Invariant($"it must be at most half of SampleRate, {SampleRate / 2.0}"));
        Guard.Require(NumberOfCoefficients >= 0 && NumberOfCoefficients <= NumberOfBands, NumberOfCoefficients,
            $"it must be 0 to NumberOfBands, {NumberOfBands}");
        Guard.Require(NumberOfCoefficients <= MaxCoefficients, NumberOfCoefficients, "it must be at most 512");
        Guard.Defined(Scale);
        Guard.Defined(Padding);
        Guard.Defined(Logarithm);
        int empty = new MelFilterBank(this).FirstEmptyBand;
        Guard.Require(empty < 0, NumberOfBands, $"it leaves band {empty} without any bin of the spectrum",
            remedy: $"Lower NumberOfBands, or raise TransformSize ({TransformSize}).");
    }
}

using Microsoft.ML.SearchSpace;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// How recordings become mel spectrograms, or cepstral coefficients (MFCC). Defaults are the usual ones for speech:
/// windows of 25 ms every 10 ms, 40 bands.
/// </summary>
public sealed class MelOptions
{
    /// <summary>
    /// Samples a second, 1 to 10,000,000. Default <see langword="null"/>: what the column says, as columns
    /// of audio files do.
    /// </summary>
    public int? SampleRate { get; set; }

    /// <summary>Milliseconds of a frame's window, positive. Default 25.</summary>
    [Range(10.0, 60.0, init: 25.0)]
    public double WindowMilliseconds { get; set; } = 25;

    /// <summary>
    /// Milliseconds from frame to frame, positive; in samples at least 1/1,024 of the transform and 1/256 of the
    /// bands. Default 10.
    /// </summary>
    [Range(5.0, 20.0, init: 10.0)]
    public double HopMilliseconds { get; set; } = 10;

    /// <summary>
    /// Points of the Fourier transform, at least the window's, up to 65,536. Default <see langword="null"/>: the next
    /// power of two from the window's length on.
    /// </summary>
    public int? TransformSize { get; set; }

    /// <summary>Mel bands, 1 to 4,096. Default 40.</summary>
    [Range(20, 128, init: 40, logBase: true)]
    public int NumberOfBands { get; set; } = 40;

    /// <summary>
    /// Cepstral coefficients (MFCC), 1 to <see cref="NumberOfBands"/> and at most 512; 0 (default) for
    /// the bands themselves.
    /// </summary>
    public int NumberOfCoefficients { get; set; }

    /// <summary>Hertz where the first band begins, from 0, the default.</summary>
    public double MinFrequency { get; set; }

    /// <summary>
    /// Hertz where the last band ends, up to half the sample rate. Default <see langword="null"/>: that.
    /// </summary>
    public double? MaxFrequency { get; set; }

    /// <summary>The scale of pitch. Default <see cref="MelScale.Slaney"/>.</summary>
    public MelScale Scale { get; set; }

    /// <summary>Whether bands have one area instead of one height. Default true.</summary>
    public bool EqualArea { get; set; } = true;

    /// <summary>What the ends of a clip are extended by. Default zeros.</summary>
    public FramePadding Padding { get; set; }

    /// <summary>The scale of energies. Default decibels.</summary>
    public MelLogarithm Logarithm { get; set; }

    internal MelOptions Copy() => (MelOptions)MemberwiseClone();

    /// <summary>The same in samples.</summary>
    /// <param name="sampleRate">Of the clips.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    internal MelSettings ToSettings(int sampleRate)
    {
        Guard.Within(NumberOfBands, 1, MelSettings.MaxBands);
        Guard.Require(NumberOfCoefficients >= 0 && NumberOfCoefficients <= NumberOfBands, NumberOfCoefficients,
            $"it must be 0 to NumberOfBands, {NumberOfBands}");
        Guard.Within(TransformSize, 2, MelSettings.MaxTransformSize);
        int window = Samples(WindowMilliseconds, nameof(WindowMilliseconds), sampleRate,
            MelSettings.MaxTransformSize);
        var settings = new MelSettings
        {
            SampleRate = sampleRate,
            WindowSize = window,
            HopSize = Samples(HopMilliseconds, nameof(HopMilliseconds), sampleRate, MelSettings.MaxSampleRate),
            TransformSize = TransformSize ?? (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)window),
            NumberOfBands = NumberOfBands,
            MinFrequency = MinFrequency,
            MaxFrequency = MaxFrequency ?? sampleRate / 2.0,
            Scale = Scale,
            EqualArea = EqualArea,
            Padding = Padding,
            Logarithm = Logarithm,
            NumberOfCoefficients = NumberOfCoefficients,
        };

        // The settings have these in samples and under other names.
        Guard.Require(window >= 2 && window <= settings.TransformSize, WindowMilliseconds,
            $"it is {window} samples, which must be 2 to TransformSize, {settings.TransformSize}");
        Guard.Require(settings.HopSize >= settings.MinHopSize, HopMilliseconds,
            $"it is {settings.HopSize} samples, which must be at least {settings.MinHopRule}",
            remedy: "Raise HopMilliseconds.");
        settings.Check();
        return settings;
    }

    /// <summary>The sample rate to use for a column, by the options or by the column.</summary>
    /// <exception cref="ArgumentException">The two differ, or neither says it.</exception>
    internal int RateOf(DataViewSchema.Column column)
    {
        int? known = SampleRateAnnotation.Of(column);
        if (SampleRate is int rate && known is int other && rate != other)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"Column '{column.Name}' has {other} samples a second, but SampleRate is {rate}. ")
                + "Leave SampleRate unset, or set the rate where the files are opened.");
        }

        return SampleRate ?? known ?? throw new ArgumentException(
            $"Column '{column.Name}' does not say its sample rate. Set SampleRate, in samples a second.");
    }

    private static int Samples(double milliseconds, string name, int sampleRate, int max)
    {
        double samples = Math.Round(milliseconds * sampleRate / 1000);
        return samples >= 1 && samples <= max
            ? (int)samples
            : throw new ArgumentOutOfRangeException(name, milliseconds,
                FormattableString.Invariant($"{name} is {milliseconds}, which is {samples} samples at {sampleRate} ")
                + FormattableString.Invariant($"samples a second; 1 to {max:N0} are possible."));
    }
}

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>Scales of pitch.</summary>
public enum MelScale
{
    /// <summary>
    /// Slaney's Auditory Toolbox: linear below 1 kHz (3 mel for 200 Hz), logarithmic above (27 mel for a factor of
    /// 6.4). The default of librosa.
    /// </summary>
    Slaney,

    /// <summary>The Hidden Markov Model Toolkit's: 2595 log10(1 + f / 700). The default of torchaudio.</summary>
    Htk,
}

/// <summary>From hertz to mel and back.</summary>
internal static class MelScales
{
    private const double HertzPerMel = 200.0 / 3;
    private const double LogarithmicFrom = 1000;                        // Hz
    private const double LogarithmicFromMel = LogarithmicFrom / HertzPerMel;
    private static readonly double LogStep = Math.Log(6.4) / 27;        // a mel above

    /// <summary>Hertz as mel.</summary>
    /// <param name="scale">The scale.</param>
    /// <param name="hertz">Not negative.</param>
    public static double ToMel(this MelScale scale, double hertz) => scale switch
    {
        MelScale.Htk => 2595 * Math.Log10(1 + hertz / 700),
        _ when hertz < LogarithmicFrom => hertz / HertzPerMel,
        _ => LogarithmicFromMel + Math.Log(hertz / LogarithmicFrom) / LogStep,
    };

    /// <summary>Mel as hertz.</summary>
    /// <param name="scale">The scale.</param>
    /// <param name="mel">Not negative.</param>
    public static double ToHertz(this MelScale scale, double mel) => scale switch
    {
        MelScale.Htk => 700 * (Math.Pow(10, mel / 2595) - 1),
        _ when mel < LogarithmicFromMel => mel * HertzPerMel,
        _ => LogarithmicFrom * Math.Exp(LogStep * (mel - LogarithmicFromMel)),
    };
}

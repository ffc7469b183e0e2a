namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Mu-law companding to 256 values as WaveNet uses it (arXiv:1609.03499, section 2.2): f(x) = sign(x) ln(1 + 255 |x|)
/// / ln 256, rounded to the nearest of 256 levels from -1 to 1. It is not the telephone standard's piecewise form,
/// which audio files have.
/// </summary>
public static class MuLaw
{
    /// <summary>Levels.</summary>
    public const int Levels = 256;

    private const double Mu = Levels - 1;

    // The samples that levels stand for: values at the levels, and the bounds between them.
    private static readonly float[] Values = [.. Enumerable.Range(0, Levels)
        .Select(level => (float)Expand(2 * level / Mu - 1))];
    private static readonly double[] Bounds = [.. Enumerable.Range(0, Levels - 1)
        .Select(level => Expand(2 * (level + 0.5) / Mu - 1))];

    /// <summary>
    /// The level of a sample, 0 to 255: the one whose companded value is nearest. Samples beyond -1 and 1 have
    /// the levels of those.
    /// </summary>
    /// <param name="sample">Finite; NaN has the middle level, 128.</param>
    public static byte Encode(float sample)
    {
        if (float.IsNaN(sample))
            return Levels / 2;
        int at = Array.BinarySearch(Bounds, sample);
        return (byte)(at >= 0 ? at + 1 : ~at);
    }

    /// <summary>
    /// The sample that a level stands for, -1 to 1. <see cref="Encode(float)"/> gives the level back.
    /// </summary>
    /// <param name="level">0 to 255.</param>
    public static float Decode(byte level) => Values[level];

    /// <summary>The levels of samples.</summary>
    /// <param name="samples">Any number.</param>
    /// <param name="levels">As many.</param>
    public static void Encode(ReadOnlySpan<float> samples, Span<byte> levels)
    {
        for (int i = 0; i < samples.Length; i++)
            levels[i] = Encode(samples[i]);
    }

    /// <summary>The samples that levels stand for.</summary>
    /// <param name="levels">Any number.</param>
    /// <param name="samples">As many.</param>
    public static void Decode(ReadOnlySpan<byte> levels, Span<float> samples)
    {
        for (int i = 0; i < levels.Length; i++)
            samples[i] = Values[levels[i]];
    }

    private static double Expand(double companded)
        => Math.Sign(companded) * (Math.Pow(1 + Mu, Math.Abs(companded)) - 1) / Mu;
}

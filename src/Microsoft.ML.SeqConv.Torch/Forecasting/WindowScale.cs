namespace Microsoft.ML.SeqConv;

/// <summary>
/// The scale of a window: its mean, and the mean distance from it. A constant window has the distance 0.
/// </summary>
internal readonly record struct WindowScale(double Level, double Spread)
{
    // Sums of 2^31 values of float32 keep this share of their size in float64: less is the rounding of the mean, not of
    // the values, whose differences are exact near their level.
    private const double SmallestRelativeSpread = 1e-12;

    public static WindowScale Of(ReadOnlySpan<float> window)
    {
        // Relative to a point of the window, so that the level does not take digits of the sums.
        double origin = window[^1];
        double sum = 0;
        foreach (float value in window)
            sum += value - origin;
        double level = origin + sum / window.Length;
        double distances = 0;
        foreach (float value in window)
            distances += Math.Abs(value - level);
        double spread = distances / window.Length;
        return new(level, spread > SmallestRelativeSpread * Math.Abs(level) ? spread : 0);
    }

    /// <summary>Scales values: 0 is the level, 1 the spread above it. All zeros where the window is constant.</summary>
    public void Scale(ReadOnlySpan<float> values, Span<float> scaled)
    {
        for (int i = 0; i < values.Length; i++)
            scaled[i] = Spread == 0 ? 0 : (float)((values[i] - Level) / Spread);
    }

    public float Restore(float scaled) => (float)(Level + Spread * scaled);
}

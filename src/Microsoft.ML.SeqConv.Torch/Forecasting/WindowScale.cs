namespace Microsoft.ML.SeqConv;

/// <summary>The scale of a window: its mean, and the mean distance from it. A constant window has the distance 0.</summary>
internal readonly record struct WindowScale(double Level, double Spread)
{
    // Less is rounding.
    private const double LeastRelativeSpread = 1e-6;

    public static WindowScale Of(ReadOnlySpan<float> window)
    {
        double sum = 0;
        foreach (float value in window)
            sum += value;
        double level = sum / window.Length;
        double distances = 0;
        foreach (float value in window)
            distances += Math.Abs(value - level);
        double spread = distances / window.Length;
        return new(level, spread > LeastRelativeSpread * Math.Abs(level) ? spread : 0);
    }

    /// <summary>Scales values: 0 is the level, 1 the spread above it. All zeros where the window is constant.</summary>
    public void Scale(ReadOnlySpan<float> values, Span<float> scaled)
    {
        for (int i = 0; i < values.Length; i++)
            scaled[i] = Spread == 0 ? 0 : (float)((values[i] - Level) / Spread);
    }

    public float Restore(float scaled) => (float)(Level + Spread * scaled);
}

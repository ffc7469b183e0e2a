namespace Microsoft.ML.SeqConv;

/// <summary>
/// The last present point before a window. A gap at the start of the window is interpolated from it, so it stands for
/// everything before the window.
/// </summary>
/// <param name="Value">Its value; NaN where no point is present before the window.</param>
/// <param name="Distance">Steps from it to the first point of the window; 0 where there is none.</param>
internal readonly record struct PointBefore(float Value, int Distance)
{
    // An outage that never ends must not overflow. Beyond, the window's own points outweigh the difference.
    private const int MaxDistance = 1 << 24;

    public static PointBefore None => new(float.NaN, 0);

    /// <summary>The last present point of a past that ends where the window begins.</summary>
    public static PointBefore Of(ReadOnlySpan<float> past)
    {
        for (int t = past.Length - 1; t >= 0; t--)
        {
            if (!float.IsNaN(past[t]))
                return new(past[t], past.Length - t);
        }

        return None;
    }

    /// <summary>The same after the window has moved by one point.</summary>
    /// <param name="leaving">The point that has left the window.</param>
    public PointBefore Then(float leaving)
    {
        if (!float.IsNaN(leaving))
            return new(leaving, 1);
        return float.IsNaN(Value) ? this : this with { Distance = Math.Min(Distance + 1, MaxDistance) };
    }

    /// <summary>Interpolates the gap at the start of a window as <see cref="SeriesReader"/> does it.</summary>
    public void FillStart(Span<float> window)
    {
        if (float.IsNaN(Value))
            return;
        int first = 0;      // the first present point of the window
        while (first < window.Length && float.IsNaN(window[first]))
            first++;
        if (first == window.Length)
        {
            window.Fill(Value);
            return;
        }

        for (int t = 0; t < first; t++)
            window[t] = (float)(Value + ((double)window[first] - Value) * (t + Distance) / (first + Distance));
    }

    /// <summary>The point and the gap after it, which a checkpoint has before the window; empty for none.</summary>
    public float[] ToPoints()
    {
        var points = new float[Distance];
        points.AsSpan().Fill(float.NaN);
        if (Distance > 0)
            points[0] = Value;
        return points;
    }
}

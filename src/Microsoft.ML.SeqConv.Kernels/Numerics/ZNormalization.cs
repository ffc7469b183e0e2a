namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// z-normalisation as the published Rocket experiments do it: (x - mean) / (standard deviation + 1e-8), population
/// standard deviation, in float64.
/// </summary>
internal static class ZNormalization
{
    private const double Epsilon = 1e-8;

    /// <summary>Normalises in place. A constant series becomes exact zeros.</summary>
    /// <param name="points">[time], finite.</param>
    public static void Apply(Span<float> points)
    {
        if (points.IsEmpty)
            return;
        double sum = 0;
        bool constant = true;
        foreach (float value in points)
        {
            sum += value;
            constant &= value == points[0];
        }

        if (constant)
        {
            points.Clear();
            return;
        }

        double mean = sum / points.Length;
        double squares = 0;
        foreach (float value in points)
            squares += (value - mean) * (value - mean);
        double scale = Math.Sqrt(squares / points.Length) + Epsilon;
        foreach (ref float value in points)
            value = (float)((value - mean) / scale);
    }
}

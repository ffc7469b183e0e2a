namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>Computes the representations of one channel of a series.</summary>
internal static class SeriesRepresentations
{
    /// <summary>Number of representations.</summary>
    public const int Count = 4;

    /// <summary>Points of the mean that smooths the difference.</summary>
    public const int SmoothedPoints = 5;

    /// <summary>
    /// Magnitudes are rounded to 2^-39 of the sum of the absolute values of the series, far below float32, so that
    /// what is zero but for the rounding of a transform is zero.
    /// </summary>
    public const double SpectrumRounding = 8192;

    /// <summary>Points of a representation. A difference that would have none is one zero.</summary>
    /// <param name="representation">Which one.</param>
    /// <param name="length">Points of the series, at least 1.</param>
    public static int LengthOf(SeriesRepresentation representation, int length) => representation switch
    {
        SeriesRepresentation.Series => length,
        SeriesRepresentation.Difference => FirstDifference.LengthOf(length),
        SeriesRepresentation.SecondDifference => FirstDifference.LengthOf(FirstDifference.LengthOf(length)),
        _ => length / 2 + 1,
    };

    /// <summary>Replaces differences by means of five neighbours; the ends are repeated.</summary>
    /// <param name="difference">[time].</param>
    /// <param name="smoothed">[time].</param>
    public static void Smooth(ReadOnlySpan<float> difference, Span<float> smoothed)
    {
        int last = difference.Length - 1;
        for (int t = 0; t <= last; t++)
        {
            if (t >= 2 && t <= last - 2)
            {
                smoothed[t] = (difference[t - 2] + difference[t - 1] + difference[t] + difference[t + 1]
                    + difference[t + 2]) / SmoothedPoints;
                continue;
            }

            float sum = difference[Math.Max(t - 2, 0)];
            for (int offset = -1; offset <= 2; offset++)
                sum += difference[Math.Clamp(t + offset, 0, last)];
            smoothed[t] = sum / SmoothedPoints;
        }
    }

    /// <summary>The magnitudes of the Fourier transform.</summary>
    /// <param name="power">[frequency]: their squares.</param>
    /// <param name="sumOfMagnitudes">The sum of the absolute values of the series.</param>
    /// <param name="magnitudes">[frequency].</param>
    public static void Magnitudes(ReadOnlySpan<double> power, double sumOfMagnitudes, Span<float> magnitudes)
    {
        for (int k = 0; k < power.Length; k++)
            magnitudes[k] = (float)Round(Math.Sqrt(power[k]), sumOfMagnitudes);
    }

    private static double Round(double magnitude, double sumOfMagnitudes)
    {
        double coarse = sumOfMagnitudes * SpectrumRounding;
        return magnitude + coarse - coarse;
    }
}

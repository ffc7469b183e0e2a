namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// The first difference of a series: how much each point adds to the one before. It is one point shorter.
/// </summary>
internal static class FirstDifference
{
    /// <summary>
    /// Points of the difference. That of a single point is one zero, so that no series is without one.
    /// </summary>
    public static int LengthOf(int length) => Math.Max(1, length - 1);

    /// <summary>Computes differences.</summary>
    /// <param name="series">[channel, time], row-major.</param>
    /// <param name="channels">Channels of the series.</param>
    /// <param name="difference">[channel, time], <see cref="LengthOf"/> points a channel.</param>
    public static void Compute(ReadOnlySpan<float> series, int channels, Span<float> difference)
    {
        int length = series.Length / channels;
        int shorter = LengthOf(length);
        for (int channel = 0; channel < channels; channel++)
        {
            ReadOnlySpan<float> x = series.Slice(channel * length, length);
            Span<float> d = difference.Slice(channel * shorter, shorter);
            d[0] = 0;
            for (int t = 1; t < length; t++)
                d[t - 1] = x[t] - x[t - 1];
        }
    }

    /// <summary>
    /// Gives what the points of a difference have to the points of the series: half to each of the two
    /// that it is between.
    /// </summary>
    /// <param name="ofDifference">[channel, time], <see cref="LengthOf"/> points a channel.</param>
    /// <param name="channels">Channels of the series.</param>
    /// <param name="ofSeries">[channel, time], row-major: to each its part is added.</param>
    public static void Distribute(ReadOnlySpan<double> ofDifference, int channels, Span<double> ofSeries)
    {
        int length = ofSeries.Length / channels;
        int shorter = LengthOf(length);
        for (int channel = 0; channel < channels; channel++)
        {
            Span<double> points = ofSeries.Slice(channel * length, length);
            for (int t = 0; t < shorter; t++)
            {
                double half = ofDifference[channel * shorter + t] / 2;
                points[t] += half;
                points[Math.Min(t + 1, length - 1)] += half;
            }
        }
    }

    /// <summary>The differences of many series.</summary>
    public static SeriesSet Of(SeriesSet series)
    {
        var differences = new float[series.Count][];
        for (int i = 0; i < series.Count; i++)
        {
            differences[i] = new float[series.NumberOfChannels * LengthOf(series.LengthOf(i))];
            Compute(series[i], series.NumberOfChannels, differences[i]);
        }

        return new SeriesSet(differences, series.NumberOfChannels);
    }
}

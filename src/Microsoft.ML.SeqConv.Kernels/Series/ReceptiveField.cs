namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>The points that the outputs of a convolution read, to share what an output gives among them.</summary>
/// <param name="offsets">[tap]: how far from its position an output reads.</param>
/// <param name="channels">Channels that it sums over; one may be summed twice.</param>
/// <param name="magnitudes">[channel, tap]: the magnitudes of the weights.</param>
internal sealed class ReceptiveField(long[] offsets, int[] channels, double[] magnitudes)
{
    /// <summary>Shares gifts of outputs among the points that their taps read, by the magnitudes of the weights, equally where all are zero. What lies beyond the series gets nothing.</summary>
    /// <param name="gifts">[output]: what each gives.</param>
    /// <param name="first">Position of the first output.</param>
    /// <param name="step">Points from one output to the next.</param>
    /// <param name="length">Points a channel.</param>
    /// <param name="contributions">[channel, time]: to each its share is added.</param>
    /// <returns>What outputs gave that read no point of the series.</returns>
    public double Share(ReadOnlySpan<double> gifts, long first, int step, int length, Span<double> contributions)
    {
        double unshared = 0;
        for (int i = 0; i < gifts.Length; i++)
        {
            if (gifts[i] != 0)
                unshared += Share(gifts[i], first + (long)i * step, length, contributions);
        }

        return unshared;
    }

    private double Share(double gift, long position, int length, Span<double> contributions)
    {
        double total = 0;
        int inside = 0;
        for (int tap = 0; tap < offsets.Length; tap++)
        {
            if (!IsInside(position + offsets[tap], length))
                continue;
            inside++;
            for (int channel = 0; channel < channels.Length; channel++)
                total += magnitudes[channel * offsets.Length + tap];
        }

        if (inside == 0)
            return gift;
        for (int tap = 0; tap < offsets.Length; tap++)
        {
            long t = position + offsets[tap];
            if (!IsInside(t, length))
                continue;
            for (int channel = 0; channel < channels.Length; channel++)
            {
                double share = total > 0 ? magnitudes[channel * offsets.Length + tap] / total : 1.0 / (inside * channels.Length);
                contributions[channels[channel] * length + (int)t] += gift * share;
            }
        }

        return 0;
    }

    private static bool IsInside(long t, int length) => t >= 0 && t < length;
}

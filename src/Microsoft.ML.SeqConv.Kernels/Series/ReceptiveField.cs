namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// The points that the outputs of a convolution read, to share what an output gives among them: by weight times distance from the mean of these points, since kernels that sum to zero do not
/// see that mean. Points that pull an output to the side on which it is share; those that pull the other way get nothing, for without them it would be there all the more. Zeros around a series
/// get nothing.
/// </summary>
/// <param name="offsets">[tap]: how far from its position an output reads.</param>
/// <param name="channels">Channels that it sums over; one may be summed twice.</param>
/// <param name="weights">[channel, tap].</param>
internal sealed class ReceptiveField(long[] offsets, int[] channels, double[] weights)
{
    private readonly double[] _parts = new double[weights.Length];

    /// <summary>Shares gifts of outputs among points.</summary>
    /// <param name="gifts">[output]: what each gives.</param>
    /// <param name="first">Position of the first output.</param>
    /// <param name="step">Points from one output to the next.</param>
    /// <param name="series">[channel, time], row-major.</param>
    /// <param name="length">Points a channel.</param>
    /// <param name="contributions">[channel, time]: to each its share is added.</param>
    /// <returns>What outputs gave that read no point of the series.</returns>
    public double Share(ReadOnlySpan<double> gifts, long first, int step, ReadOnlySpan<float> series, int length, Span<double> contributions)
    {
        double unshared = 0;
        for (int i = 0; i < gifts.Length; i++)
        {
            if (gifts[i] != 0 && !Share(gifts[i], first + (long)i * step, series, length, contributions))
                unshared += gifts[i];
        }

        return unshared;
    }

    // False where no tap lies in the series.
    private bool Share(double gift, long position, ReadOnlySpan<float> series, int length, Span<double> contributions)
    {
        // The taps in the series follow one another.
        int start = 0;
        while (start < offsets.Length && position + offsets[start] < 0)
            start++;
        int end = offsets.Length;
        while (end > start && position + offsets[end - 1] >= length)
            end--;
        if (start == end)
            return false;

        Span<double> parts = _parts;
        double total = Measure(position, start, end, series, length, parts);
        for (int channel = 0; channel < channels.Length; channel++)
        {
            for (int tap = start; tap < end; tap++)
                contributions[channels[channel] * length + (int)(position + offsets[tap])] += gift * (parts[channel * offsets.Length + tap] / total);
        }

        return true;
    }

    // Parts by weight times distance; by the magnitudes of the weights where these are all zero, and equal where all weights are.
    private double Measure(long position, int start, int end, ReadOnlySpan<float> series, int length, Span<double> parts)
    {
        double output = 0;
        double byWeight = 0;
        for (int channel = 0; channel < channels.Length; channel++)
        {
            ReadOnlySpan<float> points = series.Slice(channels[channel] * length, length);
            double mean = 0;
            for (int tap = start; tap < end; tap++)
                mean += points[(int)(position + offsets[tap])];
            mean /= end - start;
            for (int tap = start; tap < end; tap++)
            {
                int index = channel * offsets.Length + tap;
                float point = points[(int)(position + offsets[tap])];
                parts[index] = weights[index] * (point - mean);
                output += weights[index] * point;
                byWeight += Math.Abs(weights[index]);
            }
        }

        double byDistance = 0;
        for (int channel = 0; channel < channels.Length; channel++)
        {
            foreach (ref double part in parts.Slice(channel * offsets.Length + start, end - start))
            {
                part = output < 0 ? Math.Max(0, -part) : Math.Max(0, part);
                byDistance += part;
            }
        }

        if (byDistance > 0)
            return byDistance;
        for (int channel = 0; channel < channels.Length; channel++)
        {
            for (int tap = start; tap < end; tap++)
                parts[channel * offsets.Length + tap] = byWeight > 0 ? Math.Abs(weights[channel * offsets.Length + tap]) : 1;
        }

        return byWeight > 0 ? byWeight : channels.Length * (end - start);
    }
}

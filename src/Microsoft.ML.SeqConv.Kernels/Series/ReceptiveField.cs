namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// The points that the outputs of a convolution read, to distribute the attribution of an output among them: by weight
/// times distance from the mean of these points, since kernels that sum to zero do not see that mean. Points that move
/// an output towards its sign get a part; points that move it the other way get none, since without them the output
/// would be larger still. Zeros around a series get none.
/// </summary>
/// <param name="offsets">[tap]: how far from its position an output reads.</param>
/// <param name="channels">Channels that it sums over; one may be summed twice.</param>
/// <param name="weights">[channel, tap].</param>
internal sealed class ReceptiveField(long[] offsets, int[] channels, double[] weights)
{
    private readonly double[] _parts = new double[weights.Length];

    /// <summary>Distributes attributions of outputs among points.</summary>
    /// <param name="attributions">[output]: the attribution of each.</param>
    /// <param name="first">Position of the first output.</param>
    /// <param name="step">Points from one output to the next.</param>
    /// <param name="series">[channel, time], row-major.</param>
    /// <param name="length">Points a channel.</param>
    /// <param name="contributions">[channel, time]: the part of each point is added.</param>
    /// <returns>The attributions of outputs that read no point of the series.</returns>
    public double Distribute(ReadOnlySpan<double> attributions, long first, int step, ReadOnlySpan<float> series,
        int length, Span<double> contributions)
    {
        double undistributed = 0;
        for (int i = 0; i < attributions.Length; i++)
        {
            if (attributions[i] != 0
                && !Distribute(attributions[i], first + (long)i * step, series, length, contributions))
                undistributed += attributions[i];
        }

        return undistributed;
    }

    // False where no tap lies in the series.
    private bool Distribute(double attribution, long position, ReadOnlySpan<float> series, int length,
        Span<double> contributions)
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
            {
                int point = channels[channel] * length + (int)(position + offsets[tap]);
                contributions[point] += attribution * (parts[channel * offsets.Length + tap] / total);
            }
        }

        return true;
    }

    // Parts by weight times distance; by the magnitudes of the weights where these are all zero, and equal
    // where all weights are.
    private double Measure(
        long position, int start, int end, ReadOnlySpan<float> series, int length, Span<double> parts)
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
                parts[channel * offsets.Length + tap] =
                    byWeight > 0 ? Math.Abs(weights[channel * offsets.Length + tap]) : 1;
        }

        return byWeight > 0 ? byWeight : channels.Length * (end - start);
    }
}

namespace Microsoft.ML.SeqConv;

/// <summary>
/// How far each channel moves within a training series. Features that grow with their channel's values are scaled by
/// what they did in training: of a channel that hardly moved there, any later movement would swamp all other features.
/// </summary>
/// <param name="channels">Channels of a series.</param>
internal sealed class ChannelSpreads(int channels)
{
    // Kernels add channels in single precision: what moves less than this share of another channel is lost in its
    // rounding.
    private const double RoundingShare = 1.0 / (1 << 21);
    private const double RoundingSteps = 2;         // of single precision at the channel's level

    private readonly double[] _spreads = new double[channels];
    private readonly double[] _logSums = new double[channels];      // of the spreads that are not zero
    private readonly long[] _moving = new long[channels];
    private readonly double[] _levels = new double[channels];

    /// <summary>Takes a series in.</summary>
    /// <param name="series">[channel, time], finite.</param>
    public void Add(ReadOnlySpan<float> series)
    {
        int length = series.Length / channels;
        for (int channel = 0; channel < channels; channel++)
        {
            float low = float.PositiveInfinity;
            float high = float.NegativeInfinity;
            foreach (float value in series.Slice(channel * length, length))
            {
                low = Math.Min(low, value);
                high = Math.Max(high, value);
            }

            double spread = (double)high - low;
            _spreads[channel] = Math.Max(_spreads[channel], spread);
            if (spread > 0)
            {
                _logSums[channel] += Math.Log(spread);
                _moving[channel]++;
            }

            _levels[channel] = Math.Max(_levels[channel], Math.Max(Math.Abs(low), Math.Abs(high)));
        }
    }

    /// <summary>The largest movement of a channel within one series.</summary>
    public double this[int channel] => _spreads[channel];

    /// <summary>
    /// The largest movement of any channel: its geometric mean over series, which one outlier does not change.
    /// </summary>
    public double Largest => Enumerable.Range(0, channels)
        .Max(channel => _moving[channel] == 0 ? 0 : Math.Exp(_logSums[channel] / _moving[channel]));

    /// <summary>
    /// Channels that do not move but for rounding: that of their own values, or of sums with the other channels.
    /// </summary>
    public int[] FlatChannels() => [.. Enumerable.Range(0, channels).Where(IsFlat)];

    private bool IsFlat(int channel)
    {
        var level = (float)_levels[channel];
        double step = (double)MathF.BitIncrement(level) - level;
        return _spreads[channel] <= Math.Max(RoundingShare * Largest, RoundingSteps * step);
    }
}

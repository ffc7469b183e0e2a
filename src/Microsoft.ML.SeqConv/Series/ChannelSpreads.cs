namespace Microsoft.ML.SeqConv;

/// <summary>
/// How far each channel moves within a training series. Features that grow with their channel's values are scaled by what
/// they did in training: of a channel that hardly moved there, any later movement would swamp all other features.
/// </summary>
/// <param name="channels">Channels of a series.</param>
internal sealed class ChannelSpreads(int channels)
{
    // A movement below this share of the largest channel's, or of the rounding of Single at the channel's level, is none.
    private const double MinShare = 1e-5;
    private const double MinSteps = 16;

    private readonly double[] _spreads = new double[channels];
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

            _spreads[channel] = Math.Max(_spreads[channel], (double)high - low);
            _levels[channel] = Math.Max(_levels[channel], Math.Max(Math.Abs(low), Math.Abs(high)));
        }
    }

    /// <summary>The largest movement of a channel within one series.</summary>
    public double this[int channel] => _spreads[channel];

    /// <summary>The largest movement of any channel.</summary>
    public double Largest => _spreads.Max();

    /// <summary>Channels that do not move, compared with the others or with the rounding of their values.</summary>
    public int[] FlatChannels() => [.. Enumerable.Range(0, channels).Where(IsFlat)];

    private bool IsFlat(int channel)
    {
        var level = (float)_levels[channel];
        double step = (double)MathF.BitIncrement(level) - level;
        return _spreads[channel] <= Math.Max(MinShare * Largest, MinSteps * step);
    }
}

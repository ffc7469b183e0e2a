namespace Microsoft.ML.SeqConv.Samples.Explain;

/// <summary>Neighbouring points of a channel that all contribute more than the mean point, or all less.</summary>
/// <param name="Channel">Which channel.</param>
/// <param name="First">The first point.</param>
/// <param name="Last">The last point.</param>
/// <param name="Sum">What they contribute together.</param>
/// <param name="Even">What as many points contribute on average.</param>
internal sealed record Interval(int Channel, int First, int Last, double Sum, double Even)
{
    // Contributions are smoothed over so many points, so that a single point does not end an interval.
    private const int Smoothing = 5;

    /// <summary>The intervals whose sums differ most from the average, the strongest first.</summary>
    public static IEnumerable<Interval> Strongest(SeriesExplanation explanation, int count)
        => Enumerable.Range(0, explanation.NumberOfChannels).SelectMany(channel => Of(explanation, channel))
            .OrderByDescending(interval => Math.Abs(interval.Sum - interval.Even)).Take(count);

    private static IEnumerable<Interval> Of(SeriesExplanation explanation, int channel)
    {
        double mean = explanation.Score / explanation.Contributions.Length;
        double[] own = [.. Enumerable.Range(0, explanation.Length).Select(t => explanation.Contributions[channel, t])];
        bool[] above = [.. Enumerable.Range(0, own.Length).Select(
            t => own[Math.Max(0, t - Smoothing / 2)..Math.Min(own.Length, t + Smoothing / 2 + 1)].Average() > mean)];
        for (int first = 0, last; first < own.Length; first = last + 1)
        {
            last = first;
            while (last + 1 < own.Length && above[last + 1] == above[first])
                last++;
            yield return new(channel, first, last, own[first..(last + 1)].Sum(), mean * (last + 1 - first));
        }
    }
}

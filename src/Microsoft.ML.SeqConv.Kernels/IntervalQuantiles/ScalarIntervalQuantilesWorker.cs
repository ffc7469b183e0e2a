namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// The specification of QUANT's transform: each interval is sorted by itself (section 3.3 of arXiv:2308.00928).
/// </summary>
internal sealed class ScalarIntervalQuantilesWorker(IntervalQuantilesModel model) : IntervalQuantilesWorker(model)
{
    private float[] _sorted = [];

    /// <inheritdoc/>
    private protected override void Write(
        ReadOnlySpan<float> values, PlannedRepresentation plan, int channel, Span<float> all)
    {
        if (_sorted.Length < values.Length)
            _sorted = new float[values.Length];
        foreach (PlannedInterval interval in plan.Intervals)
        {
            if (!interval.NeededChannels[channel])
                continue;
            ReadOnlySpan<float> points = values[interval.Start..interval.End];
            Span<float> sorted = _sorted.AsSpan(0, points.Length);
            points.CopyTo(sorted);
            sorted.Sort();
            Quantiles(sorted, interval.Ranks, IntervalMean.Scalar(points), interval.FeaturesIn(all, channel));
        }
    }

    /// <inheritdoc/>
    private protected override void Score(NormalScores scores, Span<float> features, int first)
        => scores.ApplyScalar(features, first);

    private static void Quantiles(ReadOnlySpan<float> sorted, QuantileRanks ranks, float mean, Span<float> quantiles)
    {
        for (int i = 0; i < quantiles.Length; i++)
        {
            float range = sorted[ranks.Upper[i]] - sorted[ranks.Lower[i]];
            float quantile = sorted[ranks.Nearest[i]] + ranks.Weights[i] * range;
            quantiles[i] = QuantileRanks.IsCentred(i) ? quantile - mean : quantile;
        }
    }
}

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// A worker on vectors. Over one series the lanes of a vector are output positions. Where several series of one length
/// are at hand, the lanes are series: no vector is then half empty at the end of a short series, none lies across cache
/// lines, and no sum over lanes is made.
/// </summary>
/// <param name="featurizer">The fitted transform.</param>
/// <param name="lanes">The lanes of a vector.</param>
/// <param name="create">Makes the transform of that many series at once.</param>
internal sealed class VectorWorker(SeriesFeaturizer featurizer, int lanes, Func<int, LaneWorker> create)
    : FeaturizerWorker
{
    // Interleaved series take as many times the memory as there are lanes. Long ones gain nothing and
    // would leave the caches.
    private const int MaxChannelValues = 1 << 13;
    private const int MaxSeriesValues = 1 << 16;

    private readonly LaneWorker _one = create(1);
    private LaneWorker? _interleaved;

    /// <inheritdoc/>
    public override void Transform(ReadOnlySpan<float> series, Span<float> features)
    {
        LengthOf(series, featurizer.NumberOfChannels);
        _one.Load(series, lane: 0);
        _one.Transform(new FeatureRows(features));
    }

    /// <inheritdoc/>
    private protected override void TransformAll(
        ReadOnlySpan<ReadOnlyMemory<float>> series, ReadOnlySpan<Memory<float>> features)
    {
        while (!series.IsEmpty)
        {
            int together = OfOneLength(series);
            if (together * 2 > lanes && FitsInterleaved(series[0].Length))
                TransformInterleaved(series[..together], features[..together]);
            else
                base.TransformAll(series[..together], features[..together]);
            series = series[together..];
            features = features[together..];
        }
    }

    private bool FitsInterleaved(int values)
        => values <= MaxSeriesValues / lanes && values / featurizer.NumberOfChannels <= MaxChannelValues / lanes;

    private int OfOneLength(ReadOnlySpan<ReadOnlyMemory<float>> series)
    {
        int count = 1;
        while (count < Math.Min(lanes, series.Length) && series[count].Length == series[0].Length)
            count++;
        return count;
    }

    private void TransformInterleaved(ReadOnlySpan<ReadOnlyMemory<float>> series, ReadOnlySpan<Memory<float>> features)
    {
        _interleaved ??= create(lanes);
        for (int lane = 0; lane < series.Length; lane++)
        {
            LengthOf(series[lane].Span, featurizer.NumberOfChannels);
            _interleaved.Load(series[lane].Span, lane);
        }

        _interleaved.Transform(new FeatureRows(features));
    }
}

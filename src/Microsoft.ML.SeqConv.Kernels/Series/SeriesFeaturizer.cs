namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// A fitted, immutable transform of one series to a fixed number of features. Safe for any number of threads; each
/// thread uses its own worker.
/// </summary>
public abstract class SeriesFeaturizer
{
    /// <summary>Series that a worker is given at once: a multiple of every vector's lanes.</summary>
    internal const int BatchSize = 16;

    private const int MaxSeriesToHold = 256;
    private const int MaxValuesToHold = 1 << 22;

    private protected SeriesFeaturizer()
    {
    }

    /// <summary>Channels a series must have.</summary>
    public abstract int NumberOfChannels { get; }

    /// <summary>Length of the feature vector.</summary>
    public abstract int NumberOfFeatures { get; }

    /// <summary>How many series have features of at most 16 MiB, from 1 to 256.</summary>
    internal static int BatchSizeFor(int numberOfFeatures)
        => Math.Clamp(MaxValuesToHold / numberOfFeatures, 1, MaxSeriesToHold);

    /// <summary>
    /// What one feature is, for people: the pooling and the kernel, for example <c>ppv k17 d4 b2</c>.
    /// </summary>
    /// <param name="index">0 to <see cref="NumberOfFeatures"/> - 1.</param>
    public abstract string FeatureName(int index);

    /// <summary>Makes the state that one thread needs to transform series after series without allocation.</summary>
    /// <param name="path">Which implementation computes; all give the same bits.</param>
    internal abstract FeaturizerWorker CreateWorker(KernelPath path);

    /// <summary>
    /// Makes the state that one thread needs to transform series after series without allocation, on the fastest path
    /// of this machine or the one that the environment variable <c>SEQCONV_KERNEL</c> names.
    /// </summary>
    public FeaturizerWorker CreateWorker() => CreateWorker(KernelPaths.Current);

    /// <summary>
    /// Splits a weighted sum of the features of a series over its points. A feature pools the outputs of a convolution:
    /// its weighted value is split over the outputs that made it, and each output's part over the points that its taps
    /// read, by the magnitude of weight times distance from their mean. Attributions use an all-zero baseline. Zeros
    /// around a series get none.
    /// </summary>
    /// <param name="series">[channel, time], row-major; finite values, at least one point a channel.</param>
    /// <param name="weights">[feature].</param>
    /// <param name="contributions">[channel, time]: the attribution of each point is added.</param>
    /// <returns>
    /// The part of the sum that comes from no point: the value of a series of zeros, and constants within features.
    /// Together with all attributions it is the weighted sum of the features, to the rounding of float64.
    /// </returns>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    public double Attribute(ReadOnlySpan<float> series, ReadOnlySpan<double> weights, Span<double> contributions)
    {
        if (weights.Length != NumberOfFeatures)
            throw new ArgumentException(
                $"There are {weights.Length} weights for {NumberOfFeatures} features.", nameof(weights));
        if (contributions.Length != series.Length)
            throw new ArgumentException($"There are {contributions.Length} contributions for a series of "
                + $"{series.Length} values.", nameof(contributions));
        var features = new float[NumberOfFeatures];
        CreateWorker().Transform(series, features);
        return AttributeFeatures(series, features, weights, contributions);
    }

    /// <summary>Splits a weighted sum of features; see <see cref="Attribute"/>.</summary>
    /// <param name="series">[channel, time], row-major.</param>
    /// <param name="features">[feature]: the features of that series.</param>
    /// <param name="weights">[feature].</param>
    /// <param name="contributions">[channel, time]: the attribution of each point is added.</param>
    /// <returns>The part of the sum that comes from no point.</returns>
    private protected abstract double AttributeFeatures(ReadOnlySpan<float> series, ReadOnlySpan<float> features,
        ReadOnlySpan<double> weights, Span<double> contributions);

    /// <summary>
    /// Transforms many series, in parallel over series. The result does not depend on the number of threads.
    /// </summary>
    /// <param name="series">The series; their number of channels must be <see cref="NumberOfChannels"/>.</param>
    /// <param name="features">[series, feature], row-major: <c>series.Count * NumberOfFeatures</c> values.</param>
    /// <param name="numberOfThreads">Threads to use; 0 means all processors.</param>
    /// <param name="cancellation">Ends the work between two batches of series.</param>
    /// <exception cref="ArgumentException">
    /// The number of channels or the length of <paramref name="features"/> does not fit.
    /// </exception>
    public void Transform(SeriesSet series, Memory<float> features, int numberOfThreads = 0,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(series);
        if (series.NumberOfChannels != NumberOfChannels)
            throw new ArgumentException($"The series have {series.NumberOfChannels} channels; "
                + $"the featurizer was fitted on {NumberOfChannels}.", nameof(series));
        if (features.Length != (long)series.Count * NumberOfFeatures)
            throw new ArgumentException($"The destination has {features.Length} values; {series.Count} series of "
                + $"{NumberOfFeatures} features need {(long)series.Count * NumberOfFeatures}.", nameof(features));

        // Series of one length can be transformed together, wherever they are in the set.
        int[] order = [.. Enumerable.Range(0, series.Count).OrderBy(series.LengthOf)];
        var options = new ParallelOptions
        {
            MaxDegreeOfParallelism = numberOfThreads == 0 ? Environment.ProcessorCount : numberOfThreads,
            CancellationToken = cancellation,
        };
        Parallel.For(0, (order.Length + BatchSize - 1) / BatchSize, options, () => new Batch(this), (i, _, batch) =>
        {
            batch.Transform(series, order.AsSpan()[(i * BatchSize)..Math.Min((i + 1) * BatchSize, order.Length)],
                features);
            return batch;
        }, static _ => { });
    }

    /// <summary>One thread's worker with the rows that it is given at once.</summary>
    private sealed class Batch(SeriesFeaturizer featurizer)
    {
        private readonly FeaturizerWorker _worker = featurizer.CreateWorker();
        private readonly ReadOnlyMemory<float>[] _series = new ReadOnlyMemory<float>[BatchSize];
        private readonly Memory<float>[] _features = new Memory<float>[BatchSize];

        public void Transform(SeriesSet series, ReadOnlySpan<int> indices, Memory<float> features)
        {
            for (int i = 0; i < indices.Length; i++)
            {
                _series[i] = series.Memory(indices[i]);
                _features[i] = features.Slice(indices[i] * featurizer.NumberOfFeatures, featurizer.NumberOfFeatures);
            }

            _worker.Transform(_series.AsSpan(0, indices.Length), _features.AsSpan(0, indices.Length));
        }
    }
}

/// <summary>
/// The state of one thread that transforms series: scratch memory that grows to the longest series seen
/// and is then reused.
/// </summary>
public abstract class FeaturizerWorker
{
    private int[] _lengths = [];
    private int[] _order = [];
    private ReadOnlyMemory<float>[] _orderedSeries = [];
    private Memory<float>[] _orderedFeatures = [];

    private protected FeaturizerWorker()
    {
    }

    /// <summary>Transforms one series.</summary>
    /// <param name="series">[channel, time], row-major; finite values, at least one point a channel.</param>
    /// <param name="features">[feature]; every value is written.</param>
    public abstract void Transform(ReadOnlySpan<float> series, Span<float> features);

    /// <summary>
    /// Transforms several series. Those of one length are computed together, which is faster than one by one and
    /// gives the same bits.
    /// </summary>
    /// <param name="series">
    /// Series of any lengths, each [channel, time], row-major; finite values, at least one point a channel.
    /// </param>
    /// <param name="features">As many rows, [feature] each; every value is written.</param>
    /// <exception cref="ArgumentException">
    /// There are not as many rows as series, or the values are no series of the featurizer's channels.
    /// </exception>
    public void Transform(ReadOnlySpan<ReadOnlyMemory<float>> series, ReadOnlySpan<Memory<float>> features)
    {
        if (series.Length != features.Length)
            throw new ArgumentException($"There are {features.Length} rows of features for {series.Length} series; "
                + "each series needs one.", nameof(features));
        if (IsOrderedByLength(series))
            TransformAll(series, features);
        else
            TransformOrdered(series, features);
    }

    /// <summary>Transforms several series; neighbours of one length may be computed together.</summary>
    private protected virtual void TransformAll(
        ReadOnlySpan<ReadOnlyMemory<float>> series, ReadOnlySpan<Memory<float>> features)
    {
        for (int i = 0; i < series.Length; i++)
            Transform(series[i].Span, features[i].Span);
    }

    private static bool IsOrderedByLength(ReadOnlySpan<ReadOnlyMemory<float>> series)
    {
        for (int i = 1; i < series.Length; i++)
        {
            if (series[i].Length < series[i - 1].Length)
                return false;
        }

        return true;
    }

    private void TransformOrdered(ReadOnlySpan<ReadOnlyMemory<float>> series, ReadOnlySpan<Memory<float>> features)
    {
        int count = series.Length;
        if (_lengths.Length < count)
        {
            _lengths = new int[count];
            _order = new int[count];
            _orderedSeries = new ReadOnlyMemory<float>[count];
            _orderedFeatures = new Memory<float>[count];
        }

        for (int i = 0; i < count; i++)
            _lengths[i] = series[i].Length;
        for (int i = 0; i < count; i++)
            _order[i] = i;
        Array.Sort(_lengths, _order, 0, count);
        for (int i = 0; i < count; i++)
        {
            _orderedSeries[i] = series[_order[i]];
            _orderedFeatures[i] = features[_order[i]];
        }

        TransformAll(_orderedSeries.AsSpan(0, count), _orderedFeatures.AsSpan(0, count));
    }

    /// <summary>Points a channel.</summary>
    /// <exception cref="ArgumentException">The values are no series of that many channels.</exception>
    private protected static int LengthOf(ReadOnlySpan<float> series, int channels)
    {
        if (series.Length == 0 || series.Length % channels != 0)
            throw new ArgumentException($"A series of {series.Length} values is not one or more points for each of "
                + $"{channels} channels.", nameof(series));
        return series.Length / channels;
    }
}

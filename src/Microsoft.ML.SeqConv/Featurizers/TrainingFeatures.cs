using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Features of training rows that a fit has computed already, for the trainer after it, which reads the same rows next.
/// They are handed to the view that the transformer makes next of the training data, and end with it. As ML.NET asks of
/// views, a row of an id has the same series whenever it is read.
/// </summary>
internal sealed class TrainingFeatures
{
    private const long MaxValues = 1L << 24;

    private readonly Dictionary<DataViewRowId, int> _rows = [];
    private readonly List<float[]> _features = [];

    private TrainingFeatures()
    {
    }

    /// <summary>Computes the features of some series, and adds them to what a fit gathers.</summary>
    /// <returns>[series, feature].</returns>
    public delegate ReadOnlySpan<float> FeaturesOf(SeriesSet series);

    /// <summary>Goes through the training series, as many at once as fit into 16 MiB of features.</summary>
    /// <param name="source">The training series.</param>
    /// <param name="numberOfFeatures">Features of a series.</param>
    /// <param name="featuresOf">Gathers those of a batch.</param>
    /// <returns>The features of all series; <see langword="null"/> where there are too many to hold.</returns>
    public static TrainingFeatures? Gather(SeriesSource source, int numberOfFeatures, FeaturesOf featuresOf)
    {
        TrainingFeatures? kept = For(source.Count, numberOfFeatures);
        foreach ((SeriesSet series, DataViewRowId[] ids) in source.Batches(
            SeriesFeaturizer.BatchSizeFor(numberOfFeatures)))
        {
            source.Monitor.CheckAlive();
            ReadOnlySpan<float> features = featuresOf(series);
            for (int i = 0; kept is not null && i < ids.Length; i++)
                kept.Add(ids[i], features.Slice(i * numberOfFeatures, numberOfFeatures));
        }

        return kept;
    }

    /// <summary>Starts without rows.</summary>
    /// <returns><see langword="null"/> where there are too many to hold.</returns>
    public static TrainingFeatures? For(int rows, int features)
        => (long)rows * features <= MaxValues ? new() : null;

    /// <summary>Whether every row has an id of its own, so that rows are known by it.</summary>
    public bool AreDistinct => _rows.Count == _features.Count;

    /// <summary>All rows, to be changed in place.</summary>
    public IEnumerable<float[]> Rows => _features;

    /// <summary>Adds a row.</summary>
    public void Add(DataViewRowId id, ReadOnlySpan<float> features)
    {
        _rows.TryAdd(id, _features.Count);
        _features.Add(features.ToArray());
    }

    /// <summary>The features of a row; <see langword="null"/> where it is none of these.</summary>
    public float[]? Find(DataViewRowId id) => _rows.TryGetValue(id, out int row) ? _features[row] : null;
}

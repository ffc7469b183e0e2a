using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>Features of series.</summary>
internal sealed class FeatureSlots : RowSlots
{
    private readonly SeriesFeaturizer _featurizer;
    private readonly ConcurrentBag<FeaturizerWorker> _idleWorkers = [];
    private readonly SeriesReader _reader;
    private readonly TrainingFeatures? _known;
    private readonly ValueGetter<DataViewRowId> _getId;
    private readonly ValueGetter<VBuffer<float>> _getSeries;
    private readonly float[][] _buffers;
    private readonly ReadOnlyMemory<float>[] _series;
    private readonly Memory<float>[] _features;
    private readonly ExceptionDispatchInfo?[] _failures;
    private readonly float[]?[] _knownFeatures;     // [slot]: null where they are to be computed
    private VBuffer<float> _source;

    /// <param name="column">The column of features.</param>
    /// <param name="source">The rows.</param>
    /// <param name="series">The column of series in <paramref name="source"/>.</param>
    /// <param name="preparation">What is done to a series.</param>
    /// <param name="featurizer">Computes features.</param>
    /// <param name="known">Features that are known already; <see langword="null"/> for none.</param>
    /// <param name="capacity">Number of slots.</param>
    public FeatureSlots(DataViewSchema.Column column, DataViewRowCursor source, DataViewSchema.Column series,
        SeriesPreparation preparation, SeriesFeaturizer featurizer, TrainingFeatures? known, int capacity)
        : base(column)
    {
        _featurizer = featurizer;
        _known = known;
        _getId = source.GetIdGetter();
        _getSeries = source.GetGetter<VBuffer<float>>(series);
        _reader = new SeriesReader(series.Name, preparation, source.GetIdGetter());
        _buffers = new float[capacity][];
        Array.Fill(_buffers, []);
        _series = new ReadOnlyMemory<float>[capacity];
        _failures = new ExceptionDispatchInfo?[capacity];
        _knownFeatures = new float[]?[capacity];
        _features = new Memory<float>[capacity];
        for (int slot = 0; slot < capacity; slot++)
            _features[slot] = new float[featurizer.NumberOfFeatures];
    }

    public override void Read(int slot)
    {
        _failures[slot] = null;
        try
        {
            if (_known is not null)
            {
                DataViewRowId id = default;
                _getId(ref id);
                _knownFeatures[slot] = _known.Find(id);
                if (_knownFeatures[slot] is not null)
                    return;
            }

            _getSeries(ref _source);
            _series[slot] = _reader.Read(_source, ref _buffers[slot]);
        }
        catch (Exception failure)
        {
            _failures[slot] = ExceptionDispatchInfo.Capture(failure);
        }
    }

    public override void Compute(int first, int count)
    {
        if (!_idleWorkers.TryTake(out FeaturizerWorker? worker))
            worker = _featurizer.CreateWorker();
        int end = first + count;
        for (int start = first; start < end; start++)
        {
            // The features of a row that failed are never asked for.
            int next = start;
            while (next < end && _failures[next] is null && _knownFeatures[next] is null)
                next++;
            if (next > start)
                worker.Transform(_series.AsSpan(start, next - start), _features.AsSpan(start, next - start));
            if (next < end)
                _knownFeatures[next]?.CopyTo(_features[next]);
            start = next;
        }

        _idleWorkers.Add(worker);
    }

    public override Delegate Getter(Func<int> slot) => (ValueGetter<VBuffer<float>>)((ref VBuffer<float> features) =>
    {
        int current = slot();
        _failures[current]?.Throw();
        VBufferEditor<float> editor = VBufferEditor.Create(ref features, _featurizer.NumberOfFeatures);
        _features[current].Span.CopyTo(editor.Values);
        features = editor.Commit();
    });
}

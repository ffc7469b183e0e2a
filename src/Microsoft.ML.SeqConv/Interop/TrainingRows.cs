using System.Numerics.Tensors;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// The rows that a linear trainer fits on. They are read by ML.NET's cursor, which computes featurizers on all cores and keeps the order of rows. Labels and
/// weights are held; features are held too, or read in blocks where the trainer says that there are too many.
/// </summary>
internal sealed class TrainingRows : IDisposable
{
    private const int RowsPerReport = 64;

    private readonly RoleMappedData _data;
    private readonly FitMonitor _monitor;
    private readonly DataViewSchema.Column _featureColumn;
    private readonly DataViewSchema.Column _labelColumn;
    private readonly DataViewSchema.Column? _weightColumn;
    private readonly List<float> _labels = [];
    private readonly List<double> _weights = [];

    private TrainingRows(RoleMappedData data, FitMonitor monitor)
    {
        _data = data;
        _monitor = monitor;
        _featureColumn = data.Schema.Feature!.Value;
        _labelColumn = data.Schema.Label!.Value;
        _weightColumn = data.Schema.Weight;
        NumberOfFeatures = ((VectorDataViewType)_featureColumn.Type).Size;
    }

    /// <summary>Length of the feature vector.</summary>
    public int NumberOfFeatures { get; }

    /// <summary>[example, feature]; <see langword="null"/> where features are to be read by <see cref="ReadBlocks"/>.</summary>
    public FeatureMatrix? Features { get; private set; }

    /// <summary>One label an example, as ML.NET reads labels: the class index from 0, or 0 and 1, or the target.</summary>
    public IReadOnlyList<float> Labels => _labels;

    /// <summary>One weight an example; empty without a weight column.</summary>
    public IReadOnlyList<double> Weights => _weights;

    /// <summary>Rows left out because their label is missing.</summary>
    public int RowsWithoutLabel { get; private set; }

    /// <summary>Reads labels and weights, and features too unless there are too many.</summary>
    /// <param name="data">The rows.</param>
    /// <param name="monitor">Gets progress.</param>
    /// <param name="tooMany">Whether so many rows of so many features are better read in blocks; true for all numbers of rows above one for which it is.</param>
    /// <param name="fewestRows">How many rows must have a label.</param>
    /// <exception cref="InvalidOperationException">A feature or a weight breaks a rule, or fewer rows have a label.</exception>
    public static TrainingRows Read(RoleMappedData data, FitMonitor monitor, Func<long, int, bool> tooMany, int fewestRows = 2)
    {
        var rows = new TrainingRows(data, monitor);
        try
        {
            // Where the view does not know its number of rows, the reading finds out.
            if (tooMany(data.Data.GetRowCount() ?? 0, rows.NumberOfFeatures) || !rows.TryReadAll(tooMany))
                rows.ReadLabels();
            if (rows.Labels.Count < fewestRows)
            {
                throw new InvalidOperationException($"Column '{rows._labelColumn.Name}' has {rows.Labels.Count} rows with a label; ridge needs at least two. "
                    + "Check the data view or its filters.");
            }

            return rows;
        }
        catch
        {
            rows.Dispose();
            throw;
        }
    }

    /// <summary>Reads the features of all examples in order, in blocks.</summary>
    /// <param name="rowsPerBlock">Rows of a block; the last one may have fewer.</param>
    /// <param name="use">Gets each block and the number of its first example. The block is used again afterwards.</param>
    /// <exception cref="InvalidOperationException">A feature breaks a rule, or the view gives other rows than before.</exception>
    public void ReadBlocks(int rowsPerBlock, Action<FeatureMatrix, int> use)
    {
        using var block = new FeatureMatrix(NumberOfFeatures);
        int first = 0;
        _monitor.Begin("summing features", "rows", _labels.Count);
        foreach (Row row in Rows([_featureColumn, _labelColumn]))
        {
            if (first + block.RowCount == _labels.Count || row.Label != _labels[first + block.RowCount])
                throw RowsDiffer(row.Position);
            AddFeatures(row, block);
            if (block.RowCount < rowsPerBlock)
                continue;
            use(block, first);
            first += block.RowCount;
            block.Clear();
        }

        if (first + block.RowCount < _labels.Count)
            throw RowsDiffer(first + block.RowCount);
        if (block.RowCount > 0)
            use(block, first);
    }

    public void Dispose() => Features?.Dispose();

    private bool TryReadAll(Func<long, int, bool> tooMany)
    {
        Features = new FeatureMatrix(NumberOfFeatures);
        _monitor.Begin("reading features", "rows", _data.Data.GetRowCount());
        foreach (Row row in Rows([_featureColumn, _labelColumn, .. Optional(_weightColumn)]))
        {
            if (tooMany(_labels.Count + 1, NumberOfFeatures))
            {
                Features.Dispose();
                Features = null;
                return false;
            }

            AddLabel(row);
            AddFeatures(row, Features);
        }

        return true;
    }

    private void ReadLabels()
    {
        _labels.Clear();
        _weights.Clear();
        RowsWithoutLabel = 0;
        _monitor.Begin("reading labels", "rows", _data.Data.GetRowCount());
        foreach (Row row in Rows([_labelColumn, .. Optional(_weightColumn)]))
            AddLabel(row);
    }

    /// <summary>The rows that have a label. Those without are counted once, where weights are read.</summary>
    private IEnumerable<Row> Rows(DataViewSchema.Column[] columns)
    {
        bool count = _labels.Count == 0;
        using DataViewRowCursor cursor = _data.Data.GetRowCursor(columns);
        ValueGetter<float> getLabel = RowCursorUtils.GetLabelGetter(cursor, _labelColumn.Index);
        ValueGetter<VBuffer<float>>? getFeatures = cursor.IsColumnActive(_featureColumn) ? cursor.GetGetter<VBuffer<float>>(_featureColumn) : null;
        ValueGetter<float>? getWeight = _weightColumn is { } weights && cursor.IsColumnActive(weights) ? cursor.GetGetter<float>(weights) : null;
        var row = new Row(getFeatures, getWeight);
        while (cursor.MoveNext())
        {
            if (cursor.Position % RowsPerReport == 0)
                _monitor.Report(cursor.Position);
            float label = 0;
            getLabel(ref label);
            if (!float.IsNaN(label))
                yield return row.At(cursor.Position, label);
            else if (count)
                RowsWithoutLabel++;
        }
    }

    private void AddLabel(Row row)
    {
        if (float.IsInfinity(row.Label))
            throw new InvalidOperationException($"Column '{_labelColumn.Name}' has {row.Label} in row {row.Position}; a label must be finite. Drop the row, or write NaN for a missing label.");
        _labels.Add(row.Label);
        if (_weightColumn is null)
            return;
        float weight = row.Weight;
        if (!float.IsFinite(weight) || weight < 0)
            throw new InvalidOperationException($"Column '{_weightColumn.Value.Name}' has {weight} in row {row.Position}; a weight must be finite and not negative. Mend or drop the row.");
        _weights.Add(weight);
    }

    private void AddFeatures(Row row, FeatureMatrix matrix)
    {
        ref readonly VBuffer<float> features = ref row.Features;
        if (features.Length != NumberOfFeatures)
            throw new InvalidOperationException($"Column '{_featureColumn.Name}' has {features.Length} values in row {row.Position}; its type promises {NumberOfFeatures}.");
        Span<float> destination = matrix.AddRow();
        features.CopyTo(destination);
        // The sum tells of all at once; should it overflow, every value is looked at.
        if (float.IsFinite(TensorPrimitives.SumOfMagnitudes<float>(destination)))
            return;
        int bad = 0;
        while (bad < destination.Length && float.IsFinite(destination[bad]))
            bad++;
        if (bad == destination.Length)
            return;
        throw new InvalidOperationException($"Column '{_featureColumn.Name}' has {destination[bad]} in slot {bad} of row {row.Position}; ridge needs finite features. "
            + "Replace missing values first, for example with mlContext.Transforms.ReplaceMissingValues.");
    }

    private InvalidOperationException RowsDiffer(long row)
        => new($"Column '{_labelColumn.Name}' differs near row {row} from its first reading; a view that is read twice must give the same rows in the same order. "
            + "Cache it, or save it to a file and load that.");

    private static DataViewSchema.Column[] Optional(DataViewSchema.Column? column) => column is { } present ? [present] : [];

    /// <summary>The cursor's row.</summary>
    private sealed class Row(ValueGetter<VBuffer<float>>? getFeatures, ValueGetter<float>? getWeight)
    {
        private VBuffer<float> _features;

        public long Position { get; private set; }

        public float Label { get; private set; }

        public float Weight
        {
            get
            {
                float weight = 1;
                getWeight!(ref weight);
                return weight;
            }
        }

        public ref readonly VBuffer<float> Features
        {
            get
            {
                getFeatures!(ref _features);
                return ref _features;
            }
        }

        public Row At(long position, float label)
        {
            Position = position;
            Label = label;
            return this;
        }
    }
}

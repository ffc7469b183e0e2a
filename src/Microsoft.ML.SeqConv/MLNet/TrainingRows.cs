using System.Numerics.Tensors;
using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// The rows that a linear trainer fits on: those with a label and a weight above zero. A row of weight 0 is as if it
/// were not there, for every number that is computed from the rows. They are read by ML.NET's cursor, which computes
/// featurizers on all cores and keeps the order of rows. Labels and weights are held; features are held too, or read in
/// blocks where the trainer says that there are too many.
/// </summary>
internal sealed class TrainingRows : IDisposable
{
    private const int RowsPerReport = 64;

    private readonly IDataView _data;
    private readonly string _component;
    private readonly FitMonitor _monitor;
    private readonly DataViewSchema.Column _featureColumn;
    private readonly DataViewSchema.Column _labelColumn;
    private readonly DataViewSchema.Column? _weightColumn;
    private readonly List<float> _labels = [];
    private readonly List<double> _weights = [];
    private readonly List<long> _leftOut = [];          // positions
    private readonly HashSet<long> _weightless = [];    // those of them that have a label, and the weight 0
    private readonly SortedSet<float> _weightlessLabels = [];

    private TrainingRows(IDataView data, TrainingColumns columns, string component, FitMonitor monitor)
    {
        _data = data;
        _component = component;
        _monitor = monitor;
        _featureColumn = data.Schema[columns.Features];
        _labelColumn = data.Schema[columns.Label];
        _weightColumn = columns.Weight is null ? null : data.Schema[columns.Weight];
        NumberOfFeatures = ((VectorDataViewType)_featureColumn.Type).Size;
        Columns = columns.Blocks ?? [new ColumnBlock(columns.Features, 0, NumberOfFeatures)];
    }

    /// <summary>Length of the feature vector.</summary>
    public int NumberOfFeatures { get; }

    /// <summary>The columns that the features were joined from: one where they were not.</summary>
    public IReadOnlyList<ColumnBlock> Columns { get; }

    /// <summary>
    /// [example, feature]; <see langword="null"/> where features are to be read by <see cref="ReadBlocks"/>.
    /// </summary>
    public FeatureMatrix? Features { get; private set; }

    /// <summary>
    /// One label an example, as ML.NET reads labels: the class index from 0, or 0 and 1, or the target.
    /// </summary>
    public IReadOnlyList<float> Labels => _labels;

    /// <summary>One weight an example; empty without a weight column.</summary>
    public IReadOnlyList<double> Weights => _weights;

    /// <summary>Rows left out because their label is missing.</summary>
    public int RowsWithoutLabel => _leftOut.Count - _weightless.Count;

    /// <summary>Rows left out because their weight is 0.</summary>
    public int RowsWithoutWeight => _weightless.Count;

    /// <summary>Rows read, with and without a label or a weight.</summary>
    public int RowsInAll => _labels.Count + _leftOut.Count;

    /// <summary>Labels that only rows of weight 0 have.</summary>
    public IEnumerable<float> LabelsWithoutWeight => _weightlessLabels.Except(_labels);

    /// <summary>Reads labels and weights, and features too unless there are too many.</summary>
    /// <param name="data">The rows.</param>
    /// <param name="columns">Features, labels and weights.</param>
    /// <param name="component">The trainer that reads them, for messages.</param>
    /// <param name="monitor">Gets progress.</param>
    /// <param name="tooMany">
    /// Whether so many rows of so many features are better read in blocks; true for all numbers of rows above
    /// one for which it is.
    /// </param>
    /// <param name="minRows">How many rows must have a label.</param>
    /// <exception cref="InvalidOperationException">
    /// A feature or a weight breaks a rule, or fewer rows have a label.
    /// </exception>
    public static TrainingRows Read(
        IDataView data, TrainingColumns columns, string component, FitMonitor monitor, Func<long, int, bool> tooMany,
        int minRows = 2)
    {
        var rows = new TrainingRows(data, columns, component, monitor);
        try
        {
            // Where the view does not know its number of rows, the reading finds out.
            if (tooMany(data.GetRowCount() ?? 0, rows.NumberOfFeatures) || !rows.TryReadAll(tooMany))
                rows.ReadLabels();
            if (rows.Labels.Count < minRows)
            {
                string weighted = rows._weightless.Count > 0 ? " and a weight above 0" : "";
                throw new InvalidOperationException($"Column '{rows._labelColumn.Name}' has {rows.Labels.Count} rows "
                    + $"with a label{weighted}; {component} needs at least two. "
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
    /// <param name="use">
    /// Gets each block and the number of its first example. The block is used again afterwards.
    /// </param>
    /// <exception cref="InvalidOperationException">
    /// A feature breaks a rule, or the view gives other rows than before.
    /// </exception>
    public void ReadBlocks(int rowsPerBlock, Action<FeatureMatrix, int> use)
    {
        _monitor.Begin("summing features", "rows", _labels.Count);
        foreach (FeatureBlock block in Blocks(rowsPerBlock, _ => true))
            use(block.Features, block.Examples[0]);
    }

    /// <summary>
    /// Reads the features of some examples in order, in blocks, within a stage that counts rows. To stop early
    /// is to stop reading.
    /// </summary>
    /// <param name="rowsPerBlock">Rows of a block; the last one may have fewer.</param>
    /// <param name="isWanted">
    /// Whether an example is among them. Where a featurizer is the last step before the trainer, nothing is
    /// computed for the others.
    /// </param>
    /// <param name="done">Rows done before, for progress.</param>
    /// <returns>One block, filled again and again.</returns>
    /// <exception cref="InvalidOperationException">
    /// A feature breaks a rule, or the view gives other rows than before.
    /// </exception>
    public IEnumerable<FeatureBlock> Blocks(int rowsPerBlock, Func<int, bool> isWanted, double done = 0)
    {
        using var features = new FeatureMatrix(NumberOfFeatures);
        var block = new FeatureBlock(features, []);
        int expected = Enumerable.Range(0, _labels.Count).Count(isWanted);
        int read = 0;
        long last = -1;
        foreach (Row row in Rows([_featureColumn, _labelColumn], done,
            position => ExampleAt(position) is not int example || example >= _labels.Count || isWanted(example)))
        {
            last = row.Position;
            if (ExampleAt(row.Position) is not int example)
            {
                if (!float.IsNaN(row.Label) && !_weightless.Contains(row.Position))
                    throw RowsDiffer(row.Position);
                continue;
            }

            if (example >= _labels.Count || row.Label != _labels[example])
                throw RowsDiffer(row.Position);
            if (!isWanted(example))
                continue;
            read++;
            AddFeatures(row, features);
            block.Examples.Add(example);
            if (features.RowCount < rowsPerBlock)
                continue;
            yield return block;
            features.Clear();
            block.Examples.Clear();
        }

        if (read < expected)
            throw RowsDiffer(last + 1);
        if (features.RowCount > 0)
            yield return block;
    }

    /// <summary>Warns of rows without a label or with the weight 0, where there are any.</summary>
    public void WarnOfRowsLeftOut(Action<string> warn)
    {
        MissingLabels.Warn(warn, _labelColumn.Name, RowsWithoutLabel, RowsInAll);
        SeqConv.RowsWithoutWeight.Warn(
            warn, _weightColumn?.Name ?? "", _labelColumn, RowsWithoutWeight, RowsInAll, LabelsWithoutWeight);
    }

    public void Dispose() => Features?.Dispose();

    private bool TryReadAll(Func<long, int, bool> tooMany)
    {
        Features = new FeatureMatrix(NumberOfFeatures);
        _monitor.Begin("reading features", "rows", _data.GetRowCount());
        foreach (Row row in Rows([_featureColumn, _labelColumn, .. Optional(_weightColumn)]))
        {
            if (!TryAddLabel(row))
                continue;
            if (tooMany(_labels.Count, NumberOfFeatures))
            {
                Features.Dispose();
                Features = null;
                return false;
            }

            AddFeatures(row, Features);
        }

        return true;
    }

    private void ReadLabels()
    {
        _labels.Clear();
        _weights.Clear();
        _leftOut.Clear();
        _weightless.Clear();
        _weightlessLabels.Clear();
        _monitor.Begin("reading labels", "rows", _data.GetRowCount());
        foreach (Row row in Rows([_labelColumn, .. Optional(_weightColumn)]))
            TryAddLabel(row);
    }

    /// <summary>
    /// The rows, with and without a label. Where the view can pass over rows that are not wanted, they are left
    /// out; else all come.
    /// </summary>
    private IEnumerable<Row> Rows(DataViewSchema.Column[] columns, double done = 0, Func<long, bool>? isWanted = null)
    {
        var selective = isWanted is null ? null : _data as LookAheadView;
        using DataViewRowCursor cursor = selective?.GetRowCursor(columns, isWanted!) ?? _data.GetRowCursor(columns);
        ValueGetter<float> getLabel = LabelReader.Open(cursor, _labelColumn);
        ValueGetter<VBuffer<float>>? getFeatures =
            cursor.IsColumnActive(_featureColumn) ? cursor.GetGetter<VBuffer<float>>(_featureColumn) : null;
        ValueGetter<float>? getWeight =
            _weightColumn is { } weights && cursor.IsColumnActive(weights) ? cursor.GetGetter<float>(weights) : null;
        var row = new Row(getFeatures, getWeight);
        for (long count = 0; cursor.MoveNext(); count++)
        {
            long position = selective is null ? count : cursor.Position;
            if (count % RowsPerReport == 0)
                _monitor.Report(done + position);
            float label = 0;
            getLabel(ref label);
            yield return row.At(position, label);
        }
    }

    /// <summary>
    /// The example that a row is, by the first reading, and the number after the last for rows after it;
    /// <see langword="null"/> for a row that is left out.
    /// </summary>
    private int? ExampleAt(long position)
    {
        int at = _leftOut.BinarySearch(position);
        return at >= 0 ? null : (int)Math.Min(position - ~at, int.MaxValue);
    }

    private bool TryAddLabel(Row row)
    {
        if (float.IsNaN(row.Label))
        {
            _leftOut.Add(row.Position);
            return false;
        }

        if (float.IsInfinity(row.Label) && !(_weightColumn is not null && row.Weight == 0))
        {
            throw new InvalidOperationException(
                FormattableString.Invariant($"Column '{_labelColumn.Name}' has {row.Label} in row {row.Position}; ")
                + "a label must be finite. Remove the row, or write NaN for a missing label.");
        }

        if (_weightColumn is { } column)
        {
            float weight = row.Weight;
            if (!float.IsFinite(weight) || weight < 0)
            {
                throw new InvalidOperationException(
                    FormattableString.Invariant($"Column '{column.Name}' has {weight} in row {row.Position}; ")
                    + "a weight must be finite and not negative. Correct or remove the row.");
            }

            if (weight == 0)
            {
                _leftOut.Add(row.Position);
                _weightless.Add(row.Position);
                if (float.IsFinite(row.Label))
                    _weightlessLabels.Add(row.Label);
                return false;
            }

            _weights.Add(weight);
        }

        _labels.Add(row.Label);
        return true;
    }

    private void AddFeatures(Row row, FeatureMatrix matrix)
    {
        ref readonly VBuffer<float> features = ref row.Features;
        if (features.Length != NumberOfFeatures)
            throw new InvalidOperationException($"Column '{_featureColumn.Name}' has {features.Length} values in row "
                + $"{row.Position}; its type promises {NumberOfFeatures}.");
        Span<float> destination = matrix.AddRow();
        features.CopyTo(destination);
        // The sum covers all values at once; should it overflow, every value is looked at.
        if (float.IsFinite(TensorPrimitives.SumOfMagnitudes<float>(destination)))
            return;
        int bad = 0;
        while (bad < destination.Length && float.IsFinite(destination[bad]))
            bad++;
        if (bad == destination.Length)
            return;
        ColumnBlock block = Columns.Last(one => one.Start <= bad);
        throw new InvalidOperationException(FormattableString.Invariant(
            $"Column '{block.Name}' has {destination[bad]} in slot {bad - block.Start} of ")
            + $"row {row.Position}; {_component} needs finite features. "
            + "Replace missing values first, for example with mlContext.Transforms.ReplaceMissingValues.");
    }

    private InvalidOperationException RowsDiffer(long row)
        => new($"Column '{_labelColumn.Name}' differs near row {row} from its first reading; "
            + "a view that is read twice must give the same rows in the same order. "
            + "Cache it, or save it to a file and load that.");

    private static DataViewSchema.Column[] Optional(DataViewSchema.Column? column)
        => column is { } present ? [present] : [];

    /// <summary>Features of some examples.</summary>
    /// <param name="Features">[row, feature].</param>
    /// <param name="Examples">[row]: the example that the row is.</param>
    public sealed record FeatureBlock(FeatureMatrix Features, List<int> Examples);

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

/// <summary>The columns that a linear trainer reads.</summary>
/// <param name="Features">Vectors of Single of known size.</param>
/// <param name="Label">Keys, Boolean or Single.</param>
/// <param name="Weight">Example weights; <see langword="null"/>: all are 1.</param>
/// <param name="Blocks">The columns that the features were joined from; <see langword="null"/>: they were not.</param>
internal readonly record struct TrainingColumns(
    string Features, string Label, string? Weight = null, IReadOnlyList<ColumnBlock>? Blocks = null);

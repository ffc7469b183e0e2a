using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// The rows that a linear trainer fits on. They are read by ML.NET's cursor, which computes featurizers on all cores and keeps the order of rows.
/// </summary>
internal sealed class TrainingRows : IDisposable
{
    private const int RowsPerReport = 64;

    private readonly List<float> _labels = [];
    private readonly List<double> _weights = [];

    private TrainingRows(int numberOfFeatures) => Features = new FeatureMatrix(numberOfFeatures);

    /// <summary>[example, feature].</summary>
    public FeatureMatrix Features { get; }

    /// <summary>One label an example, as ML.NET reads labels: the class index from 0, or 0 and 1, or the target.</summary>
    public IReadOnlyList<float> Labels => _labels;

    /// <summary>One weight an example; empty without a weight column.</summary>
    public IReadOnlyList<double> Weights => _weights;

    /// <summary>Rows left out because their label is missing.</summary>
    public int RowsWithoutLabel { get; private set; }

    /// <exception cref="InvalidOperationException">A feature or a weight breaks a rule, or fewer than two rows have a label.</exception>
    public static TrainingRows Read(RoleMappedData data, FitMonitor monitor)
    {
        DataViewSchema.Column featureColumn = data.Schema.Feature!.Value;
        DataViewSchema.Column labelColumn = data.Schema.Label!.Value;
        DataViewSchema.Column? weightColumn = data.Schema.Weight;
        var rows = new TrainingRows(((VectorDataViewType)featureColumn.Type).Size);
        try
        {
            DataViewSchema.Column[] columns = weightColumn is null ? [featureColumn, labelColumn] : [featureColumn, labelColumn, weightColumn.Value];
            monitor.Begin("reading features", "rows", data.Data.GetRowCount());
            using DataViewRowCursor cursor = data.Data.GetRowCursor(columns);
            ValueGetter<VBuffer<float>> getFeatures = cursor.GetGetter<VBuffer<float>>(featureColumn);
            ValueGetter<float> getLabel = RowCursorUtils.GetLabelGetter(cursor, labelColumn.Index);
            ValueGetter<float>? getWeight = weightColumn is null ? null : cursor.GetGetter<float>(weightColumn.Value);
            VBuffer<float> features = default;
            float label = 0;
            float weight = 1;
            while (cursor.MoveNext())
            {
                if (cursor.Position % RowsPerReport == 0)
                    monitor.Report(cursor.Position);
                getLabel(ref label);
                if (float.IsNaN(label))
                {
                    rows.RowsWithoutLabel++;
                    continue;
                }

                getFeatures(ref features);
                getWeight?.Invoke(ref weight);
                rows.Add(features, label, weight, featureColumn, labelColumn, weightColumn, cursor.Position);
            }

            if (rows.Labels.Count < 2)
            {
                throw new InvalidOperationException($"Column '{labelColumn.Name}' has {rows.Labels.Count} rows with a label; ridge needs at least two. "
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

    public void Dispose() => Features.Dispose();

    private void Add(in VBuffer<float> features, float label, float weight, DataViewSchema.Column featureColumn, DataViewSchema.Column labelColumn, DataViewSchema.Column? weightColumn, long row)
    {
        if (float.IsInfinity(label))
            throw new InvalidOperationException($"Column '{labelColumn.Name}' has {label} in row {row}; a label must be finite. Drop the row, or write NaN for a missing label.");
        if (!float.IsFinite(weight) || weight < 0)
            throw new InvalidOperationException($"Column '{weightColumn!.Value.Name}' has {weight} in row {row}; a weight must be finite and not negative. Mend or drop the row.");
        if (features.Length != Features.ColumnCount)
            throw new InvalidOperationException($"Column '{featureColumn.Name}' has {features.Length} values in row {row}; its type promises {Features.ColumnCount}.");

        Span<float> destination = Features.AddRow();
        features.CopyTo(destination);
        int bad = FirstNotFinite(destination);
        if (bad >= 0)
        {
            throw new InvalidOperationException($"Column '{featureColumn.Name}' has {destination[bad]} in slot {bad} of row {row}; ridge needs finite features. "
                + "Replace missing values first, for example with mlContext.Transforms.ReplaceMissingValues.");
        }

        _labels.Add(label);
        if (weightColumn is not null)
            _weights.Add(weight);
    }

    private static int FirstNotFinite(ReadOnlySpan<float> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i]))
                return i;
        }

        return -1;
    }
}

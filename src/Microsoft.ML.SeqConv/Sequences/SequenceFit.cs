using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.SeqConv;

/// <summary>What a trainer of sequences is given: data, and where to report.</summary>
internal sealed class SequenceFit(
    IHost host, IChannel channel, FitMonitor monitor, SequenceColumns columns, IDataView input,
    IDataView? validation, string component)
{
    private const int RowsPerReport = 64;

    public IHostEnvironment Environment => host;

    public FitMonitor Monitor => monitor;

    public IDataView Input => input;

    public DataViewSchema.Column InputColumn => input.Schema[columns.Input];

    public DataViewSchema.Column LabelColumn => input.Schema[columns.Label];

    /// <summary>The CUDA device that the context asks for; <see langword="null"/>: none.</summary>
    public int? GpuDeviceId => ContextDevice.GpuDeviceId(host);

    /// <summary>Whether the context takes the processor where that device is not there.</summary>
    public bool FallbackToCpu => ContextDevice.FallbackToCpu(host);

    public void Inform(string message) => channel.Inform(message);

    public void Warn(string message) => channel.Warn(message);

    /// <summary>The classes of the label.</summary>
    public LabelValues Classes() => LabelValues.Of(LabelColumn);

    /// <summary>Reads the training rows.</summary>
    /// <param name="open">Makes what reads the sequence of the row that a cursor stands on.</param>
    public LabelledSequences<T> ReadTraining<T>(Func<DataViewRow, DataViewSchema.Column, Func<T>> open)
        => Read(input, "rows", least: 2, open);

    /// <summary>Reads the validation rows that were given, if any.</summary>
    public LabelledSequences<T>? ReadValidation<T>(Func<DataViewRow, DataViewSchema.Column, Func<T>> open)
        => validation is null ? null : Read(validation, "validation rows", least: 1, open, ValidationKeys(validation));

    /// <summary>
    /// How the classes of validation rows are those of the training rows; <see langword="null"/> for targets.
    /// </summary>
    private KeyMapping? ValidationKeys(IDataView rows)
    {
        const string training = "the training rows";
        const string validating = "the validation rows";
        if (LabelValues.ItemTypeOf(InputColumn.Type) is KeyDataViewType)
            KeyMapping.CheckComparable(ValuesOf(InputColumn), ValuesOf(rows.Schema[columns.Input]),
                columns.Input, training, validating);
        return LabelColumn.Type is KeyDataViewType
            ? KeyMapping.Between(Classes(), LabelValues.Of(rows.Schema[columns.Label]),
                columns.Label, training, validating)
            : null;

        static LabelValues ValuesOf(DataViewSchema.Column column) => LabelValues.Of(column, int.MaxValue);
    }

    private LabelledSequences<T> Read<T>(IDataView data, string kind, int least,
        Func<DataViewRow, DataViewSchema.Column, Func<T>> open, KeyMapping? keys = null)
    {
        monitor.Begin($"reading {kind}", "rows", data.GetRowCount());
        DataViewSchema.Column labels = data.Schema[columns.Label];
        DataViewSchema.Column? weights = columns.Weight is string name ? data.Schema[name] : null;
        using DataViewRowCursor cursor = data.GetRowCursor(
            [data.Schema[columns.Input], labels, .. weights is null ? [] : new[] { weights.Value }]);
        Func<T> read = open(cursor, data.Schema[columns.Input]);
        ValueGetter<float> getLabel = LabelReader.Open(cursor, labels);
        ValueGetter<float>? getWeight = weights is null ? null : cursor.GetGetter<float>(weights.Value);
        var rows = new LabelledSequences<T>([], [], []);
        int withoutLabel = 0;
        int withoutWeight = 0;
        var weightless = new SortedSet<float>();
        float label = 0;
        float weight = 1;
        while (cursor.MoveNext())
        {
            if (cursor.Position % RowsPerReport == 0)
                monitor.Report(cursor.Position);
            getLabel(ref label);
            getWeight?.Invoke(ref weight);
            if (float.IsNaN(label))
            {
                withoutLabel++;
                continue;
            }

            if (weight == 0)
            {
                withoutWeight++;
                if (float.IsFinite(label))
                    weightless.Add(keys?.Map(label) ?? label);
                continue;
            }

            if (float.IsInfinity(label))
            {
                throw new InvalidOperationException(
                    FormattableString.Invariant($"Column '{labels.Name}' has {label} in row {cursor.Position}; ")
                    + "a label must be finite. Remove the row, or write NaN for a missing label.");
            }

            if (!float.IsFinite(weight) || weight < 0)
            {
                throw new InvalidOperationException(
                    FormattableString.Invariant($"Column '{columns.Weight}' has {weight} in row {cursor.Position}; ")
                    + "a weight must be finite and not negative. Correct or remove the row.");
            }

            rows.Sequences.Add(read());
            rows.Labels.Add(keys?.Map(label) ?? label);
            rows.Weights.Add(weight);
        }

        int total = withoutLabel + withoutWeight + rows.Count;
        MissingLabels.Warn(Warn, labels.Name, withoutLabel, total, kind);
        // Validation rows teach no class.
        IEnumerable<float> lost = data == input ? weightless.Except(rows.Labels) : [];
        RowsWithoutWeight.Warn(Warn, columns.Weight ?? "", LabelColumn, withoutWeight, total, lost, kind);
        if (rows.Labels.Count < least)
        {
            string weighted = withoutWeight > 0 ? " and a weight above 0" : "";
            throw new InvalidOperationException(
                $"Column '{labels.Name}' has {rows.Labels.Count} rows with a label{weighted}; "
                + $"{component} needs at least {least}. Check the data view or its filters.");
        }

        return rows;
    }
}

/// <summary>Sequences with their labels and weights.</summary>
internal sealed record LabelledSequences<T>(List<T> Sequences, List<float> Labels, List<float> Weights)
{
    public int Count => Labels.Count;

    /// <summary>Some of the rows.</summary>
    public LabelledSequences<T> Select(IReadOnlyList<int> rows)
        => new([.. rows.Select(i => Sequences[i])], [.. rows.Select(i => Labels[i])],
            [.. rows.Select(i => Weights[i])]);
}

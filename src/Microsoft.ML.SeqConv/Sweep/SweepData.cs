using System.Collections;
using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// The rows of a sweep, held in memory, with the label as a key for classification, and the folds
/// that all trials share.
/// </summary>
internal sealed class SweepData
{
    private readonly List<(IDataView Train, IDataView Test)> _folds = [];

    private SweepData(bool mapsLabel) => MapsLabel = mapsLabel;

    /// <summary>All rows.</summary>
    public int NumberOfRows { get; private init; }

    /// <summary>Rows in no fold.</summary>
    public int RowsWithoutLabel { get; private init; }

    /// <summary>Whether the label had to be made a key.</summary>
    public bool MapsLabel { get; }

    /// <summary>The folds of all repeats.</summary>
    public IReadOnlyList<(IDataView Train, IDataView Test)> Folds => _folds;

    /// <exception cref="ArgumentException">
    /// A column is missing or of another type, or there are fewer rows than folds.
    /// </exception>
    public static SweepData Prepare(
        SweepTask task, IDataView data, string label, string series, int folds, int? repeats, int seed)
    {
        DataViewType type = Column(data, label).Type;
        Column(data, series);
        if (!task.IsClassification && type != NumberDataViewType.Single)
            throw new ArgumentException($"Column '{label}' is {type}; a sweep of a regressor needs Single. "
                + "Convert it, or sweep a classifier.", nameof(label));
        var context = new MLContext(seed);
        bool mapsLabel = task.IsClassification && type is not KeyDataViewType;
        IDataView rows = context.Data.Cache(
            mapsLabel ? context.Transforms.Conversion.MapValueToKey(label).Fit(data).Transform(data) : data);
        int[] classes = task.IsClassification
            ? [.. rows.GetColumn<uint>(label).Select(key => (int)key - 1)]
            : [.. rows.GetColumn<float>(label).Select(value => float.IsNaN(value) ? StratifiedFolds.None : 0)];
        int known = classes.Count(value => value != StratifiedFolds.None);
        if (known < folds)
            throw new ArgumentException($"The data has {known} rows with a label, fewer than the {folds} folds. "
                + "Set NumberOfFolds to at most that, or give more rows.", nameof(data));

        var prepared =
            new SweepData(mapsLabel) { NumberOfRows = classes.Length, RowsWithoutLabel = classes.Length - known };
        var random = new SeededRandom((ulong)seed);
        for (int repeat = repeats ?? StratifiedFolds.RepeatsFor(known); repeat > 0; repeat--)
        {
            int[] fold = StratifiedFolds.Deal(classes, folds, random);
            for (int k = 0; k < folds; k++)
            {
                prepared._folds.Add((
                    new RowSubset(rows, new BitArray([.. fold.Select(f => f != StratifiedFolds.None && f != k)])),
                    new RowSubset(rows, new BitArray([.. fold.Select(f => f == k)]))));
            }
        }

        return prepared;
    }

    private static DataViewSchema.Column Column(IDataView data, string name)
        => data.Schema.GetColumnOrNull(name)
            ?? throw new ArgumentException($"The data has no column '{name}'; it has "
                + $"{string.Join(", ", data.Schema.Where(column => !column.IsHidden).Select(column => column.Name))}.",
                nameof(data));
}

using Microsoft.ML.Data;
using Microsoft.ML.Model.OnnxConverter;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// The lazy result of a transformer whose columns are computed by a <see cref="LookAheadCursor"/> instead of row by
/// row. All else is the row mapper's.
/// </summary>
/// <param name="host">The transformer's.</param>
/// <param name="rows">The same result, row by row: its schema, its saved form, its ONNX form.</param>
/// <param name="mapper">Computes the columns that <paramref name="rows"/> adds.</param>
internal sealed class LookAheadView(IHost host, IDataView rows, ILookAheadMapper mapper)
    : IDataTransform, ITransformCanSaveOnnx
{
    private readonly IDataView _source = ((IDataTransform)rows).Source;

    public IDataView Source => _source;

    public DataViewSchema Schema => rows.Schema;

    public bool CanShuffle => rows.CanShuffle;

    public long? GetRowCount() => rows.GetRowCount();

    public void Save(ModelSaveContext ctx) => ((ICanSaveModel)rows).Save(ctx);

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
        => Open(columnsNeeded, CanShuffle ? rand : null, null);

    // One cursor keeps as many threads busy as it may.
    public DataViewRowCursor[] GetRowCursorSet(
        IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
        => [GetRowCursor(columnsNeeded, rand)];

    /// <summary>A cursor over some of the rows. Nothing is computed for the others.</summary>
    /// <param name="columnsNeeded">Columns of the output.</param>
    /// <param name="isWanted">
    /// Whether the row at a position, counted from 0, is wanted; called in order. The cursor's position is that of the
    /// row among all.
    /// </param>
    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Func<long, bool> isWanted)
        => Open(columnsNeeded, null, isWanted);

    bool ICanSaveOnnx.CanSaveOnnx(OnnxContext ctx) => ((ITransformCanSaveOnnx)rows).CanSaveOnnx(ctx);

    void ISaveAsOnnx.SaveAsOnnx(OnnxContext ctx) => ((ITransformCanSaveOnnx)rows).SaveAsOnnx(ctx);

    private DataViewRowCursor Open(
        IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand, Func<long, bool>? isWanted)
    {
        ArgumentNullException.ThrowIfNull(columnsNeeded);
        DataViewSchema.Column?[] sources = SourceColumns();
        DataViewSchema.Column[] needed = [.. columnsNeeded.DistinctBy(column => column.Index)];
        DataViewSchema.Column[] computed =
            [.. needed.Where(column => sources[column.Index] is null).Select(column => Schema[column.Index])];
        if (computed.Length == 0 && isWanted is null)
            return rows.GetRowCursor(needed, rand!);

        DataViewSchema.Column[] kept = [.. needed.Where(column => sources[column.Index] is not null)];
        IEnumerable<DataViewSchema.Column> read = kept.Select(column => sources[column.Index]!.Value);
        if (computed.Length > 0)
            read = read.Append(_source.Schema[mapper.InputColumnName]);
        DataViewRowCursor source = _source.GetRowCursor([.. read.DistinctBy(column => column.Index)], rand!);
        RowSlots Keep(DataViewSchema.Column column, int slots) => SourceSlots.Create(
            Schema[column.Index], sources[column.Index]!.Value.Index, source, slots);
        return new LookAheadCursor(
            host.ThrowIfCancelled, source, Schema,
            slots => kept.Select(column => Keep(column, slots)).Concat(
                computed.Length == 0 ? [] : mapper.CreateSlots(computed, source, slots)),
            mapper.Limits, isWanted);
    }

    // For each column the one of the source that it is; null for those of the mapper. ML.NET puts a column that hides
    // another of its name right after that one, others at the end.
    private DataViewSchema.Column?[] SourceColumns()
    {
        var columns = new DataViewSchema.Column?[Schema.Count];
        int next = 0;
        for (int i = 0; i < columns.Length && next < _source.Schema.Count; i++)
        {
            if (Schema[i].Name == _source.Schema[next].Name)
                columns[i] = _source.Schema[next++];
        }

        return columns;
    }
}

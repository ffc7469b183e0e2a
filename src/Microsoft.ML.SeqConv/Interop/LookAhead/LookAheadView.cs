using Microsoft.ML.Data;
using Microsoft.ML.Model.OnnxConverter;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.SeqConv;

/// <summary>What a <see cref="LookAheadView"/> computes: columns, for many rows at once.</summary>
internal interface ILookAheadMapper
{
    /// <summary>The column that is read.</summary>
    string InputColumnName { get; }

    /// <summary>How far a cursor looks ahead.</summary>
    LookAheadLimits Limits { get; }

    /// <summary>Makes the slots of the computed columns that are needed.</summary>
    IEnumerable<RowSlots> CreateSlots(IReadOnlyList<DataViewSchema.Column> outputs, DataViewRowCursor source, int capacity);
}

/// <summary>The lazy result of a row mapper whose columns are computed by a <see cref="LookAheadCursor"/> instead of row by row. All else is the row mapper's.</summary>
/// <param name="host">The transformer's.</param>
/// <param name="rows">The same result, row by row: its schema, its saved form, its way to ONNX.</param>
/// <param name="mapper">Computes the columns that <paramref name="rows"/> adds.</param>
internal sealed class LookAheadView(IHost host, RowToRowMapperTransform rows, ILookAheadMapper mapper)
    : RowToRowTransformBase(host, rows.Source), ITransformCanSaveOnnx
{
    public override DataViewSchema OutputSchema => rows.OutputSchema;

    // One cursor keeps as many threads busy as it may.
    public override DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
        => [GetRowCursor(columnsNeeded, rand!)];

    bool ICanSaveOnnx.CanSaveOnnx(OnnxContext ctx) => ((ITransformCanSaveOnnx)rows).CanSaveOnnx(ctx);

    void ISaveAsOnnx.SaveAsOnnx(OnnxContext ctx) => ((ITransformCanSaveOnnx)rows).SaveAsOnnx(ctx);

    protected override void SaveModel(ModelSaveContext ctx) => ((ICanSaveModel)rows).Save(ctx);

    protected override bool? ShouldUseParallelCursors(Func<int, bool> predicate) => false;

    /// <summary>A cursor over some of the rows. Nothing is computed for the others.</summary>
    /// <param name="columnsNeeded">Columns of the output.</param>
    /// <param name="isWanted">Whether the row at a position, counted from 0, is wanted; called in order. The cursor's position is that of the row among all.</param>
    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Func<long, bool> isWanted) => Open(columnsNeeded, null, isWanted);

    protected override DataViewRowCursor GetRowCursorCore(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) => Open(columnsNeeded, rand, null);

    private DataViewRowCursor Open(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand, Func<long, bool>? isWanted)
    {
        DataViewSchema.Column?[] sources = SourceColumns();
        DataViewSchema.Column[] needed = [.. columnsNeeded.DistinctBy(column => column.Index)];
        DataViewSchema.Column[] computed = [.. needed.Where(column => sources[column.Index] is null).Select(column => OutputSchema[column.Index])];
        if (computed.Length == 0 && isWanted is null)
            return rows.GetRowCursor(needed, rand!);

        DataViewSchema.Column[] kept = [.. needed.Where(column => sources[column.Index] is not null)];
        DataViewSchema.Column input = Source.Schema[mapper.InputColumnName];
        DataViewRowCursor source = Source.GetRowCursor([.. kept.Select(column => sources[column.Index]!.Value).Append(input).DistinctBy(column => column.Index)], rand!);
        return new LookAheadCursor(Host, source, OutputSchema, slots =>
            kept.Select(column => SourceSlots.Create(OutputSchema[column.Index], sources[column.Index]!.Value.Index, source, slots)).Concat(mapper.CreateSlots(computed, source, slots)),
            mapper.Limits, isWanted);
    }

    // For each column the one of the source that it is; null for those of the mapper. ML.NET puts a column that hides another of its name right after that one, others at the end.
    private DataViewSchema.Column?[] SourceColumns()
    {
        var columns = new DataViewSchema.Column?[OutputSchema.Count];
        int next = 0;
        for (int i = 0; i < columns.Length && next < Source.Schema.Count; i++)
        {
            if (OutputSchema[i].Name == Source.Schema[next].Name)
                columns[i] = Source.Schema[next++];
        }

        return columns;
    }
}

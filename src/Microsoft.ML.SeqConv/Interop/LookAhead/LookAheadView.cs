using Microsoft.ML.Data;
using Microsoft.ML.Model.OnnxConverter;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.SeqConv;

/// <summary>What a <see cref="LookAheadView"/> computes: one column, for many rows at once.</summary>
internal interface ILookAheadMapper
{
    /// <summary>The column that is read.</summary>
    string InputColumnName { get; }

    /// <summary>Makes the slots of the computed column.</summary>
    RowSlots CreateSlots(DataViewSchema.Column output, DataViewRowCursor source, int capacity);
}

/// <summary>The lazy result of a row mapper whose column is computed by a <see cref="LookAheadCursor"/> instead of row by row. All else is the row mapper's.</summary>
/// <param name="host">The transformer's.</param>
/// <param name="rows">The same result, row by row: its schema, its saved form, its way to ONNX.</param>
/// <param name="mapper">Computes the column that <paramref name="rows"/> adds.</param>
internal sealed class LookAheadView(IHost host, RowToRowMapperTransform rows, ILookAheadMapper mapper)
    : RowToRowTransformBase(host, rows.Source), ITransformCanSaveOnnx
{
    public override DataViewSchema OutputSchema => rows.OutputSchema;

    // One cursor keeps all processors busy.
    public override DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
        => [GetRowCursor(columnsNeeded, rand!)];

    bool ICanSaveOnnx.CanSaveOnnx(OnnxContext ctx) => ((ITransformCanSaveOnnx)rows).CanSaveOnnx(ctx);

    void ISaveAsOnnx.SaveAsOnnx(OnnxContext ctx) => ((ITransformCanSaveOnnx)rows).SaveAsOnnx(ctx);

    protected override void SaveModel(ModelSaveContext ctx) => ((ICanSaveModel)rows).Save(ctx);

    protected override bool? ShouldUseParallelCursors(Func<int, bool> predicate) => false;

    protected override DataViewRowCursor GetRowCursorCore(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        // The mapper's column comes after those of the source, whose indices stay.
        DataViewSchema.Column[] needed = [.. columnsNeeded];
        DataViewSchema.Column computed = OutputSchema[Source.Schema.Count];
        if (!needed.Any(column => column.Index == computed.Index))
            return rows.GetRowCursor(needed, rand!);

        DataViewSchema.Column[] kept = [.. needed.Where(column => column.Index < computed.Index).DistinctBy(column => column.Index)];
        DataViewSchema.Column input = Source.Schema[mapper.InputColumnName];
        DataViewRowCursor source = Source.GetRowCursor([.. kept.Select(column => Source.Schema[column.Index]).Append(input).DistinctBy(column => column.Index)], rand!);
        return new LookAheadCursor(Host, source, OutputSchema, slots =>
            kept.Select(column => SourceSlots.Create(OutputSchema[column.Index], source, slots)).Append(mapper.CreateSlots(computed, source, slots)));
    }
}

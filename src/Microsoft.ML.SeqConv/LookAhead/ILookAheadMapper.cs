namespace Microsoft.ML.SeqConv;

/// <summary>Computes columns for many rows at once.</summary>
internal interface ILookAheadMapper
{
    /// <summary>The column that is read.</summary>
    string InputColumnName { get; }

    /// <summary>How far a cursor looks ahead.</summary>
    LookAheadLimits Limits { get; }

    /// <summary>Makes the slots of the computed columns that are needed.</summary>
    IEnumerable<RowSlots> CreateSlots(
        IReadOnlyList<DataViewSchema.Column> outputs, DataViewRowCursor source, int capacity);
}

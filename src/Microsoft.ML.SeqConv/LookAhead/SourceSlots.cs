using System.Reflection;
using System.Runtime.ExceptionServices;
using Microsoft.ML.Data;

namespace Microsoft.ML.SeqConv;

/// <summary>A column of the source, kept as it is.</summary>
internal class SourceSlots<T>(DataViewSchema.Column column, ValueGetter<T> get, int capacity) : RowSlots(column)
{
    private readonly T[] _values = new T[capacity];
    private readonly ExceptionDispatchInfo?[] _failures = new ExceptionDispatchInfo?[capacity];

    public sealed override void Read(int slot)
    {
        _failures[slot] = null;
        try
        {
            get(ref _values[slot]);
        }
        catch (Exception failure)
        {
            _failures[slot] = ExceptionDispatchInfo.Capture(failure);
        }
    }

    public sealed override Delegate Getter(Func<int> slot) => (ValueGetter<T>)((ref T value) =>
    {
        int current = slot();
        _failures[current]?.Throw();
        Copy(_values[current], ref value);
    });

    private protected virtual void Copy(in T source, ref T destination) => destination = source;
}

/// <summary>A vector column of the source. Values are copied, since a slot's buffer is used again.</summary>
internal sealed class SourceVectorSlots<T>(DataViewSchema.Column column, ValueGetter<VBuffer<T>> get, int capacity)
    : SourceSlots<VBuffer<T>>(column, get, capacity)
{
    private protected override void Copy(in VBuffer<T> source, ref VBuffer<T> destination)
        => source.CopyTo(ref destination);
}

/// <summary>Makes the slots of a column whose type is known at run time only.</summary>
internal static class SourceSlots
{
    /// <param name="column">The column in the cursor's schema.</param>
    /// <param name="sourceIndex">Its index in the source.</param>
    /// <param name="source">The rows.</param>
    /// <param name="capacity">Number of slots.</param>
    public static RowSlots Create(DataViewSchema.Column column, int sourceIndex, DataViewRowCursor source, int capacity)
    {
        string create = column.Type is VectorDataViewType ? nameof(CreateVector) : nameof(CreateScalar);
        Type item = column.Type is VectorDataViewType vector ? vector.ItemType.RawType : column.Type.RawType;
        MethodInfo method = typeof(SourceSlots)
            .GetMethod(create, BindingFlags.Static | BindingFlags.NonPublic)!.MakeGenericMethod(item);
        return method.CreateDelegate<Func<DataViewSchema.Column, int, DataViewRowCursor, int, RowSlots>>()(column,
            sourceIndex, source, capacity);
    }

    private static RowSlots CreateScalar<T>(
        DataViewSchema.Column column, int sourceIndex, DataViewRowCursor source, int capacity)
        => new SourceSlots<T>(column, source.GetGetter<T>(source.Schema[sourceIndex]), capacity);

    private static RowSlots CreateVector<T>(
        DataViewSchema.Column column, int sourceIndex, DataViewRowCursor source, int capacity)
        => new SourceVectorSlots<T>(column, source.GetGetter<VBuffer<T>>(source.Schema[sourceIndex]), capacity);
}

using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.ML.Data;

namespace Microsoft.ML.SeqConv.TestKit;

/// <summary>
/// A hash of the exact bits of a view's columns: two views agree in every bit when their hashes agree.
/// </summary>
public static class OutputHash
{
    /// <summary>
    /// Hashes, in the order of rows, the columns that a model added: those of <paramref name="output"/> whose names the
    /// input does not have.
    /// </summary>
    public static string Of(IDataView output, DataViewSchema input)
    {
        DataViewSchema.Column[] added = Added(output, input);
        using DataViewRowCursor cursor = output.GetRowCursor(added);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Action[] append = [.. added.Select(column => Appender(cursor, column, hash))];
        long rows = 0;
        for (; cursor.MoveNext(); rows++)
        {
            foreach (Action column in append)
                column();
        }

        return $"{rows} rows of {string.Join(",", added.Select(column => column.Name))}: "
            + $"{Convert.ToHexString(hash.GetHashAndReset())}";
    }

    /// <summary>The columns that a model added.</summary>
    public static DataViewSchema.Column[] Added(IDataView output, DataViewSchema input)
    {
        DataViewSchema.Column[] added =
            [.. output.Schema.Where(column => !column.IsHidden && input.GetColumnOrNull(column.Name) is null)];
        return added.Length > 0 ? added : throw new ArgumentException("The model added no column.");
    }

    /// <summary>Hashes columns row by row, by the rows' numbers, and disposes the cursor.</summary>
    /// <param name="cursor">The rows.</param>
    /// <param name="columns">Active in <paramref name="cursor"/>.</param>
    /// <param name="begun">Called when the first row is reached, or there is none.</param>
    public static Dictionary<ulong, string> OfRows(
        DataViewRowCursor cursor, IEnumerable<DataViewSchema.Column> columns, Action? begun = null)
    {
        using (cursor)
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            Action[] append = [.. columns.Select(column => Appender(cursor, cursor.Schema[column.Name], hash))];
            ValueGetter<DataViewRowId> getId = cursor.GetIdGetter();
            var rows = new Dictionary<ulong, string>();
            bool any = cursor.MoveNext();
            begun?.Invoke();
            for (; any; any = cursor.MoveNext())
            {
                foreach (Action column in append)
                    column();
                DataViewRowId id = default;
                getId(ref id);
                rows.Add(id.Low, Convert.ToHexString(hash.GetHashAndReset()));
            }

            return rows;
        }
    }

    private static Action Appender(DataViewRow row, DataViewSchema.Column column, IncrementalHash hash)
    {
        switch (column.Type)
        {
            case VectorDataViewType { ItemType: NumberDataViewType item } when item == NumberDataViewType.Single:
                return VectorAppender<float>(row, column, hash);
            case VectorDataViewType { ItemType: BooleanDataViewType }:
                return VectorAppender<bool>(row, column, hash);
            case NumberDataViewType number when number == NumberDataViewType.Single:
                ValueGetter<float> getSingle = row.GetGetter<float>(column);
                return () => hash.AppendData(Bytes(getSingle));
            case KeyDataViewType key when key.RawType == typeof(uint):
                ValueGetter<uint> getKey = row.GetGetter<uint>(column);
                return () => hash.AppendData(Bytes(getKey));
            case BooleanDataViewType:
                ValueGetter<bool> getFlag = row.GetGetter<bool>(column);
                return () => hash.AppendData(Bytes(getFlag));
            case TextDataViewType:
                ValueGetter<ReadOnlyMemory<char>> getText = row.GetGetter<ReadOnlyMemory<char>>(column);
                ReadOnlyMemory<char> text = default;
                return () =>
                {
                    getText(ref text);
                    hash.AppendData(Encoding.UTF8.GetBytes(text.ToArray()));
                };
            default:
                throw new ArgumentException($"Column '{column.Name}' is {column.Type}, "
                    + "which no component of this library makes.");
        }
    }

    private static Action VectorAppender<T>(DataViewRow row, DataViewSchema.Column column, IncrementalHash hash)
        where T : unmanaged
    {
        ValueGetter<VBuffer<T>> get = row.GetGetter<VBuffer<T>>(column);
        VBuffer<T> vector = default;
        return () =>
        {
            get(ref vector);
            hash.AppendData(MemoryMarshal.AsBytes<T>(vector.DenseValues().ToArray()));
        };
    }

    private static byte[] Bytes<T>(ValueGetter<T> get)
        where T : unmanaged
    {
        T value = default;
        get(ref value);
        return MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)).ToArray();
    }
}

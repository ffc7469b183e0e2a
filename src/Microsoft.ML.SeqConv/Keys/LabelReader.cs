using System.Numerics;
using Microsoft.ML.Data;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Reads labels as numbers: a class from 0, 0 and 1 for false and true, or a target; NaN where one is missing.
/// </summary>
internal static class LabelReader
{
    /// <summary>Opens a column of keys, of Boolean, or of numbers.</summary>
    /// <exception cref="InvalidOperationException">The column has another type.</exception>
    public static ValueGetter<float> Open(DataViewRow row, DataViewSchema.Column column) => column.Type switch
    {
        KeyDataViewType { RawType: var raw } when raw == typeof(uint) => Key<uint>(row, column),
        KeyDataViewType { RawType: var raw } when raw == typeof(byte) => Key<byte>(row, column),
        KeyDataViewType { RawType: var raw } when raw == typeof(ushort) => Key<ushort>(row, column),
        KeyDataViewType => Key<ulong>(row, column),
        BooleanDataViewType => Boolean(row, column),
        NumberDataViewType number when number == NumberDataViewType.Single => row.GetGetter<float>(column),
        NumberDataViewType number when number == NumberDataViewType.Double => Double(row, column),
        _ => throw new InvalidOperationException(
            $"Column '{column.Name}' is {column.Type}; a label must be a key, Boolean, Single or Double."),
    };

    // Keys count from one; zero is the missing key.
    private static ValueGetter<float> Key<T>(DataViewRow row, DataViewSchema.Column column)
        where T : unmanaged, IBinaryInteger<T>
    {
        ValueGetter<T> get = row.GetGetter<T>(column);
        return (ref float label) =>
        {
            T key = default;
            get(ref key);
            label = key == T.Zero ? float.NaN : float.CreateTruncating(key - T.One);
        };
    }

    private static ValueGetter<float> Boolean(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<bool> get = row.GetGetter<bool>(column);
        return (ref float label) =>
        {
            bool value = false;
            get(ref value);
            label = value ? 1 : 0;
        };
    }

    private static ValueGetter<float> Double(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<double> get = row.GetGetter<double>(column);
        return (ref float label) =>
        {
            double value = 0;
            get(ref value);
            label = (float)value;
        };
    }
}

using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML.SeqConv;

/// <summary>The names of a key column's values.</summary>
internal static class KeyNames
{
    /// <summary>More classes than this are no classes but a hash or a row number that became a label by mistake.</summary>
    public const ulong MostClasses = 100_000;

    /// <summary>One name a value, in the order of keys: the values that became keys, as text, where they are known; else numbers from 1.</summary>
    /// <exception cref="InvalidOperationException">There are more than <see cref="MostClasses"/>.</exception>
    public static string[] Of(DataViewSchema.Column column)
    {
        ulong count = ((KeyDataViewType)column.Type).Count;
        if (count > MostClasses)
            throw new InvalidOperationException($"Column '{column.Name}' has {count} classes by its key type; at most {MostClasses} are taken. Is it a hash or a row number? Make keys with MapValueToKey.");
        DataViewSchema.Column? values = column.Annotations.Schema.GetColumnOrNull(AnnotationUtils.Kinds.KeyValues);
        return (values?.Type as VectorDataViewType)?.ItemType.RawType switch
        {
            Type type when type == typeof(ReadOnlyMemory<char>) => Texts<ReadOnlyMemory<char>>(column),
            Type type when type == typeof(float) => Texts<float>(column),
            Type type when type == typeof(double) => Texts<double>(column),
            Type type when type == typeof(int) => Texts<int>(column),
            Type type when type == typeof(uint) => Texts<uint>(column),
            Type type when type == typeof(long) => Texts<long>(column),
            Type type when type == typeof(bool) => Texts<bool>(column),
            _ => [.. Enumerable.Range(1, (int)count).Select(key => key.ToString(CultureInfo.InvariantCulture))],
        };
    }

    private static string[] Texts<T>(DataViewSchema.Column column)
    {
        VBuffer<T> values = default;
        column.Annotations.GetValue(AnnotationUtils.Kinds.KeyValues, ref values);
        return [.. values.DenseValues().Select(value => Convert.ToString(value, CultureInfo.InvariantCulture)!)];
    }
}

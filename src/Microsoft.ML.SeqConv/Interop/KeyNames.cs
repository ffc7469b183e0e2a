using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML.SeqConv;

/// <summary>The names of a key column's values.</summary>
internal static class KeyNames
{
    /// <summary>One name a value, in the order of keys: their text where it is known, else numbers from 1.</summary>
    public static string[] Of(DataViewSchema.Column column)
    {
        int count = checked((int)((KeyDataViewType)column.Type).Count);
        if (column.HasKeyValues() && column.Annotations.Schema[AnnotationUtils.Kinds.KeyValues].Type is VectorDataViewType { ItemType: TextDataViewType })
        {
            VBuffer<ReadOnlyMemory<char>> names = default;
            column.GetKeyValues(ref names);
            return [.. names.DenseValues().Select(name => name.ToString())];
        }

        return [.. Enumerable.Range(1, count).Select(key => key.ToString(CultureInfo.InvariantCulture))];
    }
}

using Microsoft.ML.Data;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Keys to the values behind them, as ONNX nodes: one lookup for every type of value, where ML.NET's own form knows
/// some. Values without a type in ONNX (dates, times, row identifiers) are written as the text that names them.
/// </summary>
internal static class KeyLookup
{
    /// <summary>Writes the lookup.</summary>
    /// <param name="graph">Has the column of keys.</param>
    /// <param name="keys">The column.</param>
    /// <param name="output">The column of values; may have the same name.</param>
    /// <returns>The type of the output in the graph.</returns>
    public static DataViewType Write(PipelineGraph graph, DataViewSchema.Column keys, string output)
    {
        LabelValues values = LabelValues.Of(keys, int.MaxValue);
        string table = values.AddTo(graph, $"{output}/values", out PrimitiveDataViewType item);
        string key = graph.VariableOf(keys.Name);
        string index = graph.Add("Cast", $"{output}/keys", [key], ("to", typeof(long)));
        DataViewType type =
            keys.Type is VectorDataViewType vector ? new VectorDataViewType(item, vector.Dimensions) : item;
        string value = graph.AddColumn(type, output);
        graph.AddTo(value, "Gather", $"{output}/value", [table, index], ("axis", 0L));
        return type;
    }
}

using System.Globalization;
using System.Text.Json;

namespace Microsoft.ML.SeqConv;

/// <summary>The token ids that a model reads, as an input of its ONNX graph.</summary>
internal static class TokenInput
{
    /// <summary>
    /// Makes an input of token ids, [N, tokens], in the place of the column, which may be text: ONNX does not split
    /// text into words. The metadata lists the words.
    /// </summary>
    /// <param name="graph">The graph of a whole pipeline.</param>
    /// <param name="column">The column's name.</param>
    /// <param name="words">The word of each id, from <paramref name="firstId"/> on.</param>
    /// <param name="firstId">Smaller ids are padding, 0, and unknown words, 1.</param>
    public static string Write(GraphWriter graph, string column, IReadOnlyList<string> words, int firstId)
    {
        var pipeline = (PipelineGraph)graph;
        pipeline.Metadata["seqconv.vocabulary"] = JsonSerializer.Serialize(words);
        pipeline.Metadata["seqconv.vocabulary.first"] = firstId.ToString(CultureInfo.InvariantCulture);
        return pipeline.AddTokenInput(column);
    }
}

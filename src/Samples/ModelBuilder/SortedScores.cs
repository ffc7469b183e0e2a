using Microsoft.ML.Data;

namespace Microsoft.ML.SeqConv.Samples.ModelBuilder;

/// <summary>The probabilities of a prediction with the labels that they belong to.</summary>
internal static class SortedScores
{
    /// <summary>Labels and probabilities, the likeliest first.</summary>
    /// <param name="outputSchema">
    /// What a prediction engine gives; its column Label is a key with the labels as values.
    /// </param>
    /// <param name="scores">One for each label, in the order of the keys.</param>
    public static IOrderedEnumerable<KeyValuePair<string, float>> Of(DataViewSchema outputSchema, float[] scores)
    {
        VBuffer<ReadOnlyMemory<char>> labels = default;
        outputSchema["Label"].GetKeyValues(ref labels);
        return labels.DenseValues().Select(label => label.ToString()).Zip(scores, KeyValuePair.Create)
            .OrderByDescending(label => label.Value);
    }
}

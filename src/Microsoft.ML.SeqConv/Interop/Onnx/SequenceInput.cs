using System.Text.Json;
using Microsoft.ML.Data;
using Microsoft.ML.Model.OnnxConverter;

namespace Microsoft.ML.SeqConv;

/// <summary>The column of sequences that a model reads, as the beginning of its ONNX nodes.</summary>
internal static class SequenceInput
{
    /// <summary>Writes the preparation of series.</summary>
    /// <param name="context">Has the column.</param>
    /// <param name="column">Its name and type.</param>
    /// <param name="preparation">What is done to a series.</param>
    /// <param name="numberOfFeatures">Values made of each, for the batch size of scorers.</param>
    /// <returns>[N, C, T], and T where it is fixed.</returns>
    public static (string Series, int? Length) OfSeries(OnnxContext context, DataViewSchema.Column column, SeriesPreparation preparation, int numberOfFeatures)
    {
        int channels = preparation.Shape.Channels;
        int? length = preparation.ShapeOf(column.Name, column.Type).Length;
        string input = context.GetVariableName(column.Name);
        if (context is PipelineGraph pipeline)
        {
            length ??= pipeline.SeriesLength;
            if (length is int points && column.Type is VectorDataViewType { Dimensions.Length: 2 })
                pipeline.FixLength(input, preparation.Layout == SeriesLayout.ChannelTime ? ^1 : ^2, points);
            else if (length is int fixedLength)
                pipeline.FixLength(input, ^1, (long)fixedLength * channels);
            int least = preparation.ShortSeries == ShortSeries.Error ? preparation.MinimumLength : 1;
            int? rate = preparation.SampleRate ?? SampleRateAnnotation.Of(column);
            new OnnxSeriesInput(column.Name, channels, length, preparation.MissingValues, least, numberOfFeatures, rate, preparation.Layout).Describe(pipeline.Metadata);
        }

        return (SeriesGraph.Write(new GraphWriter(context), preparation, input, length), length);
    }

    /// <summary>Makes an input of token ids, [N, tokens], in the place of the column, which may be text: ONNX does not split text into words. The words are told in the metadata.</summary>
    /// <param name="context">The graph of a whole pipeline.</param>
    /// <param name="column">The column's name.</param>
    /// <param name="words">The word of each id, from <paramref name="firstId"/> on.</param>
    /// <param name="firstId">Smaller ids are padding, 0, and unknown words, 1.</param>
    public static string OfTokens(OnnxContext context, string column, IReadOnlyList<string> words, int firstId)
    {
        var pipeline = (PipelineGraph)context;
        pipeline.Metadata["seqconv.vocabulary"] = JsonSerializer.Serialize(words);
        pipeline.Metadata["seqconv.vocabulary.first"] = firstId.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return pipeline.AddTokenInput(column);
    }
}

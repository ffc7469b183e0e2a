using Microsoft.ML.Data;

namespace Microsoft.ML.SeqConv;

/// <summary>The column of series that a model reads, as the beginning of its ONNX nodes.</summary>
internal static class SeriesInput
{
    /// <summary>
    /// Stands for the number of features where a series is mapped to another: for the batches of scorers.
    /// </summary>
    public const int UnknownFeatures = 1024;

    /// <summary>Writes the preparation of series.</summary>
    /// <param name="graph">Has the column.</param>
    /// <param name="column">Its name and type.</param>
    /// <param name="preparation">What is done to a series.</param>
    /// <param name="numberOfFeatures">Values made of each, for the batch size of scorers.</param>
    /// <returns>[N, C, T], and T where it is fixed.</returns>
    public static (string Series, int? Length) Write(
        GraphWriter graph, DataViewSchema.Column column, SeriesPreparation preparation, int numberOfFeatures)
    {
        int channels = preparation.Shape.Channels;
        int? length = preparation.ShapeOf(column.Name, column.Type).Length;
        string input = graph.VariableOf(column.Name);
        if (graph is PipelineGraph pipeline)
        {
            length ??= pipeline.SeriesLength;
            if (length is int points && column.Type is VectorDataViewType { Dimensions.Length: 2 })
                pipeline.FixLength(input, preparation.Layout == SeriesLayout.ChannelTime ? ^1 : ^2, points);
            else if (length is int fixedLength)
                pipeline.FixLength(input, ^1, (long)fixedLength * channels);
            int least = preparation.ShortSeries == ShortSeries.Error ? preparation.MinimumLength : 1;
            int? rate = preparation.SampleRate ?? SampleRateAnnotation.Of(column);
            new OnnxSeriesInput(column.Name, channels, length, preparation.MissingValues, least, numberOfFeatures, rate,
                preparation.Layout).Describe(pipeline.Metadata);
        }

        return (SeriesGraph.Write(graph, preparation, input, length), length);
    }
}

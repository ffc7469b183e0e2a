using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv.Benchmarks;

/// <summary>A series with a label, as ML.NET reads it.</summary>
public sealed class SeriesRow
{
    /// <summary>[channel, time].</summary>
    public float[] Series { get; set; } = [];

    /// <summary>Taken in turns.</summary>
    public bool Label { get; set; }

    internal static SeriesRow[] Of(SeriesSet series)
        => [.. Enumerable.Range(0, series.Count)
            .Select(i => new SeriesRow { Series = series[i].ToArray(), Label = i % 2 == 0 })];

    internal static SchemaDefinition Schema(int channels, int length)
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(SeriesRow));
        schema[nameof(Series)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, channels, length);
        return schema;
    }
}

/// <summary>What a model says of a row.</summary>
public sealed class Prediction
{
    /// <summary>The class.</summary>
    public bool PredictedLabel { get; set; }
}

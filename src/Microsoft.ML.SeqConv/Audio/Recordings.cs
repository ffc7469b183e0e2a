using Microsoft.ML.Data;

namespace Microsoft.ML.SeqConv;

/// <summary>Columns of recordings: series of one channel at a sample rate.</summary>
internal static class Recordings
{
    /// <summary>How samples are read: as they are, and finite.</summary>
    public static SeriesPreparation Preparation(DataViewSchema.Column column)
        => new(SeriesShape.Of(column.Name, column.Type, null), MinimumLength: 1, MissingValues.Error,
            ShortSeries.Error, SeriesNormalization.None);

    /// <exception cref="ArgumentOutOfRangeException">
    /// The column is no vector of samples of one channel, or has another sample rate.
    /// </exception>
    public static void Check(DataViewSchema.Column column, int sampleRate)
    {
        SeriesShape shape = SeriesShape.Of(column.Name, column.Type, null);
        if (shape.Channels != 1)
            throw SchemaColumns.Refused(column.Name,
                $"has {shape.Channels} channels; a recording has one. Mix the channels to one.");
        if (SampleRateAnnotation.Of(column) is int rate && rate != sampleRate)
        {
            throw SchemaColumns.Refused(column.Name, $"has {rate} samples a second; the model was made for "
                + $"{sampleRate}. Open the files with that SampleRate.");
        }
    }
}

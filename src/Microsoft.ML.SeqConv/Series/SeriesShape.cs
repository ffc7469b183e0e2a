using Microsoft.ML.Data;

namespace Microsoft.ML.SeqConv;

/// <summary>Channels and length of the series in a column, as the column's type and the options tell them.</summary>
/// <param name="Channels">At least 1.</param>
/// <param name="Length">
/// Points a channel; <see langword="null"/> for ragged columns, whose series have lengths of their own.
/// </param>
internal readonly record struct SeriesShape(int Channels, int? Length)
{
    /// <summary>Reads the shape from a column's type.</summary>
    /// <param name="column">The column's name, for messages.</param>
    /// <param name="type">The column's type.</param>
    /// <param name="numberOfChannels">What the options say.</param>
    /// <param name="layout">In which order the column holds its values.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The type is no vector of Single, or contradicts the options.
    /// </exception>
    public static SeriesShape Of(
        string column, DataViewType type, int? numberOfChannels, SeriesLayout layout = SeriesLayout.ChannelTime)
    {
        if (type is not VectorDataViewType vector || vector.ItemType != NumberDataViewType.Single)
        {
            throw SchemaColumns.Refused(column, $"is {type}; a series must be a vector of Single: "
                + "Vector<Single, T>, or Vector<Single, C, T> for C channels. "
                + "Convert it, for example with mlContext.Transforms.Conversion.ConvertType or Concatenate.");
        }

        var dimensions = vector.Dimensions;
        if (dimensions.Length > 2)
            throw SchemaColumns.Refused(column, $"has {dimensions.Length} dimensions ({type}); "
                + "a series has one, [time], or two, "
                + "[channel, time] or [time, channel].");
        (int channel, int time) = SeriesAxes.Of(layout);
        if (SeriesAxes.TellChannels(vector, layout))
        {
            if (numberOfChannels is int asked && asked != dimensions[channel])
                throw SchemaColumns.Refused(column,
                    $"has {dimensions[channel]} channels by its type ({type}, {layout}), "
                    + $"but NumberOfChannels is {asked}. Leave NumberOfChannels unset, "
                    + "or set Layout to what the column holds.");
            return new(dimensions[channel], dimensions[time] > 0 ? dimensions[time] : null);
        }

        if (layout == SeriesLayout.TimeChannel && numberOfChannels is null)
            throw SchemaColumns.Refused(column,
                $"has an unknown number of channels ({type}), and Layout is TimeChannel. Set NumberOfChannels.");

        int channels = numberOfChannels ?? 1;
        if (dimensions.Length == 2 && numberOfChannels is null)
        {
            string turned = dimensions[time] > 0
                ? " Where the column is [time, channel], set Layout to TimeChannel."
                : "";
            throw SchemaColumns.Refused(column, $"has an unknown number of channels ({type}). "
                + $"Set NumberOfChannels.{turned}");
        }

        // Else it would be read wrongly in silence.
        if (SeriesAxes.AreTurned(vector, layout, channels))
        {
            SeriesLayout other = SeriesAxes.Other(layout);
            throw SchemaColumns.Refused(column,
                $"is {type}, which is {SeriesAxes.Text(other)} for {channels} channels, "
                + $"but Layout is {layout}. Set Layout to {other}, or transpose the rows.");
        }

        if (!vector.IsKnownSize)
            return new(channels, null);
        if (vector.Size % channels != 0)
        {
            throw SchemaColumns.Refused(column,
                $"has {vector.Size} values ({type}), which is no multiple of NumberOfChannels, {channels}. "
                + "Set NumberOfChannels to the number of channels that the column holds.");
        }

        return new(channels, vector.Size / channels);
    }
}

using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// What happens to a series between the column and the kernels: fixed in fitting, saved with the model.
/// </summary>
/// <param name="Shape">The shape seen in fitting. A ragged model takes series of any length.</param>
/// <param name="MinimumLength">Points of the shortest kernel.</param>
/// <param name="MissingValues">What NaN becomes.</param>
/// <param name="ShortSeries">What happens to series shorter than <paramref name="MinimumLength"/>.</param>
/// <param name="Normalization">What is done to each channel.</param>
internal sealed record SeriesPreparation(SeriesShape Shape, int MinimumLength, MissingValues MissingValues,
    ShortSeries ShortSeries, SeriesNormalization Normalization)
{
    private const int TimeChannelFlag = 128;
    private const int UnusedChannelsFlag = 64;

    /// <summary>
    /// Samples a second, where a series is a recording of which the model knows it. It changes no series and
    /// is not written here.
    /// </summary>
    public int? SampleRate { get; init; }

    /// <summary>In which order the column holds its values.</summary>
    public SeriesLayout Layout { get; init; }

    /// <summary>Channels that are zero for the kernels, since they were flat in training; ascending.</summary>
    public int[] UnusedChannels { get; init; } = [];

    // *** Binary format ***
    // int: channels
    // int: points a channel, 0 for ragged
    // int: minimum length
    // byte: missing values, plus 128 where the layout is [time, channel], plus 64 where channels are
    //   unused: readers that
    // do not know these refuse them
    // byte: short series, byte: normalization
    // where channels are unused: int[]: their numbers
    internal void Write(BinaryWriter writer)
    {
        writer.Write(Shape.Channels);
        writer.Write(Shape.Length ?? 0);
        writer.Write(MinimumLength);
        int flags = (Layout == SeriesLayout.TimeChannel ? TimeChannelFlag : 0)
            | (UnusedChannels.Length > 0 ? UnusedChannelsFlag : 0);
        writer.Write((byte)((int)MissingValues | flags));
        writer.Write((byte)ShortSeries);
        writer.Write((byte)Normalization);
        if (UnusedChannels.Length > 0)
            writer.WriteArray<int>(UnusedChannels);
    }

    internal static SeriesPreparation Read(BinaryReader reader)
    {
        int channels = reader.ReadInt32();
        int length = reader.ReadInt32();
        int minimumLength = reader.ReadInt32();
        byte flags = reader.ReadByte();
        var missing = (MissingValues)(flags & ~(TimeChannelFlag | UnusedChannelsFlag));
        var tooShort = (ShortSeries)reader.ReadByte();
        var normalization = (SeriesNormalization)reader.ReadByte();
        if (channels < 1 || length < 0 || (long)channels * length > Array.MaxLength || minimumLength < 1)
            throw new FormatException(
                $"{channels} channels of {length} points (at least {minimumLength}) are no shape of a series.");
        if (!Enum.IsDefined(missing) || !Enum.IsDefined(tooShort) || !Enum.IsDefined(normalization))
            throw new FormatException("A preparation of series has an unknown option.");
        int[] unused = (flags & UnusedChannelsFlag) != 0 ? reader.ReadArray<int>() : [];
        for (int i = 0; i < unused.Length; i++)
        {
            if (unused[i] < 0 || unused[i] >= channels || (i > 0 && unused[i] <= unused[i - 1]))
                throw new FormatException($"The unused channel {unused[i]} is none of {channels}, or out of order.");
        }

        return new(new(channels, length == 0 ? null : length), minimumLength, missing, tooShort, normalization)
        {
            Layout = (flags & TimeChannelFlag) != 0 ? SeriesLayout.TimeChannel : SeriesLayout.ChannelTime,
            UnusedChannels = unused,
        };
    }

    /// <summary>
    /// The shape of a column to be scored; where its type does not say the channels, they are those of fitting.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The type is no vector of Single, or no such channels fill it.
    /// </exception>
    internal SeriesShape ShapeOf(string column, DataViewType type)
        => SeriesShape.Of(column, type,
            type is VectorDataViewType vector && SeriesAxes.TellChannels(vector, Layout) ? null : Shape.Channels,
            Layout);

    /// <summary>
    /// Checks that a column to be scored has the shape of the column in fitting. A ragged column passes: its rows are
    /// checked one by one.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// Another number of channels, or another length than a model of fixed length was fitted on.
    /// </exception>
    internal void CheckColumn(string column, DataViewType type)
    {
        SeriesShape shape = ShapeOf(column, type);
        if (shape.Channels != Shape.Channels)
        {
            throw SchemaColumns.Refused(column, $"has {shape.Channels} channels; "
                + $"the model was fitted on {Shape.Channels}. "
                + (SeriesAxes.AreTurned((VectorDataViewType)type, Layout, Shape.Channels)
                    ? $"{type} is {SeriesAxes.Text(SeriesAxes.Other(Layout))}, "
                        + $"the model reads {SeriesAxes.Text(Layout)}: "
                        + $"transpose the rows, or fit with Layout = {SeriesAxes.Other(Layout)}."
                    : "Give it series of the same channels, in the same order."));
        }

        if (Shape.Length is int fitted && shape.Length is int length && length != fitted)
        {
            throw SchemaColumns.Refused(column, $"has {length} points a channel; "
                + $"the model was fitted on {fitted}. "
                + "Resample or cut the series, or fit on a column of unknown size "
                + "(Vector<Single>) to score any length.");
        }
    }
}

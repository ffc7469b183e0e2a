using Microsoft.ML.Data;

namespace Microsoft.ML.SeqConv;

/// <summary>Where a layout has channels and time in the dimensions of a column's type.</summary>
internal static class SeriesAxes
{
    /// <summary>Which dimension is which, from 0.</summary>
    public static (int Channel, int Time) Of(SeriesLayout layout)
        => layout == SeriesLayout.ChannelTime ? (0, 1) : (1, 0);

    /// <summary>The dimensions in words.</summary>
    public static string Text(SeriesLayout layout)
        => layout == SeriesLayout.ChannelTime ? "[channel, time]" : "[time, channel]";

    /// <summary>The layout that this one may be mistaken for.</summary>
    public static SeriesLayout Other(SeriesLayout layout)
        => layout == SeriesLayout.ChannelTime ? SeriesLayout.TimeChannel : SeriesLayout.ChannelTime;

    /// <summary>Whether a column's type states the channels of its series.</summary>
    public static bool TellChannels(VectorDataViewType type, SeriesLayout layout)
        => type.Dimensions.Length == 2 && type.Dimensions[Of(layout).Channel] > 0;

    /// <summary>
    /// Whether a column's type has as many points as there should be channels, but not that many channels: it is one
    /// of the other layout.
    /// </summary>
    public static bool AreTurned(VectorDataViewType type, SeriesLayout layout, int channels)
        => type.Dimensions.Length == 2 && type.Dimensions[Of(layout).Time] == channels
            && type.Dimensions[Of(layout).Channel] != channels;
}

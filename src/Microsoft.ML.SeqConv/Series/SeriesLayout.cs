namespace Microsoft.ML.SeqConv;

/// <summary>
/// In which order a column holds the values of a series of several channels. It has no meaning for one channel.
/// </summary>
public enum SeriesLayout
{
    /// <summary>[channel, time]: all points of the first channel, then all of the second.</summary>
    ChannelTime,

    /// <summary>
    /// [time, channel]: all channels of the first point, then all of the second, as sensors and the
    /// vectors of tokens come.
    /// </summary>
    TimeChannel,
}

/// <summary>Turns rows into columns.</summary>
internal static class Transposition
{
    /// <summary>Copies a matrix with its rows as columns.</summary>
    /// <param name="source">[row, column].</param>
    /// <param name="columns">Columns of <paramref name="source"/>.</param>
    /// <param name="target">[column, row].</param>
    public static void Copy(ReadOnlySpan<float> source, int columns, Span<float> target)
    {
        int rows = source.Length / columns;
        for (int column = 0; column < columns; column++)
        {
            Span<float> row = target.Slice(column * rows, rows);
            for (int i = 0; i < row.Length; i++)
                row[i] = source[i * columns + column];
        }
    }
}

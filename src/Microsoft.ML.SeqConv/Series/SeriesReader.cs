using System.Globalization;
using System.Numerics;
using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Turns the values of a column into series that kernels can take: dense, [channel, time], finite, normalised. One
/// thread uses one reader; buffers grow to the longest series and are then reused.
/// </summary>
/// <param name="column">The column's name, for messages.</param>
/// <param name="preparation">What is done to a series.</param>
/// <param name="row">
/// Gives the id of the row that is read, for messages. A cursor of a parallel set counts its own rows alone; the id is
/// the row's number in the source.
/// </param>
internal sealed class SeriesReader(string column, SeriesPreparation preparation, ValueGetter<DataViewRowId> row)
{
    // Sums of a few hundred such values are still finite in float32.
    private const float LargestMagnitude = 1e30f;

    private float[] _buffer = [];

    /// <summary>Prepares one series.</summary>
    /// <param name="source">The column's value, in the preparation's layout.</param>
    /// <returns>The prepared series, [channel, time], valid until the next call.</returns>
    /// <exception cref="InvalidOperationException">
    /// The row breaks a rule; the message names column, row, value, rule and remedy.
    /// </exception>
    public ReadOnlySpan<float> Read(in VBuffer<float> source) => Read(source, ref _buffer).Span;

    /// <summary>Prepares one series in a buffer of the caller.</summary>
    /// <param name="source">The column's value, in the preparation's layout.</param>
    /// <param name="buffer">Where the series goes; replaced when it is too short.</param>
    /// <returns>The prepared series, [channel, time], valid until the buffer is used again.</returns>
    /// <exception cref="InvalidOperationException">
    /// The row breaks a rule; the message names column, row, value, rule and remedy.
    /// </exception>
    public ReadOnlyMemory<float> Read(in VBuffer<float> source, ref float[] buffer)
    {
        int length = CheckLength(source.Length);
        if (buffer.Length < source.Length)
            buffer = new float[source.Length];
        Span<float> series = buffer.AsSpan(0, source.Length);
        if (preparation.Layout == SeriesLayout.ChannelTime || preparation.Shape.Channels == 1)
            source.CopyTo(series);
        else
            CopyByChannel(source, series);

        for (int channel = 0; channel < preparation.Shape.Channels; channel++)
        {
            Span<float> points = series.Slice(channel * length, length);
            if (!AllWithin(points))
                FillMissing(points, channel);
            if (preparation.Normalization == SeriesNormalization.ZNormalize)
                ZNormalization.Apply(points);
        }

        foreach (int channel in preparation.UnusedChannels)
            series.Slice(channel * length, length).Clear();
        return buffer.AsMemory(0, source.Length);
    }

    /// <summary>Prepares a series that is no row of a column.</summary>
    /// <param name="column">The column's name, for messages.</param>
    /// <param name="preparation">What is done to a series.</param>
    /// <param name="source">Its values, in the preparation's layout.</param>
    /// <exception cref="InvalidOperationException">
    /// The series breaks a rule; the message names column, value, rule and remedy.
    /// </exception>
    public static float[] ReadOne(string column, SeriesPreparation preparation, in VBuffer<float> source)
        => new SeriesReader(column, preparation, (ref DataViewRowId id) => id = default).Read(source).ToArray();

    private void CopyByChannel(in VBuffer<float> source, Span<float> series)
    {
        int channels = preparation.Shape.Channels;
        if (source.IsDense)
        {
            Transposition.Copy(source.GetValues(), channels, series);
            return;
        }

        series.Clear();
        ReadOnlySpan<float> values = source.GetValues();
        ReadOnlySpan<int> indices = source.GetIndices();
        for (int i = 0; i < values.Length; i++)
        {
            (int point, int channel) = Math.DivRem(indices[i], channels);
            series[channel * (series.Length / channels) + point] = values[i];
        }
    }

    private int CheckLength(int values)
    {
        int channels = preparation.Shape.Channels;
        if (values == 0)
            throw Refuse("has no points", "a series needs at least one. Correct or remove the row");
        if (values % channels != 0)
        {
            throw Refuse(
                $"has {values} values",
                $"they must fill {channels} channels equally. Correct the row, or NumberOfChannels");
        }

        int length = values / channels;
        if (preparation.Shape.Length is int fitted && length != fitted)
            throw Refuse($"has {length} points a channel", $"the model works on {fitted}. Resample or cut the series, "
                + "or fit on a column of unknown size (Vector<Single>)");
        if (length < preparation.MinimumLength && preparation.ShortSeries == ShortSeries.Error)
            throw Refuse($"has {length} points a channel", $"a kernel needs at least {preparation.MinimumLength}. "
                + "Pad shorter series or set ShortSeries to Pad");
        return length;
    }

    // NaN compares false, so it is not within.
    private static bool AllWithin(ReadOnlySpan<float> points)
    {
        var limit = new Vector<float>(LargestMagnitude);
        int t = 0;
        for (; t <= points.Length - Vector<float>.Count; t += Vector<float>.Count)
        {
            if (!Vector.LessThanOrEqualAll(Vector.Abs(new Vector<float>(points[t..])), limit))
                return false;
        }

        for (; t < points.Length; t++)
        {
            if (!(Math.Abs(points[t]) <= LargestMagnitude))
                return false;
        }

        return true;
    }

    private void FillMissing(Span<float> points, int channel)
    {
        for (int t = 0; t < points.Length; t++)
        {
            if (Math.Abs(points[t]) > LargestMagnitude)
            {
                string value = points[t].ToString(CultureInfo.InvariantCulture);
                throw Refuse($"has {value} at point {t} of channel {channel}",
                    "values must be within +-1e30. Scale them, or write NaN for a missing value");
            }

            if (float.IsNaN(points[t]) && preparation.MissingValues == MissingValues.Error)
                throw Refuse($"has NaN at point {t} of channel {channel}",
                    "a missing value is an error. Set MissingValues to Interpolate or Zero, or replace it before");
        }

        if (preparation.MissingValues == MissingValues.Zero)
        {
            foreach (ref float value in points)
                value = float.IsNaN(value) ? 0 : value;
        }
        else
        {
            Interpolate(points, channel);
        }
    }

    private void Interpolate(Span<float> points, int channel)
    {
        int last = -1;      // the last point that has a value
        for (int t = 0; t < points.Length; t++)
        {
            if (float.IsNaN(points[t]))
                continue;
            if (last < 0)
                points[..t].Fill(points[t]);
            for (int gap = last + 1; last >= 0 && gap < t; gap++)
                points[gap] = (float)(points[last] + ((double)points[t] - points[last]) * (gap - last) / (t - last));
            last = t;
        }

        if (last < 0)
        {
            throw Refuse($"has no value in channel {channel}",
                "there is nothing to interpolate from. Correct or remove the row, or set MissingValues to Zero");
        }

        points[(last + 1)..].Fill(points[last]);
    }

    private InvalidOperationException Refuse(string value, string rule)
    {
        DataViewRowId id = default;
        row(ref id);
        return new($"Column '{column}' {value} in row {id.Low}; {rule}.");
    }
}

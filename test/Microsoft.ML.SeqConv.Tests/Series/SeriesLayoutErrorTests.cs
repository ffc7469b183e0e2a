using Microsoft.ML.SeqConv.TestKit;
using Xunit;
using static Microsoft.ML.SeqConv.Tests.Series.LayoutCases;

namespace Microsoft.ML.SeqConv.Tests.Series;

/// <summary>Columns that the layout of the options cannot read, or that are likely of the other one.</summary>
public sealed class SeriesLayoutErrorTests
{
    private readonly MLContext _context = new(1);

    [Fact]
    public void What_cannot_be_read_by_time_is_reported()
    {
        List<SeriesRow> rows = SineWaves.Make(6, Length, Channels);
        Assert.StartsWith("Layout is 7; it must be one of ChannelTime, TimeChannel.",
            Assert.Throws<ArgumentOutOfRangeException>(() => Featurizer("Hydra", (SeriesLayout)7)).Message,
            StringComparison.Ordinal);
        Assert.StartsWith("Column 'Series' has an unknown number of channels (Vector<Single, 72>), and Layout is "
            + "TimeChannel. Set NumberOfChannels.", Refused(null, Length * Channels), StringComparison.Ordinal);
        Assert.StartsWith("Column 'Series' has 3 channels by its type (Vector<Single, 24, 3>, TimeChannel), "
            + "but NumberOfChannels is 2. Leave NumberOfChannels unset, or set Layout to what the column holds.",
            Refused(2, Length, Channels), StringComparison.Ordinal);
        Assert.StartsWith("Column 'Series' has 72 values (Vector<Single, 72>), which is no multiple of "
            + "NumberOfChannels, 5.", Refused(5, Length * Channels), StringComparison.Ordinal);
        Assert.Equal("Column 'Series' has 72 values in row 0; they must fill 5 channels equally. "
            + "Correct the row, or NumberOfChannels.", Refused(5));

        Assert.Equal("Column 'Series' has 72 values in row 0; they must fill 5 channels equally. "
            + "Correct the row, or NumberOfChannels.", Refused(5, 0, 5));

        // The row, the point and the channel are those of the column.
        List<SeriesRow> bad = ByTime(rows);
        bad[2].Series[5 * Channels + 1] = float.NaN;
        IDataView view = SineWaves.View(_context, bad, Length, Channels);
        Assert.StartsWith("Column 'Series' has NaN at point 5 of channel 1 in row 2;",
            Assert.Throws<InvalidOperationException>(
                () => _context.Transforms.MiniRocket("Features",
                    new MiniRocketEstimator.Options { Layout = SeriesLayout.TimeChannel }, "Series").Fit(view)).Message,
            StringComparison.Ordinal);

        string Refused(int? channels, params int[] dimensions)
            => Assert.ThrowsAny<Exception>(() => Featurizer("MiniRocket", SeriesLayout.TimeChannel, channels)
                .Fit(SineWaves.View(_context, rows, dimensions))).Message;
    }

    [Theory]
    [InlineData(SeriesLayout.ChannelTime, 0,
        3, null, "Column 'Series' has an unknown number of channels (Vector<Single, *, 3>). Set NumberOfChannels. "
            + "Where the column is [time, channel], set Layout to TimeChannel.")]
    [InlineData(SeriesLayout.ChannelTime, 0, 3, 3, "Column 'Series' is Vector<Single, *, 3>, which is [time, "
        + "channel] for 3 channels, but Layout is ChannelTime. Set Layout to TimeChannel, or transpose the rows.")]
    [InlineData(SeriesLayout.ChannelTime, 24, 3, 3,
        "Column 'Series' has 24 channels by its type (Vector<Single, 24, 3>, ChannelTime), but NumberOfChannels is 3. "
        + "Leave NumberOfChannels unset, or set Layout to what the column holds.")]
    [InlineData(SeriesLayout.TimeChannel, 3, 0, null, "Column 'Series' has an unknown number of channels "
        + "(Vector<Single, 3, *>), and Layout is TimeChannel. Set NumberOfChannels.")]
    [InlineData(SeriesLayout.TimeChannel, 3, 0, 3, "Column 'Series' is Vector<Single, 3, *>, which is [channel, "
        + "time] for 3 channels, but Layout is TimeChannel. Set Layout to ChannelTime, or transpose the rows.")]
    public void A_column_of_the_other_layout_is_told_in_fitting(
        SeriesLayout layout, int first, int second, int? channels, string message)
    {
        IDataView data = SineWaves.View(_context, SineWaves.Make(6, Length, Channels), first, second);
        Assert.StartsWith(message,
            Assert.Throws<ArgumentOutOfRangeException>(() => Featurizer("MiniRocket", layout, channels).Fit(data))
                .Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(24, 3, 3, 24, "Column 'Series' has 24 channels; the model was fitted on 3. Vector<Single, 3, 24> is "
        + "[channel, time], the model reads [time, channel]: transpose the rows, or fit with Layout = ChannelTime.")]
    [InlineData(0, 3, 3, 24, "Column 'Series' has 24 channels; the model was fitted on 3. Vector<Single, 3, 24> is "
        + "[channel, time], the model reads [time, channel]: transpose the rows, or fit with Layout = ChannelTime.")]
    [InlineData(24, 3, 3, 0, "Column 'Series' is Vector<Single, 3, *>, which is [channel, time] for 3 channels, "
        + "but Layout is TimeChannel. Set Layout to ChannelTime, or transpose the rows.")]
    [InlineData(24, 3, 24, 2, "Column 'Series' has 2 channels; the model was fitted on 3. "
        + "Give it series of the same channels, in the same order.")]
    [InlineData(24, 3, 25, 3, "Column 'Series' has 25 points a channel; the model was fitted on 24.")]
    public void A_column_of_the_other_layout_is_told_in_scoring(
        int first, int second, int time, int channel, string message)
    {
        List<SeriesRow> rows = SineWaves.Make(6, Length, Channels);
        ITransformer model = Featurizer("MiniRocket", SeriesLayout.TimeChannel)
            .Fit(SineWaves.View(_context, ByTime(rows), first, second));
        Assert.StartsWith(message, Assert.Throws<ArgumentOutOfRangeException>(
            () => model.Transform(SineWaves.View(_context, rows, time, channel))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Kernels_over_tokens_hint_at_the_layout()
    {
        var options = new ConvolutionOptions { Kernels = [new float[2, 3]] };
        ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(
            () => _context.Transforms.Convolution1D("Features", options, "Series")
                .Fit(SineWaves.View(_context, SineWaves.Make(3, 7, Channels), 7, 3)));
        Assert.StartsWith("Column 'Series' has 7 channels; the kernels have 3. Give kernels of [window, "
            + "channel] for its channels; where the column has lost its shape, set NumberOfChannels; "
            + "where it is [time, channel], set Layout to TimeChannel.", error.Message, StringComparison.Ordinal);
        options.Layout = SeriesLayout.TimeChannel;
        error = Assert.Throws<ArgumentOutOfRangeException>(
            () => _context.Transforms.Convolution1D("Features", options, "Series")
                .Fit(SineWaves.View(_context, SineWaves.Make(3, 7, Channels), 3, 7)));
        Assert.Contains("where it is [channel, time], set Layout to ChannelTime.",
            error.Message, StringComparison.Ordinal);
    }

    private IEstimator<ITransformer> Featurizer(string name, SeriesLayout layout, int? channels = null)
        => LayoutCases.Featurizer(_context, name, layout, channels);
}

using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.TestKit;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.Series;

/// <summary>Bad series end in a defined result or in one clear error, in fitting and in scoring.</summary>
public class BadSeriesTests
{
    private readonly MLContext _context = new(1);

    [Theory]
    [InlineData(float.NaN, "Column 'Series' has NaN at point 5 of channel 1 in row 3; a missing value is an error. "
        + "Set MissingValues to Interpolate or Zero, or replace it before.")]
    [InlineData(float.PositiveInfinity, "Column 'Series' has Infinity at point 5 of channel 1 in row 3; "
        + "values must be within +-1e30. Scale them, or write NaN for a missing value.")]
    [InlineData(-2e30f, "Column 'Series' has -2E+30 at point 5 of channel 1 in row 3; values must be within +-1e30. "
        + "Scale them, or write NaN for a missing value.")]
    public void Values_that_are_no_numbers_are_named(float value, string message)
    {
        List<SeriesRow> rows = SineWaves.Make(10, 20, channels: 2);
        ITransformer model = MiniRocket().Fit(View(rows, 2, 20));
        rows[3].Series[25] = value;
        Assert.Equal(message,
            Assert.Throws<InvalidOperationException>(() => MiniRocket().Fit(View(rows, 2, 20))).Message);
        Assert.Equal(message, ErrorInScoring(model, View(rows, 2, 20)));
    }

    [Fact]
    public void Missing_values_are_interpolated_or_zero()
    {
        float[] interpolated = Prepared(MissingValues.Interpolate,
            [float.NaN, 2, float.NaN, float.NaN, 8, 9, 9, 9, 9, float.NaN]);
        Assert.Equal(Prepared(MissingValues.Error, [2, 2, 4, 6, 8, 9, 9, 9, 9, 9]), interpolated);
        float[] zero = Prepared(MissingValues.Zero, [float.NaN, 2, float.NaN, float.NaN, 8, 9, 9, 9, 9, float.NaN]);
        Assert.Equal(Prepared(MissingValues.Error, [0, 2, 0, 0, 8, 9, 9, 9, 9, 0]), zero);
    }

    [Fact]
    public void A_channel_without_values_cannot_be_interpolated()
    {
        List<SeriesRow> rows = SineWaves.Make(5, 12);
        rows[1].Series = [.. Enumerable.Repeat(float.NaN, 12)];
        var options = new MiniRocketEstimator.Options { MissingValues = MissingValues.Interpolate };
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(
            () => _context.Transforms.MiniRocket("Features", options, "Series").Fit(View(rows, 12)));
        Assert.Equal(
            "Column 'Series' has no value in channel 0 in row 1; there is nothing to interpolate from. "
            + "Correct or remove the row, or set MissingValues to Zero.", error.Message);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void Series_shorter_than_a_kernel_have_finite_features_that_are_not_all_zero(int length)
    {
        List<SeriesRow> rows = SineWaves.Make(6, length);
        foreach (int[] dimensions in new int[][] { [length], [] })
        {
            IDataView data = View(rows, dimensions);
            IEstimator<ITransformer>[] estimators =
            [
                MiniRocket(), _context.Transforms.Rocket("Features", "Series", numberOfKernels: 100),
                _context.Transforms.MultiRocket("Features", "Series", numberOfFeatures: 672),
                _context.Transforms.Hydra("Features", "Series", numberOfGroups: 4),
                _context.Transforms.IntervalQuantiles("Features", "Series", depth: 3),
                _context.Transforms.DilatedShapelets(
                    "Features", inputColumnName: "Series", numberOfShapelets: 30),
            ];
            foreach (IEstimator<ITransformer> estimator in estimators)
            {
                float[] features = [.. estimator.Fit(data).Transform(data).GetColumn<float[]>("Features")
                    .SelectMany(values => values)];
                Assert.All(features, value => Assert.True(float.IsFinite(value)));
                Assert.Contains(features, value => value != 0);
            }
        }
    }

    [Fact]
    public void Series_shorter_than_a_kernel_are_an_error_on_request()
    {
        List<SeriesRow> rows = SineWaves.Make(6, 20);
        rows[4].Series = [1, 2, 3, 4, 5, 6, 7];
        var options = new MiniRocketEstimator.Options { ShortSeries = ShortSeries.Error };
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(
            () => _context.Transforms.MiniRocket("Features", options, "Series").Fit(View(rows)));
        Assert.Equal("Column 'Series' has 7 points a channel in row 4; a kernel needs at least 9. "
            + "Pad shorter series or set ShortSeries to Pad.", error.Message);
    }

    [Fact]
    public void An_empty_series_is_an_error()
    {
        List<SeriesRow> rows = SineWaves.Make(6, 20);
        ITransformer model = MiniRocket().Fit(View(rows));
        rows[2].Series = [];
        const string message =
            "Column 'Series' has no points in row 2; a series needs at least one. Correct or remove the row.";
        Assert.Equal(message, Assert.Throws<InvalidOperationException>(() => MiniRocket().Fit(View(rows))).Message);
        Assert.Equal(message, ErrorInScoring(model, View(rows)));
    }

    [Fact]
    public void A_row_that_breaks_a_fixed_length_is_an_error()
    {
        List<SeriesRow> rows = SineWaves.Make(6, 20);
        ITransformer model = MiniRocket().Fit(View(rows, 20));
        rows[5].Series = new float[19];
        string error = ErrorInScoring(model, View(rows));
        Assert.Equal("Column 'Series' has 19 points a channel in row 5; the model works on 20. "
            + "Resample or cut the series, or fit on a column of unknown size (Vector<Single>).", error);
    }

    [Fact]
    public void Ragged_models_score_rows_longer_and_shorter_than_any_in_training()
    {
        ITransformer model = MiniRocket().Fit(View(SineWaves.Make(8, 30, ragged: true)));
        List<SeriesRow> others = [new() { Series = [1] },
            new() { Series = [.. Enumerable.Range(0, 5000).Select(t => MathF.Sin(t))] }, new() { Series = [1, 2, 3] }];
        float[] features = [.. model.Transform(View(others)).GetColumn<float[]>("Features")
            .SelectMany(values => values)];
        Assert.All(features, value => Assert.InRange(value, 0, 1));
    }

    [Fact]
    public void Ten_thousand_features_of_nine_points_are_given()
    {
        IDataView data = View(SineWaves.Make(6, 9), 9);
        MiniRocketTransformer model = _context.Transforms.MiniRocket("Features", "Series").Fit(data);
        Assert.Equal(9996, model.NumberOfFeatures);
        Assert.Equal([1], model.Model.Dilations.ToArray());
    }

    [Fact]
    public void Another_length_or_channel_count_is_named_before_any_row_is_read()
    {
        ITransformer model = MiniRocket().Fit(View(SineWaves.Make(6, 20, channels: 2), 2, 20));
        ArgumentOutOfRangeException length = Assert.Throws<ArgumentOutOfRangeException>(
            () => model.Transform(View(SineWaves.Make(6, 21, channels: 2), 2, 21)));
        Assert.StartsWith("Column 'Series' has 21 points a channel; the model was fitted on 20. "
            + "Resample or cut the series, or fit on a column of unknown size", length.Message);
        ArgumentOutOfRangeException channels = Assert.Throws<ArgumentOutOfRangeException>(
            () => model.Transform(View(SineWaves.Make(6, 20, channels: 3), 3, 20)));
        Assert.StartsWith("Column 'Series' has 3 channels; the model was fitted on 2. "
            + "Give it series of the same channels, in the same order.", channels.Message);
    }

    [Theory]
    [InlineData(3, new[] { 2, 20 }, "Column 'Series' has 2 channels by its type (Vector<Single, 2, 20>, ChannelTime), "
        + "but NumberOfChannels is 3. Leave NumberOfChannels unset, or set Layout to what the column holds.")]
    [InlineData(3, new[] { 40 },
        "Column 'Series' has 40 values (Vector<Single, 40>), which is no multiple of NumberOfChannels, 3.")]
    [InlineData(null, new[] { 2, 2, 10 }, "Column 'Series' has 3 dimensions (Vector<Single, 2, 2, 10>); "
        + "a series has one, [time], or two, [channel, time] or [time, channel].")]
    [InlineData(null, new[] { 0, 20 },
        "Column 'Series' has an unknown number of channels (Vector<Single, *, 20>). Set NumberOfChannels.")]
    public void Channels_that_contradict_the_column_are_named(int? channels, int[] dimensions, string message)
    {
        var options = new MiniRocketEstimator.Options { NumberOfChannels = channels };
        ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(() =>
            _context.Transforms.MiniRocket("Features", options, "Series").Fit(View(SineWaves.Make(6, 40), dimensions)));
        Assert.StartsWith(message, error.Message);
    }

    [Fact]
    public void A_missing_and_a_mistyped_column_are_named()
    {
        IDataView data = _context.Data.LoadFromEnumerable([new { Text = "a", Number = 1.0, Doubles = new double[3] }]);
        ArgumentOutOfRangeException missing = Assert.Throws<ArgumentOutOfRangeException>(() => MiniRocket().Fit(data));
        Assert.StartsWith("Column 'Series' is missing; MiniRocket reads its series from it. The columns are 'Text', "
            + "'Number', 'Doubles'. Set inputColumnName.", missing.Message);
        foreach (string name in new[] { "Text", "Number", "Doubles" })
        {
            ArgumentOutOfRangeException mistyped = Assert.Throws<ArgumentOutOfRangeException>(
                () => _context.Transforms.MiniRocket("Features", name).Fit(data));
            Assert.StartsWith($"Column '{name}' is ", mistyped.Message);
            Assert.Contains("a series must be a vector of Single.", mistyped.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(83, 32, "NumberOfFeatures is 83; it must be 84 to 10000000.")]
    [InlineData(10_000_001, 32, "NumberOfFeatures is 10000001; it must be 84 to 10000000.")]
    [InlineData(84, 0, "MaxDilationsPerKernel is 0; it must be 1 to 1000.")]
    public void Options_out_of_range_are_named(int features, int dilations, string message)
    {
        var options =
            new MiniRocketEstimator.Options { NumberOfFeatures = features, MaxDilationsPerKernel = dilations };
        ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(
            () => _context.Transforms.MiniRocket("Features", options, "Series"));
        Assert.StartsWith(message, error.Message);
    }

    [Fact]
    public void Null_and_empty_arguments_are_named()
    {
        Assert.Throws<ArgumentNullException>(() => _context.Transforms.MiniRocket(null!, "Series"));
        Assert.Throws<ArgumentException>(() => _context.Transforms.Rocket("", "Series"));
        Assert.Throws<ArgumentNullException>(
            () => _context.Transforms.Rocket("Features", (RocketEstimator.Options)null!, "Series"));
        Assert.Throws<ArgumentNullException>(() => MiniRocketCatalog.MiniRocket(null!, "Features", "Series"));
        Assert.Throws<ArgumentNullException>(() => MiniRocket().Fit(null!));
        ArgumentOutOfRangeException channels = Assert.Throws<ArgumentOutOfRangeException>(() =>
            _context.Transforms.Rocket("Features", new RocketEstimator.Options { NumberOfChannels = 0 }, "Series"));
        Assert.StartsWith("NumberOfChannels is 0; it must be at least 1.", channels.Message);
        ArgumentOutOfRangeException kernels = Assert.Throws<ArgumentOutOfRangeException>(
            () => _context.Transforms.Rocket("Features", "Series", numberOfKernels: 0));
        Assert.StartsWith("NumberOfKernels is 0; it must be 1 to 10000000.", kernels.Message);
    }

    [Fact]
    public void Options_of_MultiRocket_and_Hydra_out_of_range_are_named()
    {
        void Refused(Action make, string message)
            => Assert.StartsWith(message, Assert.Throws<ArgumentOutOfRangeException>(make).Message);
        Refused(() => _context.Transforms.MultiRocket("Features", "Series", numberOfFeatures: 671),
            "NumberOfFeatures is 671; it must be 672 to 10000000.");
        Refused(() => _context.Transforms.MultiRocket("Features",
            new MultiRocketEstimator.Options { MaxDilationsPerKernel = 1001 }, "Series"),
            "MaxDilationsPerKernel is 1001; it must be 1 to 1000.");
        Refused(() => _context.Transforms.Hydra("Features", "Series", numberOfGroups: 0),
            "NumberOfGroups is 0; it must be 1 to 4096.");
        Refused(() => _context.Transforms.Hydra("Features", new HydraEstimator.Options { KernelsPerGroup = 1 },
            "Series"), "KernelsPerGroup is 1; it must be 2 to 256.");
    }

    [Fact]
    public void A_series_without_a_difference_as_long_as_a_kernel_is_an_error_on_request()
    {
        IDataView data = View(SineWaves.Make(6, 9), 9);
        const string message = "Column 'Series' has 9 points a channel in row 0; a kernel needs at least 10. "
            + "Pad shorter series or set ShortSeries to Pad.";
        var multiRocket = new MultiRocketEstimator.Options { ShortSeries = ShortSeries.Error };
        Assert.Equal(message, Assert.Throws<InvalidOperationException>(
            () => _context.Transforms.MultiRocket("Features", multiRocket, "Series").Fit(data)).Message);
        var hydra = new HydraEstimator.Options { ShortSeries = ShortSeries.Error };
        Assert.Equal(message, Assert.Throws<InvalidOperationException>(
            () => _context.Transforms.Hydra("Features", hydra, "Series").Fit(data)).Message);
    }

    private MiniRocketEstimator MiniRocket()
        => _context.Transforms.MiniRocket("Features", "Series", numberOfFeatures: 168, seed: 1);

    private IDataView View(IEnumerable<SeriesRow> rows, params int[] dimensions)
        => SineWaves.View(_context, rows, dimensions);

    // The features of one series by a model that was fitted on another without gaps.
    private float[] Prepared(MissingValues missing, float[] series)
    {
        var options = new MiniRocketEstimator.Options { NumberOfFeatures = 84, Seed = 1, MissingValues = missing };
        ITransformer model = _context.Transforms.MiniRocket("Features", options, "Series")
            .Fit(View(SineWaves.Make(4, series.Length), series.Length));
        return model.Transform(View([new SeriesRow { Series = series }], series.Length))
            .GetColumn<float[]>("Features").Single();
    }

    private static string ErrorInScoring(ITransformer model, IDataView data)
    {
        Exception error = Assert.ThrowsAny<Exception>(
            () => model.Transform(data).GetColumn<float[]>("Features").ToArray());
        for (; error.InnerException is not null; error = error.InnerException)
        {
        }

        return error.Message;
    }
}

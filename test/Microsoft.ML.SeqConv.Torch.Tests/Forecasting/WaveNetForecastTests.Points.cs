using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.Kernels;
using Microsoft.ML.SeqConv.TestKit;
using Microsoft.ML.SeqConv.Tests.Onnx;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv.Torch.Tests.Forecasting;

/// <content>Which points a forecast reads, and what it does with those that are missing or out of range.</content>
public sealed partial class WaveNetForecastTests
{
    [Fact]
    public void Missing_points_follow_the_rule_of_training()
    {
        WaveNetForecastEstimator.Options options = Small(1);
        options.MissingValues = MissingValues.Interpolate;
        float[] gap = Growing(60);
        gap[50] = float.NaN;
        using WaveNetForecastTransformer model = Fit(options, gap);
        float[] row = model.Transform(View(gap)).GetColumn<float[]>("Forecast").Single();
        Assert.Equal(row[12..24], model.Predict(gap).Median.ToArray());
        Assert.Equal(row[12..24], model.CreateEngine(gap).Predict().Median.ToArray());
        Message<ArgumentException>(
            "Observation 0 is Infinity; points must be within +-1e30. Correct the value, write NaN for a missing ",
            () => model.CreateEngine().Update(float.PositiveInfinity));
    }

    /// <summary>A gap is filled from the last present point before the window, however the points came in.</summary>
    [Theory]
    [InlineData(MissingValues.Interpolate)]
    [InlineData(MissingValues.Zero)]
    public void A_gap_at_the_start_of_the_window_is_filled_alike_everywhere(MissingValues rule)
    {
        WaveNetForecastEstimator.Options options = Small(1);
        options.MissingValues = rule;
        using WaveNetForecastTransformer model = Fit(options, Growing(60));
        string file = Path.Combine(_folder, "gap.zip");
        (int From, int To)[] gaps =
        [
            (26, 22),       // straddles the start of the window
            (24, 24),
            (70, 5),
            (40, 1),        // no point of the window is present
            (100, 20),      // none before the window is present
            (30, 28),
        ];
        foreach ((int from, int to) in gaps)
        {
            float[] series = Growing(100);
            series.AsSpan((100 - from)..(101 - to)).Fill(float.NaN);
            float[] expected = model.Transform(View(series)).GetColumn<float[]>("Forecast").Single();
            Assert.Equal(expected, Values(model.Predict(series)));
            Assert.Equal(expected, Values(model.CreateEngine(series).Predict()));

            // One point after the other, and from a checkpoint within the gap.
            ForecastEngine engine = model.CreateEngine();
            foreach (float point in series[..97])
                engine.Update(point);
            engine.SaveCheckpoint(_context, file);
            using var loaded = (WaveNetForecastTransformer)new MLContext().Model.Load(file, out _);
            ForecastEngine resumed = loaded.CreateEngine();
            foreach (ForecastEngine each in new[] { engine, resumed })
            {
                each.Update(series[97..]);
                Assert.Equal(24, each.Count);
                Assert.Equal(expected, Values(each.Predict()));
            }
        }
    }

    [Fact]
    public void An_outage_costs_an_engine_no_memory()
    {
        WaveNetForecastEstimator.Options options = Small(1);
        options.MissingValues = MissingValues.Interpolate;
        using WaveNetForecastTransformer model = Fit(options, Growing(60));
        ForecastEngine engine = model.CreateEngine(Growing(40));
        float[] missing = [.. Enumerable.Repeat(float.NaN, 500)];
        engine.Update(missing);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 500_000; i++)
            engine.Update(float.NaN);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
        Assert.Equal(Growing(40)[^1], engine.Predict().Median[0]);
    }

    [Fact]
    public void Points_beyond_the_range_are_refused_before_they_are_taken()
    {
        WaveNetForecastEstimator.Options options = Small(1);
        options.MissingValues = MissingValues.Interpolate;
        using WaveNetForecastTransformer model = Fit(options, Growing(60));
        ForecastEngine engine = model.CreateEngine(Growing(40));
        float[] expected = Values(engine.Predict());
        const string rule = "points must be within +-1e30. Correct the value, write NaN for a missing value, or scale "
            + "the series and train again.";
        Message<ArgumentException>("Observation 1 is -1E+31; " + rule, () => engine.Update(1, -1e31f));
        Assert.Equal(expected, Values(engine.Predict()));
        float[] within = [.. Growing(35), 1e31f, .. Growing(23)];
        Message<ArgumentException>("Point 35 of the series is 1E+31; " + rule, () => model.Predict(within));
        float[] before = [1, 1, 1e31f, float.NaN, float.NaN, .. Growing(23)];
        Message<ArgumentException>("Point 2 of the series is 1E+31; " + rule, () => model.Predict(before));

        float[] missing = [.. Enumerable.Repeat(float.NaN, 30)];
        const string none = "has no present point; all 24 points of the window are NaN, and all before it. Give a "
            + "point that is present, or train with MissingValues.Zero.";
        Message<InvalidOperationException>("The series " + none, () => model.Predict(missing));
        Message<InvalidOperationException>("The engine " + none, () => model.CreateEngine(missing).Predict());

        using WaveNetForecastTransformer strict = Fit(Small(1), Growing(60));
        Message<ArgumentException>(
            "Observation 0 is 1E+31; points must be within +-1e30. Correct the value, or scale the series and train",
            () => strict.CreateEngine().Update(1e31f));
    }

    [Theory]
    [InlineData(MissingValues.Error, float.NaN)]
    [InlineData(MissingValues.Error, 1e31f)]
    [InlineData(MissingValues.Zero, float.PositiveInfinity)]
    [InlineData(MissingValues.Interpolate, 1e31f)]
    public void Points_that_no_forecast_reads_are_not_checked(MissingValues rule, float point)
    {
        WaveNetForecastEstimator.Options options = Small(1);
        options.MissingValues = rule;
        using WaveNetForecastTransformer model = Fit(options, Growing(60));
        float[] series = Growing(120);
        float[] expected = Values(model.Predict(series));
        series[5] = point;
        Assert.Equal(expected, Values(model.Predict(series)));
        Assert.Equal(expected, Values(model.CreateEngine(series).Predict()));
        Assert.Equal(expected, model.Transform(View(series)).GetColumn<float[]>("Forecast").Single());

        series[96] = 1e31f;
        IDataView forecasts = model.Transform(View(series));
        Exception error = Assert.ThrowsAny<Exception>(() => forecasts.GetColumn<float[]>("Forecast").ToArray());
        string message = error.GetBaseException().Message;
        Assert.StartsWith("Column 'Series' has 1E+31 at point 96 of channel 0 in row 0;", message);
    }
}

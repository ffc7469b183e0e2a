using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.Kernels;
using Microsoft.ML.SeqConv.TestKit;
using Microsoft.ML.SeqConv.Tests.Onnx;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv.Torch.Tests.Forecasting;

public sealed partial class WaveNetForecastTests : IDisposable
{
    private readonly MLContext _context = new(1);
    private readonly string _folder = Directory.CreateTempSubdirectory("seqconv").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Component()
        => ComponentChecks.AllWithin(1e-4,
            context => context.Forecasting.ForecastByWaveNet("Forecast", "Series", Small(epochs: 2)),
            SineWaves.Make(12, 80, ragged: true));

    [Fact]
    public void A_season_with_growth_is_forecast_better_than_by_repetition()
    {
        float[] series = Growing(240);
        using WaveNetForecastTransformer model =
            _context.Forecasting.ForecastByWaveNet("Forecast", "Series", Small(epochs: 40)).Fit(View(series));
        ForecastEvaluation evaluation = model.Evaluate(View(Growing(264)));
        Assert.Equal(12, evaluation.NumberOfPoints);
        Assert.True(evaluation.Median.MeanAbsoluteScaledError < evaluation.SeasonalNaive.MeanAbsoluteScaledError,
            $"{evaluation}");
        Assert.True(evaluation.Median.SymmetricMeanAbsolutePercentageError
            < evaluation.Naive.SymmetricMeanAbsolutePercentageError, $"{evaluation}");
        Assert.Equal(36, model.Evaluate(View(Growing(264)), numberOfOrigins: 3).NumberOfPoints);
        Forecast forecast = model.Predict(series);
        for (int h = 0; h < forecast.Horizon; h++)
            Assert.True(forecast.Lower[h] <= forecast.Median[h] && forecast.Median[h] <= forecast.Upper[h]);
    }

    [Fact]
    public void The_last_point_alone_is_that_of_the_whole_stack()
    {
        TorchLibrary.EnsureLoaded();
        using IDisposable constant = no_grad();
        foreach (int length in new[] { 2, 3, 7, 8, 9, 31, 40 })
        {
            using var scope = NewDisposeScope();
            WaveNetShape shape = new WaveNetForecastEstimator.Options { WindowSize = 40, Horizon = 3 }.Settings().Stack;
            using var stack = new WaveNetStack(shape, null);
            using var generator = new Generator(1);
            Initialization.Glorot(stack, generator);
            Tensor x = empty([2, shape.ResidualChannels, length]).uniform_(-1, 1, generator);
            float[] whole = stack.call(x, null).narrow(2, length - 1, 1).contiguous().data<float>().ToArray();
            float[] last = stack.Last(x).contiguous().data<float>().ToArray();
            for (int i = 0; i < whole.Length; i++)
                Assert.Equal(whole[i], last[i], 1e-5);
        }
    }

    [Theory]
    [InlineData(new int[0])]
    [InlineData(new[] { 4, 12 })]
    public void The_graph_gives_the_same_quantiles(int[] periods)
    {
        WaveNetForecastEstimator.Options options = Small(epochs: 3);
        options.SeasonalPeriods = periods;
        IDataView data = View(Growing(120), Growing(90));
        using WaveNetForecastTransformer model =
            _context.Forecasting.ForecastByWaveNet("Forecast", "Series", options).Fit(data);
        using OnnxRun run = OnnxRun.Of(_context, model, data,
            new OnnxExportOptions { OutputColumnNames = ["Forecast"] });
        Assert.Empty(run.Get<float>("Forecast", "Series", [], 60));
        foreach (float[] series in new[] { Growing(60), Growing(24), [.. Enumerable.Repeat(7f, 30)] })
        {
            float[] expected = model.Transform(View(series)).GetColumn<float[]>("Forecast").Single();
            float[] actual = run.Get<float>("Forecast", "Series", [series]);
            Assert.Equal(expected.Length, actual.Length);
            for (int i = 0; i < expected.Length; i++)
                Assert.Equal(expected[i], actual[i], 1e-4 * expected.Max(Math.Abs));
        }
    }

    [Fact]
    public void Errors_are_those_computed_by_hand()
    {
        // Past 0 2 1 3 with a season of 2: in-sample errors |1 - 0| and |3 - 2|, so the scale is 1. Forecast 2 and 4 in
        // the interval 1 to 3 and 3 to 4.5; then came 1 and 5.
        var builder = new ForecastEvaluationBuilder([0.1, 0.5, 0.9], period: 2);
        builder.Add([0, 2, 1, 3], [1, 5], new Forecast([0.1, 0.5, 0.9], [1, 3, 2, 4, 3, 4.5f]));
        ForecastEvaluation evaluation = builder.Build("Series");
        Assert.Equal((1, 1), (evaluation.Median.MeanAbsoluteError, evaluation.Median.RootMeanSquaredError));
        Assert.Equal((200.0 / 3 + 200.0 / 9) / 2, evaluation.Median.SymmetricMeanAbsolutePercentageError, 1e-9);
        Assert.Equal(1, evaluation.Median.MeanAbsoluteScaledError, 1e-9);
        // 3 and 3
        Assert.Equal((2, Math.Sqrt(4)), (evaluation.Naive.MeanAbsoluteError, evaluation.Naive.RootMeanSquaredError));
        // 1 and 3
        Assert.Equal(1, evaluation.SeasonalNaive.MeanAbsoluteError, 1e-9);
        Assert.Equal((0.5, 0.8), (evaluation.Coverage, evaluation.NominalCoverage));
        Assert.Equal((0 + 0.5 + 0.1 * 2 + 0.1 * 2 + 0.5 + 0.9 * 0.5) / 6, evaluation.PinballLoss, 1e-6);
    }

    [Fact]
    public void A_constant_window_is_forecast_as_that_constant()
    {
        using WaveNetForecastTransformer model =
            _context.Forecasting.ForecastByWaveNet("Forecast", "Series", Small(epochs: 2)).Fit(View(Growing(120)));
        Forecast forecast = model.Predict([.. Enumerable.Repeat(7f, 24)]);
        Assert.True(forecast.HasNoSpread);
        Assert.All(forecast.Median.ToArray().Concat(forecast.Lower.ToArray()), value => Assert.Equal(7, value));
    }

    [Fact]
    public void An_engine_goes_on_from_its_checkpoint()
    {
        float[] series = Growing(132);
        using WaveNetForecastTransformer model =
            _context.Forecasting.ForecastByWaveNet("Forecast", "Series", Small(epochs: 2)).Fit(View(series[..120]));
        ForecastEngine engine = model.CreateEngine(series[..100]);
        engine.Update(series[100..120]);
        Assert.Equal(model.Predict(series.AsSpan(0, 120)).Median.ToArray(), engine.Predict().Median.ToArray());
        string file = Path.Combine(_folder, "checkpoint.zip");
        engine.SaveCheckpoint(_context, file);

        var loaded = (WaveNetForecastTransformer)new MLContext().Model.Load(file, out _);
        ForecastEngine resumed = loaded.CreateEngine();
        Assert.Equal(24, resumed.Count);
        resumed.Update(series[120..]);
        Assert.Equal(model.Predict(series).Upper.ToArray(), resumed.Predict().Upper.ToArray());
        Message<ArgumentException>("Observation 1 is NaN; the model was trained with MissingValues.Error. "
            + "Replace the missing value, or train with MissingValues.Interpolate or Zero.",
            () => resumed.Update(1, float.NaN));
        Message<InvalidOperationException>("There are 3 points; a forecast is made from 24. Call Update with more.",
            () => model.CreateEngine([1, 2, 3]).Predict());
    }

    [Fact]
    public void A_counter_is_forecast_at_a_high_level_as_at_a_low_one()
    {
        WaveNetForecastEstimator.Options options = Counting();
        using WaveNetForecastTransformer model = Fit(options, Counter(0, 2000));
        float[] low = model.Predict(Counter(1000, 12)).Median.ToArray();
        Forecast high = model.Predict(Counter(1_600_000, 12));
        for (int h = 0; h < low.Length; h++)
            Assert.Equal(low[h] - 1000, high.Median[h] - 1_600_000, 0.25);      // two units in the last place
        Assert.False(high.HasNoSpread);
        Assert.True(high.Lower[3] < high.Upper[3]);

        using OnnxRun run = OnnxRun.Of(
            _context, model, View(Counter(0, 24)), new OnnxExportOptions { OutputColumnNames = ["Forecast"] });
        float[] series = Counter(1_600_000, 12);
        float[] expected = model.Transform(View(series)).GetColumn<float[]>("Forecast").Single();
        float[] actual = run.Get<float>("Forecast", "Series", [series]);
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], 0.25);
    }

    [Fact]
    public void Waves_at_a_high_level_are_learned()
        => Fit(Counting(), [.. Enumerable.Range(0, 200).Select(t => (float)(1e6 + Math.Sin(t)))]).Dispose();

    [Fact]
    public void Nothing_that_is_learned_from_reaches_into_the_points_held_back()
    {
        ForecastSettings settings = Small(1).CheckedCopy().Settings();
        var split = ForecastSplit.ByTime([Growing(100), Growing(40)], settings, 0.2);
        Assert.All(split.Train.Where(window => window.Series == 0),
            window => Assert.True(window.Start + 24 + 12 <= 80));
        Assert.All(split.Validation, window => Assert.True(window.Series == 0 && window.Start + 24 >= 80));
        Assert.Equal(9, split.Validation.Length);
        Assert.Equal(5, split.Train.Count(window => window.Series == 1));       // too short to hold points back
        Assert.Equal(65 + 5, split.All.Length);
    }

    [Fact]
    public void Rows_of_points_are_gathered_into_series()
    {
        var rows = _context.Data.LoadFromEnumerable(new[] { ("a", 1f), ("b", 5f), ("a", 2f) }
            .Select(pair => new PointRow { Name = pair.Item1, Value = pair.Item2 }));
        IDataView series = _context.Data.GatherSeries(rows, "Value", "Name");
        Assert.Equal(["a", "b"], series.GetColumn<string>("Name"));
        Assert.Equal([[1f, 2f], [5f]], series.GetColumn<float[]>("Series"));
        Assert.Equal([[1f, 5f, 2f]], _context.Data.GatherSeries(rows, "Value").GetColumn<float[]>("Series"));
        Message<ArgumentOutOfRangeException>("Column 'Name' is String; it must be Single.",
            () => _context.Data.GatherSeries(rows, "Name"));
        Message<ArgumentOutOfRangeException>("Column 'Nothing' is missing; GatherSeries reads it. "
            + "The columns are 'Name', 'Value'.",
            () => _context.Data.GatherSeries(rows, "Nothing"));
    }

    [Fact]
    public void Bad_input_is_named()
    {
        float[] gap = Growing(60);
        gap[30] = float.NaN;
        Message<InvalidOperationException>("Column 'Series' has 35 points in row 0; "
            + "ForecastByWaveNet learns from windows of 24 points and the 12 after them, so it needs at least 36.",
            () => Fit(Small(1), Growing(35)));
        Message<InvalidOperationException>("Column 'Series' is constant in all 1 rows; there is nothing to learn.",
            () => Fit(Small(1), [.. Enumerable.Repeat(1f, 60)]));
        Message<InvalidOperationException>("Column 'Series' has NaN at point 30 of channel 0 in row 0; "
            + "a missing value is an error. Set MissingValues to Interpolate or Zero", () => Fit(Small(1), gap));
        WaveNetForecastEstimator.Options mended = Small(1);
        mended.MissingValues = MissingValues.Interpolate;
        Fit(mended, gap).Dispose();
        Message<ArgumentOutOfRangeException>("Quantiles is 0.9, 0.1; it must rise between 0 and 1, "
            + "with 0.5 among them.", () => Fit(With(options => options.Quantiles = [0.9, 0.1]), Growing(60)));
        Message<ArgumentOutOfRangeException>("SeasonalPeriods is 25; it must be 2 to WindowSize, 24",
            () => Fit(With(options => options.SeasonalPeriods = [25]), Growing(60)));
        Message<ArgumentOutOfRangeException>("Horizon is 0; it must be 1 to 100000.",
            () => Fit(With(options => options.Horizon = 0), Growing(60)));

        using WaveNetForecastTransformer model = Fit(Small(1), Growing(60));
        Message<ArgumentException>("The series has 5 points; a forecast is made from 24. Give a longer series.",
            () => model.Predict(new float[5]));
        Message<ArgumentException>("Point 2 of the series is NaN; the model was trained with MissingValues.Error. "
            + "Replace the missing value, or train with MissingValues.Interpolate or Zero.",
            () => model.Predict([1, 2, float.NaN, .. Growing(21)]));
        Message<ArgumentOutOfRangeException>("The quantile 0.25 is not forecast; those are 0.05, 0.5, 0.95. "
            + "Train with it.", () => model.Predict(Growing(24)).At(0.25).ToArray());
        Message<ArgumentException>("Point 1 of actual is NaN; all must be finite.",
            () => model.Evaluate(Growing(60), [1, float.NaN]));
        Message<InvalidOperationException>("Column 'Series' is constant in every window of 24 points to learn from; "
            + "there is nothing to learn.", () => Fit(Small(1), [.. new float[98], 1, 2]));
        Message<InvalidOperationException>("Column 'Series' has 30 points in row 0; "
            + "1 forecasts of 12 points after a window of 24 need 36.", () => model.Evaluate(View(Growing(30))));
        Exception error = Assert.ThrowsAny<Exception>(
            () => model.Transform(View(Growing(5))).GetColumn<float[]>("Forecast").ToArray());
        const string start = "Column 'Series' has 5 points in row 0; a forecast is made from 24.";
        Assert.StartsWith(start, error.GetBaseException().Message, StringComparison.Ordinal);
    }

    // [quantile, horizon], as the column has them.
    private static float[] Values(Forecast forecast)
        => [.. new[] { 0.05, 0.5, 0.95 }.SelectMany(quantile => forecast.At(quantile).ToArray())];

    private WaveNetForecastTransformer Fit(WaveNetForecastEstimator.Options options, float[] series)
        => _context.Forecasting.ForecastByWaveNet("Forecast", "Series", options).Fit(View(series));

    private IDataView View(params float[][] series)
        => SineWaves.View(_context, series.Select(points => new SeriesRow { Series = points, Label = "c0" }));

    // A season of twelve points that grows, and a little noise.
    private static float[] Growing(int length)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, length)
            .Select(t => (float)((100 + t) * (1 + 0.3 * Math.Sin(Math.Tau * t / 12)) + random.NextDouble()))];
    }

    // Rises by a half, which Single holds exactly.
    private static float[] Counter(float first, int length)
        => [.. Enumerable.Range(0, length).Select(t => first + t / 2f)];

    private static WaveNetForecastEstimator.Options Counting()
    {
        WaveNetForecastEstimator.Options options = Small(2);
        (options.WindowSize, options.Horizon, options.SeasonalPeriods) = (12, 4, []);
        return options;
    }

    private static WaveNetForecastEstimator.Options With(Action<WaveNetForecastEstimator.Options> change)
    {
        WaveNetForecastEstimator.Options options = Small(1);
        change(options);
        return options;
    }

    private static WaveNetForecastEstimator.Options Small(int epochs) => new()
    {
        WindowSize = 24,
        Horizon = 12,
        SeasonalPeriods = [12],
        NumberOfNetworks = 1,
        NumberOfChannels = 8,
        NumberOfSkipChannels = 16,
        NumberOfEpochs = epochs,
        LearningRate = 3e-3,
        Seed = 1,
    };

    private static void Message<T>(string expected, Func<object> act)
        where T : Exception
        => Assert.StartsWith(expected, Assert.Throws<T>(act).Message, StringComparison.Ordinal);

    private static void Message<T>(string expected, Action act)
        where T : Exception
        => Assert.StartsWith(expected, Assert.Throws<T>(act).Message, StringComparison.Ordinal);

    private sealed class PointRow
    {
        public string Name { get; set; } = "";

        public float Value { get; set; }
    }
}

using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.TestKit;
using Microsoft.ML.SeqConv.Tests.Onnx;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv.Torch.Tests.Forecasting;

// Intervals that are calibrated on the points that were held back.
public sealed partial class WaveNetForecastTests
{
    // Windows of 24 points from 0 to 36, and the 4 after them, one more each time. The network forecasts -1, 0 and 1 in
    // the scale of a window, where the next points are about 2.
    [Fact]
    public void Offsets_are_the_bounds_of_the_errors_computed_by_hand()
    {
        TorchLibrary.EnsureLoaded();
        float[] series = [.. Enumerable.Range(0, 40).Select(t => t % 2 == 0 ? -1f : 1f), .. Enumerable.Repeat(3f, 4)];
        ForecastSettings settings = new WaveNetForecastEstimator.Options
        {
            WindowSize = 24,
            Horizon = 4,
            Quantiles = [0.1, 0.5, 0.9],
        }.CheckedCopy().Settings();
        var examples = new ForecastExamples([series], [1], [(0, 0), (0, 4), (0, 12), (0, 16)], settings);
        var calibration = new ForecastCalibration(examples, settings);
        using var network = new FixedForecast([-0.5f, 0, 0.5f], horizon: 4);
        calibration.Add(network, CPU);
        float[] offsets = calibration.Offsets(out bool isShort);
        Assert.False(isShort);

        // Of four windows of one point, the fourth error of four is exceeded with probability 0.2: 3 - 0.5 in the last
        // window, 1 - 0.5 in the others.
        Assert.Equal([-2.5f, -2.5f, -2.5f, -2.5f, 0, 0, 0, 0, 2.5f, 2.5f, 2.5f, 2.5f], offsets);
    }

    [Fact]
    public void Intervals_are_never_narrowed_and_too_few_errors_are_reported()
    {
        TorchLibrary.EnsureLoaded();
        ForecastSettings settings = new WaveNetForecastEstimator.Options
        {
            WindowSize = 24,
            Horizon = 2,
            Quantiles = [0.05, 0.25, 0.5, 0.9],
        }.CheckedCopy().Settings();
        float[] series = [.. Enumerable.Range(0, 26).Select(t => t % 2 == 0 ? -1f : 1f)];
        var calibration = new ForecastCalibration(new([series], [1], [(0, 0)], settings), settings);
        using var network = new FixedForecast([-0.5f, -0.25f, 0, 5], horizon: 2);
        calibration.Add(network, CPU);
        float[] offsets = calibration.Offsets(out bool isShort);
        Assert.True(isShort);       // 0.05 has no pair: it needs 19 errors, and there are two

        // The points are -1 and 1: 0.25 misses by 0.75 and moves so far, 0.05 misses by 0.5 and moves with it.
        Assert.Equal([-0.75f, -0.75f, -0.75f, -0.75f, 0, 0, 0, 0], offsets);
    }

    [Fact]
    public void Intervals_hold_the_points_of_noisy_series_about_as_often_as_stated()
    {
        double[] coverages = [.. new[] { false, true }.Select(calibrates =>
        {
            WaveNetForecastEstimator.Options options = Small(epochs: 12);
            options.CalibrateIntervals = calibrates;
            using WaveNetForecastTransformer model = Fit(options, Noisy(300));
            ForecastEvaluation evaluation = model.Evaluate(View(Noisy(300 + 240)), numberOfOrigins: 20);
            Assert.Equal(0.9, evaluation.NominalCoverage, 1e-9);
            return evaluation.Coverage;
        })];
        Assert.InRange(coverages[1], 0.85, 0.97);
        Assert.True(coverages[0] < coverages[1], $"{coverages[0]} {coverages[1]}");
    }

    [Fact]
    public void The_median_is_the_same_without_calibration_and_the_graph_has_the_moved_quantiles()
    {
        WaveNetForecastEstimator.Options options = Small(epochs: 12);
        using WaveNetForecastTransformer with = Fit(options, Noisy(300));
        options.CalibrateIntervals = false;
        using WaveNetForecastTransformer without = Fit(options, Noisy(300));
        float[] series = Noisy(60);
        Forecast calibrated = with.Predict(series);
        Forecast trained = without.Predict(series);
        Assert.Equal(trained.Median.ToArray(), calibrated.Median.ToArray());
        Assert.All(Enumerable.Range(0, 12), h => Assert.True(calibrated.Upper[h] - calibrated.Lower[h]
            >= trained.Upper[h] - trained.Lower[h]));
        Assert.Contains(Enumerable.Range(0, 12), h => calibrated.Lower[h] < trained.Lower[h] - 0.1);
        using OnnxRun run = OnnxRun.Of(_context, with, View(series),
            new OnnxExportOptions { OutputColumnNames = ["Forecast"] });
        float[] expected = with.Transform(View(series)).GetColumn<float[]>("Forecast").Single();
        float[] actual = run.Get<float>("Forecast", "Series", [series]);
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], 1e-4 * expected.Max(Math.Abs));
    }

    // Version 2 has offsets of the quantiles. Files are of the sample sunspots, on its generated series.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Models_of_every_format_version_still_load_and_forecast(int version)
    {
        string path = Path.Combine(Folders.Repository, "test", "Models", $"wavenet-forecast-{version}.zip");
        using var model = (WaveNetForecastTransformer)_context.Model.Load(path, out _);
        Forecast forecast = model.CreateEngine().Predict();
        Assert.Equal(12, forecast.Horizon);
        for (int h = 0; h < forecast.Horizon; h++)
            Assert.True(forecast.Lower[h] <= forecast.Median[h] && forecast.Median[h] <= forecast.Upper[h]);
    }

    // A season of twelve points that grows, and noise.
    private static float[] Noisy(int length)
    {
        var random = new Random(2);
        return [.. Enumerable.Range(0, length).Select(t => (float)(100 + 0.2 * t + 20 * Math.Sin(Math.Tau * t / 12)
            + 6 * (random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5)))];
    }

    /// <summary>The same quantiles for every window and point.</summary>
    private sealed class FixedForecast(float[] quantiles, int horizon) : SequenceNetwork("Fixed")
    {
        public override Tensor forward(Tensor input, Tensor? mask)
            => tensor(quantiles).view(1, quantiles.Length, 1).expand(input.shape[0], quantiles.Length, horizon)
                .contiguous();

        public override string Write(GraphWriter graph, string name, string input) => throw new NotSupportedException();
    }
}

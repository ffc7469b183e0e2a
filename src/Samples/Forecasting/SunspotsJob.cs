using System.Diagnostics;
using Microsoft.ML.Data;
using ScottPlot;

namespace Microsoft.ML.SeqConv.Samples.Forecasting;

internal sealed record SunspotsSettings(
    string? Data, string? Until, int? Window, int? Horizon, int? Period, int Networks, int Epochs,
    int Seed, string OutputFolder);

/// <summary>
/// From a monthly series to a forecast with intervals, what happened beside it, errors beside those of the naive
/// forecasts, and a saved model.
/// </summary>
internal static class SunspotsJob
{
    private const int SolarCycle = 132;
    private const int GeneratedSeason = 48;
    private const int GeneratedMonths = 1200;

    public static string DefaultFolder { get; } = Path.Combine("out", "sunspots");

    public static void Run(SunspotsSettings settings, CancellationToken cancellation)
    {
        MonthlySeries series = settings.Data is null
            ? MonthlySeries.Generate(GeneratedMonths, settings.Seed)
            : MonthlySeries.Read(settings.Data);
        int period = settings.Period ?? (settings.Data is null ? GeneratedSeason : SolarCycle);
        int horizon = settings.Horizon ?? period;
        int known = settings.Until is string until ? IndexAfter(series, until) : series.Values.Length - horizon;
        if (known < 1 || known >= series.Values.Length)
            throw new ArgumentException($"The series runs from {series.NameOf(0)} to "
                + $"{series.NameOf(series.Values.Length - 1)}; nothing is left to learn from or to compare with. "
                + "Give an earlier --until or a smaller --horizon.");
        var context = new MLContext(settings.Seed);
        using IDisposable cancelling = context.CancelOn(cancellation);
        Directory.CreateDirectory(settings.OutputFolder);

        float[] past = series.Values[..known];
        float[] future = series.Values[known..Math.Min(series.Values.Length, known + horizon)];
        IDataView train = context.Data.LoadFromEnumerable([new SeriesRow { Series = past }]);
        long start = Stopwatch.GetTimestamp();
        using WaveNetForecastTransformer model = FitProgressBar.Show(context,
            () => context.Forecasting.ForecastByWaveNet("Forecast", "Series", new WaveNetForecastEstimator.Options
            {
                WindowSize = settings.Window ?? 2 * period,
                Horizon = horizon,
                SeasonalPeriods = [period],
                NumberOfNetworks = settings.Networks,
                NumberOfEpochs = settings.Epochs,
                Seed = settings.Seed,
            }).Fit(train));
        Console.WriteLine($"Learned from {series.NameOf(0)} to {series.NameOf(known - 1)} ({known} months) in "
            + $"{Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s.");

        Forecast forecast = model.Predict(past);
        Compare(series, known, future, forecast, model, period);
        string plot = Path.Combine(settings.OutputFolder, "forecast.png");
        Draw(series, known, forecast, period, plot);
        string modelFile = Path.Combine(settings.OutputFolder, "model.zip");
        model.CreateEngine(past).SaveCheckpoint(context, modelFile);
        Console.WriteLine($"Wrote {plot}, and {modelFile} with the last {model.WindowSize} months, "
            + "so that a program goes on from there.");
    }

    private static int IndexAfter(MonthlySeries series, string month)
    {
        string[] parts = month.Split('-');
        if (parts.Length != 2 || !int.TryParse(parts[0], out int year)
            || !int.TryParse(parts[1], out int inYear) || inYear is < 1 or > 12)
            throw new ArgumentException($"--until is '{month}'; write a month as 2008-12.");
        return 12 * year + inYear - series.First;
    }

    private static void Compare(MonthlySeries series, int known, float[] future, Forecast forecast,
        WaveNetForecastTransformer model, int period)
    {
        int highest = IndexOfMost(forecast.Median);
        int actual = IndexOfMost(future);
        Console.WriteLine($"Highest forecast: {forecast.Median[highest]:F1} in {series.NameOf(known + highest)} "
            + $"(interval {forecast.Lower[highest]:F1} to {forecast.Upper[highest]:F1}). "
            + $"What happened: {future[actual]:F1} in {series.NameOf(known + actual)}"
            + $"{(future.Length < forecast.Horizon ? $", of {future.Length} months known" : "")}.");
        ForecastEvaluation errors = model.Evaluate(series.Values.AsSpan(0, known), future, period);
        Console.WriteLine($"{"",-18} {"MAE",8} {"RMSE",8} {"sMAPE",8} {"MASE",8}");
        foreach ((string name, ForecastErrors row) in new[]
        {
            ("ForecastByWaveNet", errors.Median), ("naive", errors.Naive), ("seasonal naive", errors.SeasonalNaive)
        })
            Console.WriteLine($"{name,-18} {row.MeanAbsoluteError,8:F2} {row.RootMeanSquaredError,8:F2} "
                + $"{row.SymmetricMeanAbsolutePercentageError,8:F2} {row.MeanAbsoluteScaledError,8:F3}");
        Console.WriteLine($"{errors.Coverage:P0} of {errors.NumberOfPoints} months in the interval of "
            + $"{errors.NominalCoverage:P0}; pinball loss {errors.PinballLoss:F2}.");
    }

    private static int IndexOfMost(ReadOnlySpan<float> values)
    {
        int most = 0;
        for (int i = 1; i < values.Length; i++)
        {
            if (values[i] > values[most])
                most = i;
        }

        return most;
    }

    private static void Draw(MonthlySeries series, int known, Forecast forecast, int period, string path)
    {
        int first = Math.Max(0, known - 3 * period);
        int last = Math.Min(series.Values.Length, known + forecast.Horizon);
        double[] ahead = [.. Enumerable.Range(known, forecast.Horizon).Select(series.YearOf)];
        var plot = new Plot();
        var interval = plot.Add.FillY(ahead, Doubles(forecast.Lower), Doubles(forecast.Upper));
        interval.FillColor = Colors.SteelBlue.WithAlpha(0.25);
        interval.LineColor = Colors.Transparent;
        interval.LegendText = FormattableString.Invariant(
            $"quantiles {forecast.Quantiles[0]} to {forecast.Quantiles[^1]}");
        Line(Enumerable.Range(first, known - first), Colors.Black, "known");
        Line(Enumerable.Range(known, last - known), Colors.DarkOrange, "what happened");
        var median = plot.Add.ScatterLine(ahead, Doubles(forecast.Median), Colors.SteelBlue);
        median.LineWidth = 2;
        median.LegendText = "forecast";
        plot.ShowLegend(Edge.Bottom);
        plot.XLabel("year");
        plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic
        {
            LabelFormatter = year => FormattableString.Invariant($"{year:0.#}")
        };
        plot.SavePng(path, 1000, 500);

        void Line(IEnumerable<int> months, Color color, string legend)
        {
            var line = plot.Add.ScatterLine(months.Select(series.YearOf).ToArray(),
                months.Select(month => (double)series.Values[month]).ToArray(), color);
            line.LineWidth = 1.5f;
            line.LegendText = legend;
        }
    }

    private static double[] Doubles(ReadOnlySpan<float> values)
    {
        var doubles = new double[values.Length];
        for (int i = 0; i < values.Length; i++)
            doubles[i] = values[i];
        return doubles;
    }

    private sealed class SeriesRow
    {
        [VectorType]
        public float[] Series { get; set; } = [];
    }
}

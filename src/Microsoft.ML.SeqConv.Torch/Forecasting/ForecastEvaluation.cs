namespace Microsoft.ML.SeqConv;

/// <summary>Errors of forecasts, averaged over points.</summary>
/// <param name="MeanAbsoluteError">In the unit of the series.</param>
/// <param name="RootMeanSquaredError">In the unit of the series.</param>
/// <param name="SymmetricMeanAbsolutePercentageError">
/// 200 |a - f| / (|a| + |f|) per cent (Makridakis 1993), 0 to 200; 0 where both are 0.
/// </param>
/// <param name="MeanAbsoluteScaledError">
/// Relative to the mean absolute error of the seasonal-naive forecast of one season within each series' past (Hyndman
/// and Koehler 2006); infinite where that past repeats itself exactly.
/// </param>
public sealed record ForecastErrors(double MeanAbsoluteError, double RootMeanSquaredError,
    double SymmetricMeanAbsolutePercentageError, double MeanAbsoluteScaledError);

/// <summary>A forecaster's errors beside those of forecasts without a model.</summary>
/// <param name="Median">Of the medians.</param>
/// <param name="Naive">Of the last value, repeated.</param>
/// <param name="SeasonalNaive">Of the last season, repeated.</param>
/// <param name="PinballLoss">The mean over quantiles and points of max(q e, (q - 1) e).</param>
/// <param name="Coverage">The share of points between the lowest and the highest quantile.</param>
/// <param name="NominalCoverage">The share that there should be.</param>
/// <param name="Points">Points that were forecast.</param>
public sealed record ForecastEvaluation(ForecastErrors Median, ForecastErrors Naive, ForecastErrors SeasonalNaive,
    double PinballLoss, double Coverage, double NominalCoverage, int Points);

/// <summary>Adds up forecasts and what came.</summary>
internal sealed class ForecastEvaluationBuilder(double[] quantiles, int period)
{
    private readonly ErrorSum _median = new();
    private readonly ErrorSum _naive = new();
    private readonly ErrorSum _seasonal = new();
    private double _pinball;
    private int _covered;
    private int _points;

    public void Add(ReadOnlySpan<float> past, ReadOnlySpan<float> actual, Forecast forecast)
    {
        double scale = 0;
        for (int t = period; t < past.Length; t++)
            scale += Math.Abs((double)past[t] - past[t - period]);
        scale /= past.Length - period;
        for (int h = 0; h < actual.Length; h++)
        {
            _median.Add(actual[h], forecast.Median[h], scale);
            _naive.Add(actual[h], past[^1], scale);
            _seasonal.Add(actual[h], past[past.Length - period + h % period], scale);
            foreach (double quantile in quantiles)
            {
                double error = actual[h] - forecast.At(quantile)[h];
                _pinball += Math.Max(quantile * error, (quantile - 1) * error);
            }

            if (actual[h] >= forecast.Lower[h] && actual[h] <= forecast.Upper[h])
                _covered++;
            _points++;
        }
    }

    /// <exception cref="InvalidOperationException">Nothing was added.</exception>
    public ForecastEvaluation Build(string column) => _points > 0
        ? new(_median.Mean(_points), _naive.Mean(_points), _seasonal.Mean(_points),
            _pinball / (_points * quantiles.Length), (double)_covered / _points, quantiles[^1] - quantiles[0], _points)
        : throw new InvalidOperationException($"Column '{column}' has no rows to evaluate. "
            + "Check the data view or its filters.");

    private sealed class ErrorSum
    {
        private double _absolute;
        private double _squared;
        private double _symmetric;
        private double _scaled;

        public void Add(double actual, double forecast, double scale)
        {
            double error = Math.Abs(actual - forecast);
            double size = Math.Abs(actual) + Math.Abs(forecast);
            _absolute += error;
            _squared += error * error;
            _symmetric += size == 0 ? 0 : 200 * error / size;
            _scaled += error == 0 ? 0 : error / scale;
        }

        public ForecastErrors Mean(int points)
            => new(_absolute / points, Math.Sqrt(_squared / points), _symmetric / points, _scaled / points);
    }
}

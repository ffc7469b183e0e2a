namespace Microsoft.ML.SeqConv;

/// <summary>Errors of forecasts, averaged over points.</summary>
public sealed class ForecastErrors
{
    internal ForecastErrors()
    {
    }

    /// <summary>In the unit of the series.</summary>
    public double MeanAbsoluteError { get; internal init; }

    /// <summary>In the unit of the series.</summary>
    public double RootMeanSquaredError { get; internal init; }

    /// <summary>
    /// 200 |a - f| / (|a| + |f|) per cent (Makridakis 1993), 0 to 200; 0 where both are 0.
    /// </summary>
    public double SymmetricMeanAbsolutePercentageError { get; internal init; }

    /// <summary>
    /// Relative to the mean absolute error of the seasonal-naive forecast of one season within each series' past
    /// (Hyndman and Koehler 2006); infinite where that past repeats itself exactly.
    /// </summary>
    public double MeanAbsoluteScaledError { get; internal init; }
}

/// <summary>A forecaster's errors beside those of forecasts without a model.</summary>
public sealed class ForecastEvaluation
{
    internal ForecastEvaluation(ForecastErrors median, ForecastErrors naive, ForecastErrors seasonalNaive)
    {
        Median = median;
        Naive = naive;
        SeasonalNaive = seasonalNaive;
    }

    /// <summary>Errors of the medians.</summary>
    public ForecastErrors Median { get; }

    /// <summary>Errors of the last value, repeated.</summary>
    public ForecastErrors Naive { get; }

    /// <summary>Errors of the last season, repeated.</summary>
    public ForecastErrors SeasonalNaive { get; }

    /// <summary>The mean over quantiles and points of max(q e, (q - 1) e).</summary>
    public double PinballLoss { get; internal init; }

    /// <summary>The fraction of points between the lowest and the highest quantile.</summary>
    public double Coverage { get; internal init; }

    /// <summary>The fraction that there should be.</summary>
    public double NominalCoverage { get; internal init; }

    /// <summary>Points that were forecast.</summary>
    public int NumberOfPoints { get; internal init; }
}

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
        ? new(_median.Mean(_points), _naive.Mean(_points), _seasonal.Mean(_points))
        {
            PinballLoss = _pinball / (_points * quantiles.Length),
            Coverage = (double)_covered / _points,
            NominalCoverage = quantiles[^1] - quantiles[0],
            NumberOfPoints = _points,
        }
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

        public ForecastErrors Mean(int points) => new()
        {
            MeanAbsoluteError = _absolute / points,
            RootMeanSquaredError = Math.Sqrt(_squared / points),
            SymmetricMeanAbsolutePercentageError = _symmetric / points,
            MeanAbsoluteScaledError = _scaled / points,
        };
    }
}

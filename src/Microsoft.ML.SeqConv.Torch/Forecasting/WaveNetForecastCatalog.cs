using Microsoft.ML.SeqConv;

namespace Microsoft.ML;

/// <summary>Makes <see cref="WaveNetForecastEstimator"/>.</summary>
public static class WaveNetForecastCatalog
{
    /// <summary>
    /// Forecasts series by the causal dilated stack of WaveNet (arXiv:1609.03499), with an interval of nine tenths.
    /// </summary>
    /// <param name="catalog">The forecasters.</param>
    /// <param name="outputColumnName">The column to write: a vector of Single, [quantile, horizon].</param>
    /// <param name="inputColumnName">The column to read: a vector of Single, one series a row.</param>
    /// <param name="windowSize">Points that a forecast is made from, 2 to 100,000.</param>
    /// <param name="horizon">Points that are forecast, 1 to 100,000.</param>
    /// <param name="seasonalPeriod">A season in points; default: none.</param>
    /// <param name="seed">Seed of weights and order; default: drawn from the context.</param>
    public static WaveNetForecastEstimator ForecastByWaveNet(
        this ForecastingCatalog catalog, string outputColumnName, string inputColumnName, int windowSize, int horizon,
        int? seasonalPeriod = null, int? seed = null)
        => catalog.ForecastByWaveNet(outputColumnName, inputColumnName, new WaveNetForecastEstimator.Options
        {
            WindowSize = windowSize,
            Horizon = horizon,
            SeasonalPeriods = seasonalPeriod is int period ? [period] : [],
            Seed = seed,
        });

    /// <summary>Forecasts series by the causal dilated stack of WaveNet (arXiv:1609.03499).</summary>
    /// <param name="catalog">The forecasters.</param>
    /// <param name="outputColumnName">The column to write: a vector of Single, [quantile, horizon].</param>
    /// <param name="inputColumnName">The column to read: a vector of Single, one series a row.</param>
    /// <param name="options">Sizes, quantiles and training.</param>
    public static WaveNetForecastEstimator ForecastByWaveNet(this ForecastingCatalog catalog, string outputColumnName,
        string inputColumnName, WaveNetForecastEstimator.Options options)
        => new(catalog.Environment(), outputColumnName, inputColumnName, options);
}

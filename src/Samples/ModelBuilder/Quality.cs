using Microsoft.ML.Data;

namespace Microsoft.ML.SeqConv.Samples.ModelBuilder;

/// <summary>How good a model is.</summary>
/// <param name="MetricName">Model Builder's name of the metric that it chooses models by.</param>
/// <param name="Score">Its value.</param>
/// <param name="Description">That metric and others, for people.</param>
internal sealed record Quality(string MetricName, double Score, string Description)
{
    public static Quality Of(MulticlassClassificationMetrics metrics)
        => new("MicroAccuracy", metrics.MicroAccuracy, $"Accuracy {metrics.MicroAccuracy:F4}, macro accuracy "
            + $"{metrics.MacroAccuracy:F4}, log loss {metrics.LogLoss:F4}");

    public static Quality Of(RegressionMetrics metrics)
        => new("RSquared", metrics.RSquared, $"R squared {metrics.RSquared:F4}, root mean squared error "
            + $"{metrics.RootMeanSquaredError:G4}, mean absolute error {metrics.MeanAbsoluteError:G4}");

    public static Quality Of(ForecastEvaluation errors)
        => new("RMSE", errors.Median.RootMeanSquaredError,
            $"Root mean squared error {errors.Median.RootMeanSquaredError:G4} (naive "
            + $"{errors.Naive.RootMeanSquaredError:G4}, seasonal naive "
            + $"{errors.SeasonalNaive.RootMeanSquaredError:G4}), {errors.Coverage:P0} of "
            + $"{errors.NumberOfPoints} points in the "
            + $"interval of {errors.NominalCoverage:P0}");
}

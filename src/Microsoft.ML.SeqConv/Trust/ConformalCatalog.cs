using Microsoft.ML.Data;
using Microsoft.ML.SeqConv;

namespace Microsoft.ML;

/// <summary>Makes estimators of prediction sets and intervals.</summary>
public static class ConformalCatalog
{
    /// <summary>
    /// Prediction sets that hold the class of a new row with a stated probability, from what a trained ridge classifier
    /// or ensemble predicts for training rows that it was fitted without. Appended to the trainer:
    /// <c>pipeline.Append(mlContext.MulticlassClassification.Conformal(0.1))</c>.
    /// </summary>
    /// <param name="catalog">The task.</param>
    /// <param name="significance">How often a set may lack the class of its row: above 0 and below 1.</param>
    /// <param name="scoreColumnName">The probabilities of the classes.</param>
    public static ConformalClassificationEstimator Conformal(this MulticlassClassificationCatalog catalog,
        double significance = 0.1, string scoreColumnName = DefaultColumnNames.Score)
        => catalog.Conformal(new ConformalClassificationEstimator.Options
        {
            Significance = significance,
            ScoreColumnName = scoreColumnName,
        });

    /// <summary>
    /// Prediction sets that hold the class of a new row with a stated probability, behind any trainer of classifiers
    /// whose scores are probabilities.
    /// </summary>
    /// <param name="catalog">The task.</param>
    /// <param name="options">Columns, score, calibration and rejection.</param>
    public static ConformalClassificationEstimator Conformal(
        this MulticlassClassificationCatalog catalog, ConformalClassificationEstimator.Options options)
        => new(catalog.Environment(), options ?? throw new ArgumentNullException(nameof(options)));

    /// <summary>
    /// Intervals that hold the label of a new row with a stated probability, from what a trained ridge regression or
    /// ensemble misses in training rows that it was fitted without. Appended to the trainer:
    /// <c>pipeline.Append(mlContext.Regression.Conformal(0.1))</c>.
    /// </summary>
    /// <param name="catalog">The task.</param>
    /// <param name="significance">How often an interval may lack the label of its row: above 0 and below 1.</param>
    /// <param name="scoreColumnName">The predicted number.</param>
    public static ConformalRegressionEstimator Conformal(this RegressionCatalog catalog,
        double significance = 0.1, string scoreColumnName = DefaultColumnNames.Score)
        => catalog.Conformal(new ConformalRegressionEstimator.Options
        {
            Significance = significance,
            ScoreColumnName = scoreColumnName,
        });

    /// <summary>
    /// Intervals that hold the label of a new row with a stated probability, behind any trainer of a regression.
    /// </summary>
    /// <param name="catalog">The task.</param>
    /// <param name="options">Columns and calibration.</param>
    public static ConformalRegressionEstimator Conformal(
        this RegressionCatalog catalog, ConformalRegressionEstimator.Options options)
        => new(catalog.Environment(), options ?? throw new ArgumentNullException(nameof(options)));
}

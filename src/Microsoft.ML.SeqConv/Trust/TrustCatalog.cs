using Microsoft.ML.Data;
using Microsoft.ML.SeqConv;

namespace Microsoft.ML;

/// <summary>Measures whether the probabilities of classifiers can be relied upon.</summary>
public static class TrustCatalog
{
    /// <summary>
    /// Calibration error, Brier score, reliability and risk-coverage of a classifier's probabilities, and coverage and
    /// size of prediction sets where the data has them.
    /// </summary>
    /// <param name="catalog">The task.</param>
    /// <param name="data">Scored by a model that was not trained on it. Rows without a label are left out.</param>
    /// <param name="labelColumnName">
    /// The label, a key; keys are compared with the classes of the scores by name.
    /// </param>
    /// <param name="scoreColumnName">The probabilities of the classes, a vector of Single.</param>
    /// <param name="numberOfBins">Bins of reliability: 1 to 1,000.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidOperationException">
    /// No row has a label, a label is of no class of the scores, or scores are no probabilities.
    /// </exception>
    public static TrustMetrics EvaluateTrust(this MulticlassClassificationCatalog catalog, IDataView data,
        string labelColumnName = DefaultColumnNames.Label, string scoreColumnName = DefaultColumnNames.Score,
        int numberOfBins = 15)
        => new TrustEvaluation(catalog.Environment(), data, labelColumnName, numberOfBins).OfClasses(scoreColumnName);

    /// <summary>
    /// Calibration error, Brier score, reliability and risk-coverage of a probability of two classes.
    /// </summary>
    /// <param name="catalog">The task.</param>
    /// <param name="data">Scored by a model that was not trained on it.</param>
    /// <param name="labelColumnName">The label, Boolean.</param>
    /// <param name="probabilityColumnName">The probability of true, a Single.</param>
    /// <param name="numberOfBins">Bins of reliability: 1 to 1,000.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidOperationException">There are no rows, or a probability is not 0 to 1.</exception>
    public static TrustMetrics EvaluateTrust(this BinaryClassificationCatalog catalog, IDataView data,
        string labelColumnName = DefaultColumnNames.Label,
        string probabilityColumnName = DefaultColumnNames.Probability, int numberOfBins = 15)
        => new TrustEvaluation(catalog.Environment(), data, labelColumnName, numberOfBins)
            .OfTwoClasses(probabilityColumnName);
}

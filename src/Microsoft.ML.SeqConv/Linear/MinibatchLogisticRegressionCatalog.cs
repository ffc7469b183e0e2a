using Microsoft.ML.Data;
using Microsoft.ML.SeqConv;

namespace Microsoft.ML;

/// <summary>Makes the trainer of logistic regression on streamed minibatches.</summary>
public static class MinibatchLogisticRegressionCatalog
{
    /// <summary>
    /// Multinomial logistic regression on streamed minibatches: features are read in chunks and never held all at once.
    /// </summary>
    /// <param name="catalog">The trainers.</param>
    /// <param name="labelColumnName">The label, a key.</param>
    /// <param name="featureColumnName">The features, a vector of Single of known size.</param>
    /// <param name="exampleWeightColumnName">Example weights; default: all alike.</param>
    /// <param name="numberOfEpochs">Passes over the rows at most.</param>
    /// <param name="seed">
    /// Seed of the validation rows and of the order within chunks; default: drawn from the context.
    /// </param>
    public static MinibatchLogisticRegressionTrainer MinibatchLogisticRegression(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        string labelColumnName = DefaultColumnNames.Label,
        string featureColumnName = DefaultColumnNames.Features, string? exampleWeightColumnName = null,
        int numberOfEpochs = 50, int? seed = null)
        => catalog.MinibatchLogisticRegression(new MinibatchLogisticRegressionTrainer.Options
        {
            LabelColumnName = labelColumnName,
            FeatureColumnName = featureColumnName,
            ExampleWeightColumnName = exampleWeightColumnName,
            NumberOfEpochs = numberOfEpochs,
            Seed = seed,
        });

    /// <summary>
    /// Multinomial logistic regression on streamed minibatches: features are read in chunks and never held all at once.
    /// </summary>
    /// <param name="catalog">The trainers.</param>
    /// <param name="options">Columns and hyperparameters.</param>
    public static MinibatchLogisticRegressionTrainer MinibatchLogisticRegression(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        MinibatchLogisticRegressionTrainer.Options options)
        => new(catalog.Environment(), options ?? throw new ArgumentNullException(nameof(options)));
}

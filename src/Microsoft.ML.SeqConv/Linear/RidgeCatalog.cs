using Microsoft.ML.Data;
using Microsoft.ML.SeqConv;

namespace Microsoft.ML;

/// <summary>Makes the ridge trainers.</summary>
public static class RidgeCatalog
{
    /// <summary>
    /// Ridge classification with a penalty chosen from the training data; scores are calibrated probabilities.
    /// </summary>
    /// <param name="catalog">The trainers.</param>
    /// <param name="labelColumnName">The label, a key.</param>
    /// <param name="featureColumnName">The features, a vector of Single of known size.</param>
    /// <param name="exampleWeightColumnName">Example weights; default: all alike.</param>
    /// <param name="alphas">The penalties to choose from; default: ten from 1e-3 to 1e3.</param>
    public static RidgeMulticlassTrainer Ridge(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        string labelColumnName = DefaultColumnNames.Label,
        string featureColumnName = DefaultColumnNames.Features,
        string? exampleWeightColumnName = null, double[]? alphas = null)
        => catalog.Ridge(new RidgeMulticlassTrainer.Options
        {
            LabelColumnName = labelColumnName,
            FeatureColumnName = featureColumnName,
            ExampleWeightColumnName = exampleWeightColumnName,
            Alphas = alphas,
        });

    /// <summary>
    /// Ridge classification with a penalty chosen from the training data; scores are calibrated probabilities.
    /// </summary>
    /// <param name="catalog">The trainers.</param>
    /// <param name="options">Columns and hyperparameters.</param>
    public static RidgeMulticlassTrainer Ridge(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        RidgeMulticlassTrainer.Options options)
        => new(catalog.Environment(), options ?? throw new ArgumentNullException(nameof(options)));

    /// <summary>
    /// Ridge classification of two classes with a penalty chosen from the training data, and a calibrated probability.
    /// </summary>
    /// <param name="catalog">The trainers.</param>
    /// <param name="labelColumnName">The label, Boolean.</param>
    /// <param name="featureColumnName">The features, a vector of Single of known size.</param>
    /// <param name="exampleWeightColumnName">Example weights; default: all alike.</param>
    /// <param name="alphas">The penalties to choose from; default: ten from 1e-3 to 1e3.</param>
    public static RidgeBinaryTrainer Ridge(
        this BinaryClassificationCatalog.BinaryClassificationTrainers catalog,
        string labelColumnName = DefaultColumnNames.Label,
        string featureColumnName = DefaultColumnNames.Features,
        string? exampleWeightColumnName = null, double[]? alphas = null)
        => catalog.Ridge(new RidgeBinaryTrainer.Options
        {
            LabelColumnName = labelColumnName,
            FeatureColumnName = featureColumnName,
            ExampleWeightColumnName = exampleWeightColumnName,
            Alphas = alphas,
        });

    /// <summary>
    /// Ridge classification of two classes with a penalty chosen from the training data, and a calibrated probability.
    /// </summary>
    /// <param name="catalog">The trainers.</param>
    /// <param name="options">Columns and hyperparameters.</param>
    public static RidgeBinaryTrainer Ridge(
        this BinaryClassificationCatalog.BinaryClassificationTrainers catalog, RidgeBinaryTrainer.Options options)
        => new(catalog.Environment(), options ?? throw new ArgumentNullException(nameof(options)));

    /// <summary>Ridge regression with a penalty chosen from the training data.</summary>
    /// <param name="catalog">The trainers.</param>
    /// <param name="labelColumnName">The label, Single.</param>
    /// <param name="featureColumnName">The features, a vector of Single of known size.</param>
    /// <param name="exampleWeightColumnName">Example weights; default: all alike.</param>
    /// <param name="alphas">The penalties to choose from; default: ten from 1e-3 to 1e3.</param>
    public static RidgeRegressionTrainer Ridge(
        this RegressionCatalog.RegressionTrainers catalog, string labelColumnName = DefaultColumnNames.Label,
        string featureColumnName = DefaultColumnNames.Features,
        string? exampleWeightColumnName = null, double[]? alphas = null)
        => catalog.Ridge(new RidgeRegressionTrainer.Options
        {
            LabelColumnName = labelColumnName,
            FeatureColumnName = featureColumnName,
            ExampleWeightColumnName = exampleWeightColumnName,
            Alphas = alphas,
        });

    /// <summary>Ridge regression with a penalty chosen from the training data.</summary>
    /// <param name="catalog">The trainers.</param>
    /// <param name="options">Columns and hyperparameters.</param>
    public static RidgeRegressionTrainer Ridge(
        this RegressionCatalog.RegressionTrainers catalog, RidgeRegressionTrainer.Options options)
        => new(catalog.Environment(), options ?? throw new ArgumentNullException(nameof(options)));
}

using Microsoft.ML.SeqConv;

namespace Microsoft.ML;

/// <summary>Makes the ridge ensembles.</summary>
public static class RidgeEnsembleCatalog
{
    /// <summary>
    /// Ridge classification on several columns of features, one ridge each, fused by what leave-one-out says of them;
    /// scores are calibrated probabilities.
    /// </summary>
    /// <param name="catalog">The trainers.</param>
    /// <param name="labelColumnName">The label, a key.</param>
    /// <param name="featureColumnNames">The columns of features, vectors of Single of known size; at least one.</param>
    public static RidgeEnsembleMulticlassTrainer RidgeEnsemble(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        string labelColumnName, params string[] featureColumnNames)
        => catalog.RidgeEnsemble(new RidgeEnsembleMulticlassTrainer.Options
        {
            LabelColumnName = labelColumnName,
            FeatureColumnNames = Named(featureColumnNames),
        });

    /// <summary>
    /// Ridge classification on several columns of features, one ridge each, fused by what leave-one-out says of them;
    /// scores are calibrated probabilities.
    /// </summary>
    /// <param name="catalog">The trainers.</param>
    /// <param name="options">Columns and hyperparameters.</param>
    public static RidgeEnsembleMulticlassTrainer RidgeEnsemble(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        RidgeEnsembleMulticlassTrainer.Options options)
        => new(catalog.Environment(), options ?? throw new ArgumentNullException(nameof(options)));

    /// <summary>
    /// Ridge classification of two classes on several columns of features, one ridge each, fused by what leave-one-out
    /// says of them, and a calibrated probability.
    /// </summary>
    /// <param name="catalog">The trainers.</param>
    /// <param name="labelColumnName">The label, Boolean.</param>
    /// <param name="featureColumnNames">The columns of features, vectors of Single of known size; at least one.</param>
    public static RidgeEnsembleBinaryTrainer RidgeEnsemble(
        this BinaryClassificationCatalog.BinaryClassificationTrainers catalog,
        string labelColumnName, params string[] featureColumnNames)
        => catalog.RidgeEnsemble(new RidgeEnsembleBinaryTrainer.Options
        {
            LabelColumnName = labelColumnName,
            FeatureColumnNames = Named(featureColumnNames),
        });

    /// <summary>
    /// Ridge classification of two classes on several columns of features, one ridge each, fused by what leave-one-out
    /// says of them, and a calibrated probability.
    /// </summary>
    /// <param name="catalog">The trainers.</param>
    /// <param name="options">Columns and hyperparameters.</param>
    public static RidgeEnsembleBinaryTrainer RidgeEnsemble(
        this BinaryClassificationCatalog.BinaryClassificationTrainers catalog,
        RidgeEnsembleBinaryTrainer.Options options)
        => new(catalog.Environment(), options ?? throw new ArgumentNullException(nameof(options)));

    /// <summary>
    /// Ridge regression on several columns of features, one ridge each, averaged by what leave-one-out says of them.
    /// </summary>
    /// <param name="catalog">The trainers.</param>
    /// <param name="labelColumnName">The label, Single.</param>
    /// <param name="featureColumnNames">The columns of features, vectors of Single of known size; at least one.</param>
    public static RidgeEnsembleRegressionTrainer RidgeEnsemble(
        this RegressionCatalog.RegressionTrainers catalog, string labelColumnName, params string[] featureColumnNames)
        => catalog.RidgeEnsemble(new RidgeEnsembleRegressionTrainer.Options
        {
            LabelColumnName = labelColumnName,
            FeatureColumnNames = Named(featureColumnNames),
        });

    /// <summary>
    /// Ridge regression on several columns of features, one ridge each, averaged by what leave-one-out says of them.
    /// </summary>
    /// <param name="catalog">The trainers.</param>
    /// <param name="options">Columns and hyperparameters.</param>
    public static RidgeEnsembleRegressionTrainer RidgeEnsemble(
        this RegressionCatalog.RegressionTrainers catalog, RidgeEnsembleRegressionTrainer.Options options)
        => new(catalog.Environment(), options ?? throw new ArgumentNullException(nameof(options)));

    private static string[] Named(string[] featureColumnNames)
        => featureColumnNames ?? throw new ArgumentNullException(nameof(featureColumnNames),
            "The columns of features are null; an ensemble needs at least one. Name them.");
}

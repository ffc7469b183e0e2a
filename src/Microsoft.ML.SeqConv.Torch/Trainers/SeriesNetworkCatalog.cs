using Microsoft.ML.Data;
using Microsoft.ML.SeqConv;

namespace Microsoft.ML;

/// <summary>Makes the trainers of networks over series.</summary>
public static class SeriesNetworkCatalog
{
    /// <summary>
    /// Classification of series by InceptionTime (arXiv:1909.04939): an ensemble of five networks by default.
    /// </summary>
    /// <param name="catalog">The trainers.</param>
    /// <param name="labelColumnName">The label, a key.</param>
    /// <param name="seriesColumnName">
    /// The series: <c>Vector&lt;Single, T&gt;</c>, <c>Vector&lt;Single, C, T&gt;</c>, or a vector of unknown size.
    /// </param>
    /// <param name="numberOfEpochs">Passes over the training rows.</param>
    /// <param name="seed">Seed of weights and order; default: drawn from the context.</param>
    public static InceptionTimeTrainer InceptionTime(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        string labelColumnName = DefaultColumnNames.Label, string seriesColumnName = "Series",
        int numberOfEpochs = 200, int? seed = null)
        => catalog.InceptionTime(new InceptionTimeTrainer.Options
        {
            LabelColumnName = labelColumnName,
            SeriesColumnName = seriesColumnName,
            NumberOfEpochs = numberOfEpochs,
            Seed = seed,
        });

    /// <summary>
    /// Classification of series by InceptionTime (arXiv:1909.04939): an ensemble of five networks by default.
    /// </summary>
    /// <param name="catalog">The trainers.</param>
    /// <param name="options">Columns and hyperparameters.</param>
    public static InceptionTimeTrainer InceptionTime(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        InceptionTimeTrainer.Options options)
        => new(catalog.Environment(), classification: true,
            options ?? throw new ArgumentNullException(nameof(options)));

    /// <summary>
    /// Regression of series by InceptionTime (arXiv:1909.04939): an ensemble of five networks by default.
    /// </summary>
    /// <param name="catalog">The trainers.</param>
    /// <param name="labelColumnName">The label, Single.</param>
    /// <param name="seriesColumnName">
    /// The series: <c>Vector&lt;Single, T&gt;</c>, <c>Vector&lt;Single, C, T&gt;</c>, or a vector of unknown size.
    /// </param>
    /// <param name="numberOfEpochs">Passes over the training rows.</param>
    /// <param name="seed">Seed of weights and order; default: drawn from the context.</param>
    public static InceptionTimeTrainer InceptionTime(
        this RegressionCatalog.RegressionTrainers catalog, string labelColumnName = DefaultColumnNames.Label,
        string seriesColumnName = "Series",
        int numberOfEpochs = 200, int? seed = null)
        => catalog.InceptionTime(new InceptionTimeTrainer.Options
        {
            LabelColumnName = labelColumnName,
            SeriesColumnName = seriesColumnName,
            NumberOfEpochs = numberOfEpochs,
            Seed = seed,
            Normalization = SeriesNormalization.None,
        });

    /// <summary>
    /// Regression of series by InceptionTime (arXiv:1909.04939): an ensemble of five networks by default.
    /// </summary>
    /// <param name="catalog">The trainers.</param>
    /// <param name="options">Columns and hyperparameters.</param>
    public static InceptionTimeTrainer InceptionTime(
        this RegressionCatalog.RegressionTrainers catalog, InceptionTimeTrainer.Options options)
        => new(catalog.Environment(), classification: false,
            options ?? throw new ArgumentNullException(nameof(options)));

    /// <summary>Classification of series by the fully convolutional network (arXiv:1611.06455).</summary>
    /// <param name="catalog">The trainers.</param>
    /// <param name="labelColumnName">The label, a key.</param>
    /// <param name="seriesColumnName">
    /// The series: <c>Vector&lt;Single, T&gt;</c>, <c>Vector&lt;Single, C, T&gt;</c>, or a vector of unknown size.
    /// </param>
    /// <param name="numberOfEpochs">Passes over the training rows.</param>
    /// <param name="seed">Seed of weights and order; default: drawn from the context.</param>
    public static FcnTrainer Fcn(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        string labelColumnName = DefaultColumnNames.Label, string seriesColumnName = "Series",
        int numberOfEpochs = 200, int? seed = null)
        => catalog.Fcn(new FcnTrainer.Options
        {
            LabelColumnName = labelColumnName,
            SeriesColumnName = seriesColumnName,
            NumberOfEpochs = numberOfEpochs,
            Seed = seed,
        });

    /// <summary>Classification of series by the fully convolutional network (arXiv:1611.06455).</summary>
    /// <param name="catalog">The trainers.</param>
    /// <param name="options">Columns and hyperparameters.</param>
    public static FcnTrainer Fcn(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, FcnTrainer.Options options)
        => new(catalog.Environment(), classification: true,
            options ?? throw new ArgumentNullException(nameof(options)));

    /// <summary>Regression of series by the fully convolutional network (arXiv:1611.06455).</summary>
    /// <param name="catalog">The trainers.</param>
    /// <param name="labelColumnName">The label, Single.</param>
    /// <param name="seriesColumnName">
    /// The series: <c>Vector&lt;Single, T&gt;</c>, <c>Vector&lt;Single, C, T&gt;</c>, or a vector of unknown size.
    /// </param>
    /// <param name="numberOfEpochs">Passes over the training rows.</param>
    /// <param name="seed">Seed of weights and order; default: drawn from the context.</param>
    public static FcnTrainer Fcn(
        this RegressionCatalog.RegressionTrainers catalog, string labelColumnName = DefaultColumnNames.Label,
        string seriesColumnName = "Series",
        int numberOfEpochs = 200, int? seed = null)
        => catalog.Fcn(new FcnTrainer.Options
        {
            LabelColumnName = labelColumnName,
            SeriesColumnName = seriesColumnName,
            NumberOfEpochs = numberOfEpochs,
            Seed = seed,
            Normalization = SeriesNormalization.None,
        });

    /// <summary>Regression of series by the fully convolutional network (arXiv:1611.06455).</summary>
    /// <param name="catalog">The trainers.</param>
    /// <param name="options">Columns and hyperparameters.</param>
    public static FcnTrainer Fcn(this RegressionCatalog.RegressionTrainers catalog, FcnTrainer.Options options)
        => new(catalog.Environment(), classification: false,
            options ?? throw new ArgumentNullException(nameof(options)));

    /// <summary>Classification of series by the residual network (arXiv:1611.06455).</summary>
    /// <param name="catalog">The trainers.</param>
    /// <param name="labelColumnName">The label, a key.</param>
    /// <param name="seriesColumnName">
    /// The series: <c>Vector&lt;Single, T&gt;</c>, <c>Vector&lt;Single, C, T&gt;</c>, or a vector of unknown size.
    /// </param>
    /// <param name="numberOfEpochs">Passes over the training rows.</param>
    /// <param name="seed">Seed of weights and order; default: drawn from the context.</param>
    public static ResNetTrainer ResNet(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        string labelColumnName = DefaultColumnNames.Label, string seriesColumnName = "Series",
        int numberOfEpochs = 200, int? seed = null)
        => catalog.ResNet(new ResNetTrainer.Options
        {
            LabelColumnName = labelColumnName,
            SeriesColumnName = seriesColumnName,
            NumberOfEpochs = numberOfEpochs,
            Seed = seed,
        });

    /// <summary>Classification of series by the residual network (arXiv:1611.06455).</summary>
    /// <param name="catalog">The trainers.</param>
    /// <param name="options">Columns and hyperparameters.</param>
    public static ResNetTrainer ResNet(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, ResNetTrainer.Options options)
        => new(catalog.Environment(), classification: true,
            options ?? throw new ArgumentNullException(nameof(options)));

    /// <summary>Regression of series by the residual network (arXiv:1611.06455).</summary>
    /// <param name="catalog">The trainers.</param>
    /// <param name="labelColumnName">The label, Single.</param>
    /// <param name="seriesColumnName">
    /// The series: <c>Vector&lt;Single, T&gt;</c>, <c>Vector&lt;Single, C, T&gt;</c>, or a vector of unknown size.
    /// </param>
    /// <param name="numberOfEpochs">Passes over the training rows.</param>
    /// <param name="seed">Seed of weights and order; default: drawn from the context.</param>
    public static ResNetTrainer ResNet(
        this RegressionCatalog.RegressionTrainers catalog, string labelColumnName = DefaultColumnNames.Label,
        string seriesColumnName = "Series",
        int numberOfEpochs = 200, int? seed = null)
        => catalog.ResNet(new ResNetTrainer.Options
        {
            LabelColumnName = labelColumnName,
            SeriesColumnName = seriesColumnName,
            NumberOfEpochs = numberOfEpochs,
            Seed = seed,
            Normalization = SeriesNormalization.None,
        });

    /// <summary>Regression of series by the residual network (arXiv:1611.06455).</summary>
    /// <param name="catalog">The trainers.</param>
    /// <param name="options">Columns and hyperparameters.</param>
    public static ResNetTrainer ResNet(this RegressionCatalog.RegressionTrainers catalog, ResNetTrainer.Options options)
        => new(catalog.Environment(), classification: false,
            options ?? throw new ArgumentNullException(nameof(options)));
}

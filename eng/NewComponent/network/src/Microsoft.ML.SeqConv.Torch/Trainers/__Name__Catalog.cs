using Microsoft.ML.Data;
using Microsoft.ML.SeqConv;

namespace Microsoft.ML;

/// <summary>Makes <see cref="__Name__Trainer"/>.</summary>
public static class __Name__Catalog
{
    /// <summary>Classification of series by __Name__ (arXiv:NUMBER).</summary>
    /// <param name="catalog">The trainers.</param>
    /// <param name="labelColumnName">The label, a key.</param>
    /// <param name="seriesColumnName">
    /// The series: <c>Vector&lt;Single, T&gt;</c>, <c>Vector&lt;Single, C, T&gt;</c>, or a vector of unknown size.
    /// </param>
    /// <param name="numberOfEpochs">Passes over the training rows.</param>
    /// <param name="seed">Seed of weights and order; default: drawn from the context.</param>
    public static __Name__Trainer __Name__(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        string labelColumnName = DefaultColumnNames.Label, string seriesColumnName = "Series",
        int numberOfEpochs = 200, int? seed = null)
        => catalog.__Name__(new __Name__Trainer.Options
        {
            LabelColumnName = labelColumnName,
            SeriesColumnName = seriesColumnName,
            NumberOfEpochs = numberOfEpochs,
            Seed = seed
        });

    /// <summary>Classification of series by __Name__ (arXiv:NUMBER).</summary>
    /// <param name="catalog">The trainers.</param>
    /// <param name="options">Columns and hyperparameters.</param>
    public static __Name__Trainer __Name__(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, __Name__Trainer.Options options)
        => new(catalog.Environment(), classification: true,
            options ?? throw new ArgumentNullException(nameof(options)));

    /// <summary>Regression of series by __Name__ (arXiv:NUMBER).</summary>
    /// <param name="catalog">The trainers.</param>
    /// <param name="labelColumnName">The label, Single.</param>
    /// <param name="seriesColumnName">
    /// The series: <c>Vector&lt;Single, T&gt;</c>, <c>Vector&lt;Single, C, T&gt;</c>, or a vector of unknown size.
    /// </param>
    /// <param name="numberOfEpochs">Passes over the training rows.</param>
    /// <param name="seed">Seed of weights and order; default: drawn from the context.</param>
    public static __Name__Trainer __Name__(
        this RegressionCatalog.RegressionTrainers catalog, string labelColumnName = DefaultColumnNames.Label,
        string seriesColumnName = "Series", int numberOfEpochs = 200, int? seed = null)
        => catalog.__Name__(new __Name__Trainer.Options
        {
            LabelColumnName = labelColumnName,
            SeriesColumnName = seriesColumnName,
            NumberOfEpochs = numberOfEpochs,
            Seed = seed,
            Normalization = SeriesNormalization.None,
        });

    /// <summary>Regression of series by __Name__ (arXiv:NUMBER).</summary>
    /// <param name="catalog">The trainers.</param>
    /// <param name="options">Columns and hyperparameters.</param>
    public static __Name__Trainer __Name__(
        this RegressionCatalog.RegressionTrainers catalog, __Name__Trainer.Options options)
        => new(catalog.Environment(), classification: false,
            options ?? throw new ArgumentNullException(nameof(options)));
}

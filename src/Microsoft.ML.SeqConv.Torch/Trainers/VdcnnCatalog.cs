using Microsoft.ML.Data;
using Microsoft.ML.SeqConv;

namespace Microsoft.ML;

/// <summary>Makes <see cref="VdcnnTrainer"/>.</summary>
public static class VdcnnCatalog
{
    /// <summary>
    /// Classification of texts by a very deep convolutional network over characters (arXiv:1606.01781).
    /// </summary>
    /// <param name="catalog">The trainers.</param>
    /// <param name="labelColumnName">The label, a key.</param>
    /// <param name="textColumnName">Text.</param>
    /// <param name="maxLength">Characters of a text that are read, 64 to 100,000.</param>
    /// <param name="numberOfEpochs">Passes over the training rows.</param>
    /// <param name="seed">Seed of weights, order and the validation rows; default: drawn from the context.</param>
    public static VdcnnTrainer Vdcnn(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        string labelColumnName = DefaultColumnNames.Label, string textColumnName = "Text",
        int maxLength = 1014, int numberOfEpochs = 15, int? seed = null)
        => catalog.Vdcnn(new VdcnnTrainer.Options
        {
            LabelColumnName = labelColumnName,
            TextColumnName = textColumnName,
            MaxLength = maxLength,
            NumberOfEpochs = numberOfEpochs,
            Seed = seed,
        });

    /// <summary>
    /// Classification of texts by a very deep convolutional network over characters (arXiv:1606.01781).
    /// </summary>
    /// <param name="catalog">The trainers.</param>
    /// <param name="options">Columns and hyperparameters.</param>
    public static VdcnnTrainer Vdcnn(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, VdcnnTrainer.Options options)
        => new(catalog.Environment(), options ?? throw new ArgumentNullException(nameof(options)));
}

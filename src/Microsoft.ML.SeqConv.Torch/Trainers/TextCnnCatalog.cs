using Microsoft.ML.Data;
using Microsoft.ML.SeqConv;

namespace Microsoft.ML;

/// <summary>Makes <see cref="TextCnnTrainer"/>.</summary>
public static class TextCnnCatalog
{
    /// <summary>
    /// Classification of texts by TextCnn (arXiv:1408.5882), with word vectors drawn at random and trained.
    /// </summary>
    /// <param name="catalog">The trainers.</param>
    /// <param name="labelColumnName">The label, a key.</param>
    /// <param name="textColumnName">Text, or a vector of keys as ML.NET's text transforms make it.</param>
    /// <param name="numberOfEpochs">Passes over the training rows.</param>
    /// <param name="seed">
    /// Seed of weights, order, dropout and the validation rows; default: drawn from the context.
    /// </param>
    public static TextCnnTrainer TextCnn(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        string labelColumnName = DefaultColumnNames.Label, string textColumnName = "Text",
        int numberOfEpochs = 25, int? seed = null)
        => catalog.TextCnn(new TextCnnTrainer.Options
        {
            LabelColumnName = labelColumnName,
            TextColumnName = textColumnName,
            NumberOfEpochs = numberOfEpochs,
            Seed = seed
        });

    /// <summary>Classification of texts by TextCnn (arXiv:1408.5882).</summary>
    /// <param name="catalog">The trainers.</param>
    /// <param name="options">Columns and hyperparameters.</param>
    public static TextCnnTrainer TextCnn(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, TextCnnTrainer.Options options)
        => new(catalog.Environment(), options ?? throw new ArgumentNullException(nameof(options)));
}

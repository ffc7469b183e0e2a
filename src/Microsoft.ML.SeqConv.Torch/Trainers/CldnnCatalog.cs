using Microsoft.ML.Data;
using Microsoft.ML.SeqConv;

namespace Microsoft.ML;

/// <summary>Makes <see cref="CldnnTrainer"/>.</summary>
public static class CldnnCatalog
{
    /// <summary>
    /// Classification of recordings by CLDNN: convolutions, LSTM and fully connected layers over a mel spectrogram.
    /// </summary>
    /// <param name="catalog">The trainers.</param>
    /// <param name="labelColumnName">The label, a key.</param>
    /// <param name="audioColumnName">Recordings, which say their sample rate as those of audio files do.</param>
    /// <param name="numberOfEpochs">Passes over the training rows.</param>
    /// <param name="seed">Seed of weights, order and dropout; default: drawn from the context.</param>
    public static CldnnTrainer Cldnn(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        string labelColumnName = DefaultColumnNames.Label, string audioColumnName = "Audio",
        int numberOfEpochs = 40, int? seed = null)
        => catalog.Cldnn(new CldnnTrainer.Options
        {
            LabelColumnName = labelColumnName,
            AudioColumnName = audioColumnName,
            NumberOfEpochs = numberOfEpochs,
            Seed = seed
        });

    /// <summary>Classification of recordings by CLDNN.</summary>
    /// <param name="catalog">The trainers.</param>
    /// <param name="options">Columns, front end and hyperparameters.</param>
    public static CldnnTrainer Cldnn(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, CldnnTrainer.Options options)
        => new(catalog.Environment(), options ?? throw new ArgumentNullException(nameof(options)));
}

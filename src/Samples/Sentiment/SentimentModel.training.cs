using Microsoft.ML.SeqConv.Samples.ModelBuilder;

namespace Microsoft.ML.SeqConv.Samples.Sentiment;

/// <summary>Training of the model.</summary>
public partial class SentimentModel
{
    /// <summary>The training data, seen from the root of the repository.</summary>
    public const string RetrainFilePath = "src/Samples/Sentiment/sentences_TRAIN.txt";

    /// <summary>Passes over the training sentences.</summary>
    public const int RetrainEpochs = 25;

    /// <summary>Trains a new model and saves it.</summary>
    public static void Train(string outputModelPath, string inputDataFilePath = RetrainFilePath,
        int epochs = RetrainEpochs, MLContext? mlContext = null)
    {
        mlContext ??= new MLContext(seed: 1);
        IDataView data = LoadIDataViewFromFile(mlContext, inputDataFilePath);
        SaveModel(mlContext, RetrainModel(mlContext, data, epochs), data, outputModelPath);
    }

    /// <summary>Reads a file of sentences: a line is a label, a tab or a space, and a sentence.</summary>
    public static IDataView LoadIDataViewFromFile(MLContext mlContext, string inputDataFilePath)
        => mlContext.Data.LoadFromEnumerable(SentenceFile.Read(inputDataFilePath));

    /// <summary>Saves a model with the types of the columns that it was trained on.</summary>
    public static void SaveModel(MLContext mlContext, ITransformer model, IDataView data, string modelSavePath)
        => ModelFile.Save(mlContext, model, data.Schema, modelSavePath);

    /// <summary>Trains the pipeline on data.</summary>
    public static ITransformer RetrainModel(MLContext mlContext, IDataView trainData, int epochs = RetrainEpochs)
        => BuildPipeline(mlContext, epochs).Fit(trainData);

    /// <summary>Labels become keys, TextCnn learns, and the predicted key becomes text again.</summary>
    /// <param name="mlContext">The context.</param>
    /// <param name="epochs">Passes over the training sentences.</param>
    /// <param name="vectorsFile">Word vectors to start from; <see langword="null"/>: they are drawn at random.</param>
    public static IEstimator<ITransformer> BuildPipeline(
        MLContext mlContext, int epochs = RetrainEpochs, string? vectorsFile = null)
        => mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.MulticlassClassification.Trainers.TextCnn(new TextCnnTrainer.Options
            {
                NumberOfEpochs = epochs,
                BestBy = BestEpoch.Loss,        // the accuracy of few validation sentences says little
                Variant = vectorsFile is null ? TextCnnVariant.Rand : TextCnnVariant.NonStatic,
                VectorsFile = vectorsFile,
            }))
            .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
}

using Microsoft.ML.SeqConv.Samples.ModelBuilder;

namespace Microsoft.ML.SeqConv.Samples.SpokenDigits;

/// <summary>Training of the model.</summary>
public partial class SpokenDigitsModel
{
    /// <summary>The training data, seen from the root of the repository.</summary>
    public const string RetrainFilePath = "src/Samples/SpokenDigits/clips.zip";

    /// <summary>Passes over the training recordings.</summary>
    public const int RetrainEpochs = 20;

    // As the Free Spoken Digit Dataset names its files and splits them: digit, speaker, number; 0 to 4 are for testing.

    /// <summary>Names of the recordings to learn from.</summary>
    public const string TrainPattern = @"^(?<Label>\d)_(?<Speaker>[a-z0-9]+)_([5-9]|\d\d+)$";

    /// <summary>Names of the recordings to test with.</summary>
    public const string TestPattern = @"^(?<Label>\d)_(?<Speaker>[a-z0-9]+)_[0-4]$";

    /// <summary>Trains a new model and saves it.</summary>
    public static void Train(string outputModelPath, string inputDataFilePath = RetrainFilePath,
        int epochs = RetrainEpochs, MLContext? mlContext = null)
    {
        mlContext ??= new MLContext(seed: 1);
        IDataView data = LoadIDataViewFromFile(mlContext, inputDataFilePath);
        SaveModel(mlContext, RetrainModel(mlContext, data, epochs), data, outputModelPath);
    }

    /// <summary>Opens a folder of WAV files, or a .zip file of them, which is unpacked beside itself once.</summary>
    /// <param name="mlContext">The context.</param>
    /// <param name="inputDataFilePath">The folder or the .zip file.</param>
    /// <param name="pattern">Which files, and where in their names the label is.</param>
    public static IDataView LoadIDataViewFromFile(
        MLContext mlContext, string inputDataFilePath, string pattern = TrainPattern)
    {
        string folder = Path.GetExtension(inputDataFilePath).Equals(".zip", StringComparison.OrdinalIgnoreCase)
            ? ShippedClips.UnpackBeside(inputDataFilePath)
            : inputDataFilePath;
        return mlContext.Data.LoadFromAudioFolder(folder, new AudioFolderOptions { FileNamePattern = pattern });
    }

    /// <summary>Saves a model with the types of the columns that it was trained on.</summary>
    public static void SaveModel(MLContext mlContext, ITransformer model, IDataView data, string modelSavePath)
        => ModelFile.Save(mlContext, model, data.Schema, modelSavePath);

    /// <summary>Trains the pipeline on data.</summary>
    public static ITransformer RetrainModel(MLContext mlContext, IDataView trainData, int epochs = RetrainEpochs)
        => BuildPipeline(mlContext, epochs).Fit(trainData);

    /// <summary>
    /// Labels become keys, the network learns from mel bands that it computes itself, and the predicted key
    /// becomes text again.
    /// </summary>
    /// <param name="mlContext">The context.</param>
    /// <param name="epochs">Passes over the training recordings.</param>
    /// <param name="seed">Seed of weights, order and shifts.</param>
    /// <param name="useConvolution">Whether the network has its convolutions.</param>
    /// <param name="useLstm">Whether it has its LSTM layers.</param>
    /// <param name="useDense">Whether it has its fully connected layers.</param>
    public static IEstimator<ITransformer> BuildPipeline(
        MLContext mlContext, int epochs = RetrainEpochs, int seed = 1, bool useConvolution = true,
        bool useLstm = true, bool useDense = true)
        => mlContext.Transforms.Conversion.MapValueToKey("Label",
            keyOrdinality: Transforms.ValueToKeyMappingEstimator.KeyOrdinality.ByValue)
            .Append(mlContext.MulticlassClassification.Trainers.Cldnn(new CldnnTrainer.Options
            {
                AudioColumnName = "Audio",
                UseConvolution = useConvolution,
                UseLstm = useLstm,
                UseDense = useDense,
                Augmentation = new AudioAugmentation { MaxShiftMilliseconds = 20 },
                NumberOfEpochs = epochs,
                Seed = seed,
            }))
            .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
}

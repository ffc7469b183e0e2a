using Microsoft.ML.SeqConv.Samples.ModelBuilder;

namespace Microsoft.ML.SeqConv.Samples.Series;

/// <summary>Training of the model.</summary>
public partial class SeriesRegressionModel
{
    /// <summary>The training data, seen from the root of the repository.</summary>
    public const string RetrainFilePath = "src/Samples/Series/wear_TRAIN.ts";

    /// <summary>Trains a new model and saves it.</summary>
    public static void Train(
        string outputModelPath, string inputDataFilePath = RetrainFilePath, MLContext? mlContext = null)
    {
        mlContext ??= new MLContext(seed: 1);
        IDataView data = LoadIDataViewFromFile(mlContext, inputDataFilePath);
        SaveModel(mlContext, RetrainModel(mlContext, data), data, outputModelPath);
    }

    /// <summary>Opens a file of series with numbers to predict: .ts with @targetLabel true.</summary>
    public static IDataView LoadIDataViewFromFile(MLContext mlContext, string inputDataFilePath)
        => LabelledFile.LoadTargets(mlContext, inputDataFilePath);

    /// <summary>Saves a model with the types of the columns that it was trained on.</summary>
    public static void SaveModel(MLContext mlContext, ITransformer model, IDataView data, string modelSavePath)
        => ModelFile.Save(mlContext, model, data.Schema, modelSavePath);

    /// <summary>Trains the pipeline on data.</summary>
    public static ITransformer RetrainModel(MLContext mlContext, IDataView trainData)
        => BuildPipeline(mlContext).Fit(trainData);

    /// <summary>
    /// MiniRocket makes features, and ridge learns. Labels are numbers, so nothing is needed around them.
    /// </summary>
    public static IEstimator<ITransformer> BuildPipeline(MLContext mlContext)
        => mlContext.Transforms.MiniRocket("Features",
            new MiniRocketEstimator.Options { MissingValues = MissingValues.Interpolate }, "Series")
            .Append(mlContext.Regression.Trainers.Ridge());
}

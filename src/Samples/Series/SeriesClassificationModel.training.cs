using Microsoft.ML.SeqConv.Samples.ModelBuilder;

namespace Microsoft.ML.SeqConv.Samples.Series;

/// <summary>Training of the model.</summary>
public partial class SeriesClassificationModel
{
    /// <summary>The training data, seen from the root of the repository.</summary>
    public const string RetrainFilePath = "src/Samples/Series/shapes_TRAIN.ts";

    /// <summary>Trains a new model and saves it.</summary>
    public static void Train(
        string outputModelPath, string inputDataFilePath = RetrainFilePath, MLContext? mlContext = null)
    {
        mlContext ??= new MLContext(seed: 1);
        IDataView data = LoadIDataViewFromFile(mlContext, inputDataFilePath);
        SaveModel(mlContext, RetrainModel(mlContext, data), data, outputModelPath);
    }

    /// <summary>Opens a file of labelled series: .ts, .arff, or UCR .tsv, .txt or .csv.</summary>
    public static IDataView LoadIDataViewFromFile(MLContext mlContext, string inputDataFilePath)
        => LabelledFile.LoadClasses(mlContext, inputDataFilePath);

    /// <summary>Saves a model with the types of the columns that it was trained on.</summary>
    public static void SaveModel(MLContext mlContext, ITransformer model, IDataView data, string modelSavePath)
        => ModelFile.Save(mlContext, model, data.Schema, modelSavePath);

    /// <summary>Trains the pipeline on data.</summary>
    public static ITransformer RetrainModel(MLContext mlContext, IDataView trainData)
        => BuildPipeline(mlContext).Fit(trainData);

    /// <summary>
    /// Labels become keys, MiniRocket makes features, ridge learns, and the predicted key becomes text again.
    /// </summary>
    public static IEstimator<ITransformer> BuildPipeline(MLContext mlContext)
        => mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.Transforms.MiniRocket("Features",
                new MiniRocketEstimator.Options { MissingValues = MissingValues.Interpolate }, "Series"))
            .Append(mlContext.MulticlassClassification.Trainers.Ridge())
            .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
}

using Microsoft.ML.Data;

namespace Microsoft.ML.SeqConv.Samples.Forecasting;

/// <summary>Training of the model.</summary>
public partial class ForecastingModel
{
    /// <summary>The training data, seen from the root of the repository.</summary>
    public const string RetrainFilePath = "src/Samples/Forecasting/visits_TRAIN.csv";

    /// <summary>The most passes over the windows.</summary>
    public const int RetrainEpochs = 60;

    /// <summary>Trains a new model and saves it.</summary>
    public static void Train(string outputModelPath, string inputDataFilePath = RetrainFilePath,
        int epochs = RetrainEpochs, MLContext? mlContext = null)
    {
        mlContext ??= new MLContext(seed: 1);
        IDataView data = LoadIDataViewFromFile(mlContext, inputDataFilePath);
        SaveModel(mlContext, RetrainModel(mlContext, data, epochs), data, outputModelPath);
    }

    /// <summary>Reads a file of months, year-month,value, as one row with one series.</summary>
    public static IDataView LoadIDataViewFromFile(MLContext mlContext, string inputDataFilePath)
        => mlContext.Data.LoadFromEnumerable(
            [new SeriesOfMonths { Series = MonthlySeries.Read(inputDataFilePath).Values }]);

    /// <summary>Saves a model with the last months of the data, so that forecasts go on from there.</summary>
    public static void SaveModel(MLContext mlContext, ITransformer model, IDataView data, string modelSavePath)
        => ((WaveNetForecastTransformer)model).CreateEngine(data.GetColumn<float[]>("Series").Single())
            .SaveCheckpoint(mlContext, modelSavePath);

    /// <summary>Trains the pipeline on data.</summary>
    public static ITransformer RetrainModel(MLContext mlContext, IDataView trainData, int epochs = RetrainEpochs)
        => BuildPipeline(mlContext, epochs).Fit(trainData);

    /// <summary>A year ahead, forecast from three years, with a season of a year.</summary>
    public static IEstimator<ITransformer> BuildPipeline(MLContext mlContext, int epochs = RetrainEpochs)
        => mlContext.Forecasting.ForecastByWaveNet("Forecast", "Series", new WaveNetForecastEstimator.Options
        {
            WindowSize = 36,
            Horizon = 12,
            SeasonalPeriods = [12],
            NumberOfEpochs = epochs,
            NumberOfThreads = 1,        // so small a network is no faster on more
        });

    private sealed class SeriesOfMonths
    {
        [VectorType]
        public float[] Series { get; set; } = [];
    }
}

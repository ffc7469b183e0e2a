using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.TestKit;

namespace Microsoft.ML.SeqConv.Torch.Tests.Training;

/// <summary>Small forecasts and generators, for promises that every training makes.</summary>
internal static class SmallTrainings
{
    public const string Forecast = "forecast";
    public const string WaveNet = "wavenet";

    /// <summary>Trains on rows and gives the bytes of the saved model.</summary>
    /// <param name="kind">Forecasts or WaveNet.</param>
    /// <param name="context">Of the training.</param>
    /// <param name="rows">Series or clips, with weights.</param>
    /// <param name="change">Changes the options.</param>
    /// <param name="histories">How the networks were trained.</param>
    public static byte[] Train(
        string kind, MLContext context, List<SeriesRow> rows, Action<TrainingOptions> change,
        out IReadOnlyList<TrainingHistory> histories)
    {
        IDataView data = SineWaves.View(context, rows);
        TrainingOptions options = Options(kind);
        change(options);
        if (options is WaveNetOptions audio)
        {
            WaveNetGenerator generator = WaveNetGenerator.Train(context, data, audio);
            histories = [generator.History];
            string path = Path.GetTempFileName();
            try
            {
                generator.Save(path);
                return File.ReadAllBytes(path);
            }
            finally
            {
                File.Delete(path);
            }
        }

        using WaveNetForecastTransformer model = context.Forecasting.ForecastByWaveNet(
            "Forecast", "Series", (WaveNetForecastEstimator.Options)options).Fit(data);
        histories = model.Histories;
        using var file = new MemoryStream();
        context.Model.Save(model, data.Schema, file);
        byte[] saved = file.ToArray();
        return ModelSections.ContentOf(ModelSections.Read(saved, ModelSections.OfThisLibrary(saved).Single()));
    }

    /// <summary>The same with a context of its own.</summary>
    public static byte[] Train(string kind, Action<TrainingOptions>? change = null, List<SeriesRow>? rows = null)
        => Train(kind, new MLContext(1), rows ?? Rows(), change ?? (_ => { }), out _);

    /// <summary>Trains until a moment, at which it is cancelled.</summary>
    public static void Cancel(string kind, Action<TrainingOptions> change, Func<FitProgress, bool> when)
    {
        var context = new MLContext(1);
        using var cancellation = new CancellationTokenSource();
        using IDisposable cancelling = context.CancelOn(cancellation.Token);
        using IDisposable watching = context.OnFitProgress(progress =>
        {
            if (when(progress))
                cancellation.Cancel();
        });
        Xunit.Assert.Throws<OperationCanceledException>(() => Train(kind, context, Rows(), change, out _));
    }

    /// <summary>Sine waves, which both can learn.</summary>
    public static List<SeriesRow> Rows() => SineWaves.Make(3, 40);

    private static TrainingOptions Options(string kind) => kind == WaveNet
        ? new WaveNetOptions
        {
            AudioColumnName = "Series",
            SampleRate = 8000,
            LayersPerStack = 3,
            NumberOfStacks = 1,
            NumberOfChannels = 4,
            NumberOfSkipChannels = 4,
            NumberOfEpochs = 6,
            BatchSize = 2,
            SegmentLength = 20,
            ValidationFraction = 0.3,
            Seed = 1,
        }
        : new WaveNetForecastEstimator.Options
        {
            WindowSize = 8,
            Horizon = 2,
            NumberOfNetworks = 2,
            NumberOfChannels = 4,
            NumberOfSkipChannels = 4,
            NumberOfEpochs = 6,
            Seed = 1,
        };
}

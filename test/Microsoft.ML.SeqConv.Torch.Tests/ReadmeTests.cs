using Microsoft.ML.SeqConv.TestKit;
using Xunit;

namespace Microsoft.ML.SeqConv.Torch.Tests;

/// <summary>The code about networks in README.md is compiled and run here, and is what README.md says.</summary>
public sealed class ReadmeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("seqconv").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Network()
    {
        var mlContext = new MLContext(seed: 1);
        IDataView train = SineWaves.View(mlContext, SineWaves.Make(12, 20), 20);
        string folder = _folder;

        // <network>
        var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.MulticlassClassification.Trainers.InceptionTime(new InceptionTimeTrainer.Options
            {
                NumberOfEpochs = 3,
                ValidationFraction = 0.2,       // these rows choose the best epoch
                CheckpointFolder = folder,
            }));

        using var progress = mlContext.OnFitProgress(
            p => Console.WriteLine($"{p.Stage}: {p.Done:F1} of {p.Total} epochs"));
        using var model = pipeline.Fit(train);
        Console.WriteLine($"{model.LastTransformer.NumberOfParameters} weights, "
            + $"best epoch {model.LastTransformer.Histories[0].BestEpoch}");
        // </network>

        Assert.Equal(5, model.LastTransformer.Histories.Count);
    }

    [Fact]
    public void Audio()
    {
        var mlContext = new MLContext(seed: 1);
        string folder = _folder;
        for (int i = 0; i < 12; i++)
            WaveFile.Write(Path.Combine(folder, $"{i % 2}_ann_{i}.wav"),
                [.. Enumerable.Range(0, 900).Select(n => MathF.Sin(n * (0.2f + i % 2)))], 8000);

        // <audio>
        IDataView clips = mlContext.Data.LoadFromAudioFolder(folder,
            new AudioFolderOptions { FileNamePattern = @"^(?<Label>\d)_(?<Speaker>\w+)_\d+$" });
        using var model = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.MulticlassClassification.Trainers.Cldnn(numberOfEpochs: 2))
            .Fit(clips);
        mlContext.Model.SaveAsOnnx(model, clips, Path.Combine(folder, "digits.onnx"));      // takes raw samples
        // </audio>

        Assert.True(File.Exists(Path.Combine(folder, "digits.onnx")));
    }

    [Fact]
    public void Forecasts()
    {
        var mlContext = new MLContext(seed: 1);
        float[] passengers = [.. Enumerable.Range(0, 96).Select(t => 100 + t + 20 * MathF.Sin(MathF.Tau * t / 12))];
        IDataView months = mlContext.Data.LoadFromEnumerable(passengers.Select(value => new { Passengers = value }));

        // <forecast>
        // rows of points become one row, one series
        IDataView series = mlContext.Data.GatherSeries(months, "Passengers");
        using var forecaster = mlContext.Forecasting.ForecastByWaveNet("Forecast", "Series", windowSize: 24,
            horizon: 12, seasonalPeriod: 12).Fit(series);
        ForecastEngine engine = forecaster.CreateEngine(passengers);
        engine.Update(201f);                                                        // the newest month
        Forecast forecast = engine.Predict();
        Console.WriteLine($"next month {forecast.Median[0]:F0}, {forecast.Lower[0]:F0} to "
            + $"{forecast.Upper[0]:F0} at 90 %");
        // </forecast>

        Assert.Equal(12, forecast.Horizon);
    }
}

using System.Diagnostics;
using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.Samples.Data;
using Microsoft.ML.SeqConv.Samples.ModelBuilder;
using Microsoft.ML.SeqConv.Samples.Training;
using Spectre.Console;

namespace Microsoft.ML.SeqConv.Samples.Series;

internal enum SeriesModel
{
    MiniRocket,
    Rocket,
    Ensemble,
    InceptionTime,
}

internal enum Head
{
    Ridge,
    Lbfgs,
}

internal sealed record SeriesJobSettings(
    string Train, string Test, SeriesModel Model, Head Head, int Epochs, int Seed, string OutputFolder);

/// <summary>
/// From two files to accuracy, a saved model, predictions of the reloaded model and a plot: what a user does, in the
/// order in which he does it.
/// </summary>
internal static class SeriesJob
{
    public static string DefaultFolder { get; } = Path.Combine("out", "series");

    /// <summary>Makes the cylinder-bell-funnel set, writes it as .ts files and runs on them.</summary>
    public static void RunOnGeneratedSet(CancellationToken cancellation)
    {
        var context = new MLContext(seed: 1);
        Directory.CreateDirectory(DefaultFolder);
        string train = Path.Combine(DefaultFolder, "CylinderBellFunnel_TRAIN.ts");
        string test = Path.Combine(DefaultFolder, "CylinderBellFunnel_TEST.ts");
        context.Data.SaveAsTsFile(
            context.Data.LoadFromEnumerable(CylinderBellFunnel.Generate(count: 30, seed: 1)), train);
        context.Data.SaveAsTsFile(
            context.Data.LoadFromEnumerable(CylinderBellFunnel.Generate(count: 900, seed: 2)), test);
        Console.WriteLine($"Made {train} (30 series) and {test} (900 series) by the cylinder-bell-funnel formula.");
        Run(new SeriesJobSettings(train, test, SeriesModel.MiniRocket, Head.Ridge, Epochs: 0, Seed: 1, DefaultFolder),
            cancellation);
    }

    public static void Run(SeriesJobSettings settings, CancellationToken cancellation)
    {
        var context = new MLContext(settings.Seed);
        using IDisposable cancelling = context.CancelOn(cancellation);
        IDataView train = LabelledFile.Load(context, settings.Train);
        IDataView test = LabelledFile.Load(context, settings.Test, train);
        Directory.CreateDirectory(settings.OutputFolder);

        SeriesTask task = train.Schema["Label"].Type is TextDataViewType
            ? new ClassificationTask(context, settings.Head)
            : new RegressionTask(context, settings.Head);
        IEstimator<ITransformer> pipeline = settings.Model switch
        {
            SeriesModel.InceptionTime => task.NetworkPipeline(settings.Epochs),
            SeriesModel.Ensemble when settings.Head != Head.Ridge => throw new ArgumentException(
                "--model ensemble has a ridge on each featurizer. Use --head ridge, or another model."),
            SeriesModel.Ensemble => task.EnsemblePipeline(new SequenceEnsembleOptions
            {
                MissingValues = MissingValues.Interpolate,
                Seed = settings.Seed,
            }),
            _ => task.Pipeline(Featurize(context, settings)),
        };

        long start = Stopwatch.GetTimestamp();
        ITransformer model = FitProgressBar.Show(context, () => pipeline.Fit(train));
        TimeSpan fitTime = Stopwatch.GetElapsedTime(start);

        start = Stopwatch.GetTimestamp();
        IDataView scored = context.Data.Cache(model.Transform(test));
        task.PrintQuality(scored);
        TimeSpan scoreTime = Stopwatch.GetElapsedTime(start);
        string head = settings.Model is SeriesModel.InceptionTime or SeriesModel.Ensemble ? "" : $" + {settings.Head}";
        Console.WriteLine($"{settings.Model}{head}: trained in {fitTime.TotalSeconds:F3} s, "
            + $"scored in {scoreTime.TotalSeconds:F3} s on {Environment.ProcessorCount} cores.");

        string modelFile = Path.Combine(settings.OutputFolder, "model.zip");
        ModelFile.Save(context, model, train.Schema, modelFile);
        ITransformer reloaded = new MLContext().Model.LoadChecked(modelFile, out _);
        Console.WriteLine($"Saved {modelFile} ({new FileInfo(modelFile).Length / 1024.0:F0} KiB) and reloaded it. "
            + "Its predictions of the first three test series:");
        IReadOnlyList<PredictedSeries> predictions = task.Predict(reloaded.Transform(test));
        foreach (PredictedSeries prediction in predictions.Take(3))
            Console.WriteLine($"  {prediction.Description}");

        string plot = Path.Combine(settings.OutputFolder, "predictions.png");
        SeriesPlot.Save(predictions, plot);
        Console.WriteLine($"Wrote {plot}.");
        if (TrainingCurves.HistoriesOf(model) is { Count: > 0 } histories)
        {
            string curves = Path.Combine(settings.OutputFolder, "curves.png");
            TrainingCurves.Save(histories, task.Metric, curves);
            Console.WriteLine($"Wrote {curves}.");
        }
    }

    private static IEstimator<ITransformer> Featurize(MLContext context, SeriesJobSettings settings)
        => settings.Model switch
        {
            SeriesModel.Rocket => context.Transforms.Rocket("Features",
                new RocketEstimator.Options { MissingValues = MissingValues.Interpolate, Seed = settings.Seed },
                "Series"),
            _ => context.Transforms.MiniRocket("Features",
                new MiniRocketEstimator.Options { MissingValues = MissingValues.Interpolate, Seed = settings.Seed },
                "Series"),
        };
}

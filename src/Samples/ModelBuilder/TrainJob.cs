using System.Diagnostics;

namespace Microsoft.ML.SeqConv.Samples.ModelBuilder;

internal sealed record TrainSettings(string Config, string? Train, string? Test, string? OutputFolder);

/// <summary>
/// From an .mbconfig file to a trained model, its quality, the same file with the run in it, and predictions by
/// the generated code.
/// </summary>
internal static class TrainJob
{
    private const int PredictionsShown = 3;

    public static void Run(TrainSettings settings, CancellationToken cancellation)
    {
        MbConfig config = MbConfig.Read(settings.Config, settings.Train, settings.Test);
        Scenario scenario = Scenarios.Of(config);
        var context = new MLContext(seed: 1);
        using IDisposable cancelling = context.CancelOn(cancellation);
        string folder = Path.GetFullPath(settings.OutputFolder ?? Path.Combine("out", config.Name));
        Directory.CreateDirectory(folder);
        string modelFile = Path.Combine(folder, $"{config.Name}.mlnet");

        long start = Stopwatch.GetTimestamp();
        FitProgressBar.Show(context, () =>
        {
            scenario.Train(context, modelFile, config.DataPath, config.Epochs);
            return modelFile;
        });
        TimeSpan time = Stopwatch.GetElapsedTime(start);
        Console.WriteLine($"{scenario.Name}: trained in {time.TotalSeconds:F1} s on {config.DataPath}.");
        Console.WriteLine($"Wrote {modelFile} ({new FileInfo(modelFile).Length / 1024.0:F0} KiB).");
        if (config.TestPath is not string test)
        {
            Console.WriteLine("No test data are named; --test FILE evaluates the model.");
            return;
        }

        ITransformer model = ModelFile.Load(context, modelFile, out _);
        Quality quality = scenario.Evaluate(context, model, test);
        (model as IDisposable)?.Dispose();
        Console.WriteLine($"{quality.Description} on {test}.");
        Console.WriteLine($"Wrote {config.SaveRun(folder, scenario.TrainerName, time, quality)} with this run.");
        Console.WriteLine($"{scenario.Name}.Predict:");
        Directory.SetCurrentDirectory(folder);      // where the generated code looks for its model
        foreach (string line in scenario.Predict(context, test).Take(PredictionsShown))
            Console.WriteLine($"  {line}");
    }
}

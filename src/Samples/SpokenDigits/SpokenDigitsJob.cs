using System.Diagnostics;
using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.Samples.ModelBuilder;
using Microsoft.ML.SeqConv.Samples.Training;

namespace Microsoft.ML.SeqConv.Samples.SpokenDigits;

internal sealed record SpokenDigitsSettings(
    string? Data, string TrainPattern, string TestPattern, int Epochs, int Seeds, string OutputFolder);

/// <summary>
/// From a folder of recordings to a table of networks, a saved model, an ONNX file that takes raw samples, and
/// predictions of the reloaded model.
/// </summary>
internal static class SpokenDigitsJob
{
    public static string DefaultFolder { get; } = Path.Combine("out", "spoken-digits");

    public static void Run(SpokenDigitsSettings settings, CancellationToken cancellation)
    {
        if (settings.Seeds < 1 || settings.Epochs < 1)
            throw new ArgumentException($"--seeds is {settings.Seeds} and --epochs {settings.Epochs}; "
                + "both must be at least 1.");
        var context = new MLContext(seed: 1);
        using IDisposable cancelling = context.CancelOn(cancellation);
        Directory.CreateDirectory(settings.OutputFolder);
        string folder = settings.Data ?? ShippedClips.Unpack(settings.OutputFolder);
        IDataView train = context.Data.Cache(context.Data.LoadFromAudioFolder(folder,
            new AudioFolderOptions { FileNamePattern = settings.TrainPattern }));
        int sampleRate = ShippedClips.SampleRateOf(train);
        IDataView test = context.Data.Cache(context.Data.LoadFromAudioFolder(folder,
            new AudioFolderOptions { FileNamePattern = settings.TestPattern, SampleRate = sampleRate }));
        Console.WriteLine($"{train.GetRowCount()} clips to learn from, {test.GetRowCount()} to test with.");

        Console.WriteLine($"{"model",-24} {"weights",9} {"accuracy by seed",-26} {"mean",7} {"train",9} {"score",9}");
        ITransformer? last = null;
        foreach (var parts in SpokenDigitsNetworks.All)
        {
            (last as IDisposable)?.Dispose();
            last = Measure(context, parts.Name, settings.Seeds, train, test,
                seed => SpokenDigitsNetworks.Network(context, parts, settings.Epochs, seed));
        }

        foreach ((string name, bool mini, bool spectrogram) in new[]
        {
            ("MiniRocket on samples", true, false), ("Rocket on samples", false, false), ("MiniRocket on mel bands",
                true, true), ("Rocket on mel bands", false, true)
        })
            Measure(context, name, settings.Seeds, train, test,
                seed => SpokenDigitsNetworks.RandomKernels(context, mini, spectrogram, seed));

        Keep(context, last!, train, test, settings.OutputFolder);
    }

    private static ITransformer Measure(MLContext context, string name, int seeds, IDataView train, IDataView test,
        Func<int, IEstimator<ITransformer>> pipeline)
    {
        var accuracies = new List<double>();
        double trainSeconds = 0;
        double scoreSeconds = 0;
        ITransformer model = null!;
        for (int seed = 1; seed <= seeds; seed++)
        {
            (model as IDisposable)?.Dispose();
            long start = Stopwatch.GetTimestamp();
            model = pipeline(seed).Fit(train);
            trainSeconds += Stopwatch.GetElapsedTime(start).TotalSeconds;
            start = Stopwatch.GetTimestamp();
            accuracies.Add(SpokenDigitsModel.Evaluate(context, model, test).MicroAccuracy);
            scoreSeconds += Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        string weights = Steps(model).OfType<CldnnTransformer>().FirstOrDefault() is { } network
            ? $"{network.NumberOfParameters:N0}"
            : "";
        Console.WriteLine($"{name,-24} {weights,9} "
            + $"{string.Join(' ', accuracies.Select(accuracy => $"{accuracy:F4}")),-26} "
            + $"{accuracies.Average(),7:F4} {trainSeconds / seeds,7:F1} s {scoreSeconds / seeds,7:F2} s");
        return model;
    }

    private static IEnumerable<ITransformer> Steps(ITransformer model)
        => model is IEnumerable<ITransformer> chain ? chain.SelectMany(Steps) : [model];

    private static void Keep(MLContext context, ITransformer model, IDataView train, IDataView test, string folder)
    {
        string modelFile = Path.Combine(folder, "model.zip");
        ModelFile.Save(context, model, train.Schema, modelFile);
        string onnxFile = Path.Combine(folder, "model.onnx");
        context.Model.SaveAsOnnx(model, train, onnxFile);
        Console.WriteLine($"Saved {modelFile} ({new FileInfo(modelFile).Length / 1024.0:F0} KiB) and {onnxFile} "
            + $"({new FileInfo(onnxFile).Length / 1024.0:F0} KiB), which takes raw samples.");
        string curves = Path.Combine(folder, "curves.png");
        TrainingCurves.Save(TrainingCurves.HistoriesOf(model), "accuracy", curves);
        Console.WriteLine($"Wrote {curves}. Predictions of the reloaded model:");
        (string Path, float[] Samples)[] clips =
        [
            .. test.GetColumn<string>("Path").Zip(test.GetColumn<float[]>("Audio"))
                .Where((_, i) => i % Math.Max(1, (int)(test.GetRowCount() ?? 1) / 5) == 0).Take(5),
        ];
        using var scorer = new OnnxSequenceScorer(onnxFile);
        using PredictionEngine<SpokenDigitsModel.ModelInput, SpokenDigitsModel.ModelOutput> engine =
            ModelFile.CreateEngine<SpokenDigitsModel.ModelInput, SpokenDigitsModel.ModelOutput>(modelFile);
        foreach ((string path, float[] samples) in clips)
        {
            SpokenDigitsModel.ModelOutput prediction = engine.Predict(
                new SpokenDigitsModel.ModelInput { Audio = samples });
            string? byOnnx = scorer.Score([samples])[0].Label;
            Console.WriteLine($"  {Path.GetFileName(path)}: {prediction.PredictedLabel} ({prediction.Score.Max():P0}), "
                + $"by ONNX Runtime {byOnnx}");
        }
    }
}

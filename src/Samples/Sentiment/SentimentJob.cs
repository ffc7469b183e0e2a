using System.Diagnostics;
using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.Samples.ModelBuilder;
using Microsoft.ML.SeqConv.Samples.Training;

namespace Microsoft.ML.SeqConv.Samples.Sentiment;

internal sealed record SentimentJobSettings(
    string? Train, string? Test, string? Vectors, int Epochs, int Seed, string OutputFolder);

/// <summary>
/// From sentences to accuracy, a saved model, predictions of the reloaded model and curves of training.
/// </summary>
internal static class SentimentJob
{
    public static string DefaultFolder { get; } = Path.Combine("out", "sentiment");

    public static void Run(SentimentJobSettings settings, CancellationToken cancellation)
    {
        (IReadOnlyList<SentimentModel.ModelInput> train,
            IReadOnlyList<SentimentModel.ModelInput> test) = ReadSentences(settings);
        var context = new MLContext(settings.Seed);
        using IDisposable cancelling = context.CancelOn(cancellation);
        Directory.CreateDirectory(settings.OutputFolder);

        IEstimator<ITransformer> pipeline = SentimentModel.BuildPipeline(context, settings.Epochs, settings.Vectors);
        IDataView trainView = context.Data.LoadFromEnumerable(train);
        long start = Stopwatch.GetTimestamp();
        ITransformer model = FitProgressBar.Show(context, () => pipeline.Fit(trainView));
        TimeSpan fitTime = Stopwatch.GetElapsedTime(start);

        start = Stopwatch.GetTimestamp();
        MulticlassClassificationMetrics metrics = SentimentModel.Evaluate(context, model,
            context.Data.LoadFromEnumerable(test));
        Console.WriteLine($"Accuracy {metrics.MicroAccuracy:F4} on {test.Count} test sentences, "
            + $"log loss {metrics.LogLoss:F4}.");
        Console.WriteLine($"TextCnn: trained on {train.Count} sentences in {fitTime.TotalSeconds:F1} s, "
            + $"scored in {Stopwatch.GetElapsedTime(start).TotalSeconds:F2} s.");

        string modelFile = Path.Combine(settings.OutputFolder, "model.zip");
        ModelFile.Save(context, model, trainView.Schema, modelFile);
        Console.WriteLine($"Saved {modelFile} ({new FileInfo(modelFile).Length / 1024.0:F0} KiB) and reloaded it. "
            + "Its predictions of the first five test sentences:");
        using PredictionEngine<SentimentModel.ModelInput, SentimentModel.ModelOutput> engine =
            ModelFile.CreateEngine<SentimentModel.ModelInput, SentimentModel.ModelOutput>(modelFile);
        foreach (SentimentModel.ModelInput sentence in test.Take(5))
        {
            SentimentModel.ModelOutput prediction = engine.Predict(sentence);
            Console.WriteLine($"  {prediction.PredictedLabel} ({prediction.Score.Max():P0}), "
                + $"true {sentence.Label}: {sentence.Text}");
        }

        string curves = Path.Combine(settings.OutputFolder, "curves.png");
        TrainingCurves.Save(TrainingCurves.HistoriesOf(model), "accuracy", curves);
        Console.WriteLine($"Wrote {curves}.");
    }

    private static (IReadOnlyList<SentimentModel.ModelInput> Train, IReadOnlyList<SentimentModel.ModelInput> Test)
        ReadSentences(SentimentJobSettings settings) => (settings.Train, settings.Test) switch
        {
            (null, null) => SentenceFile.ReadShipped(),
            (string train, string test) => (SentenceFile.Read(train), SentenceFile.Read(test)),
            _ => throw new ArgumentException("--train and --test belong together. Give both, "
                + "or neither for the sentences that come with the sample."),
        };
}

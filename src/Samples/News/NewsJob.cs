using System.Diagnostics;
using Microsoft.ML.SeqConv.Samples.ModelBuilder;
using Microsoft.ML.SeqConv.Samples.Training;

namespace Microsoft.ML.SeqConv.Samples.News;

internal sealed record NewsSettings(string? Train, string? Test, int Depth, int Length, int Epochs, int BatchSize,
    bool Separable, int Seed, string OutputFolder);

/// <summary>
/// From labelled texts to accuracy beside bags of words, a learning curve, a saved model, an ONNX file and predictions
/// of the reloaded model.
/// </summary>
internal static class NewsJob
{
    public static string DefaultFolder { get; } = Path.Combine("out", "news");

    public static void Run(NewsSettings settings, CancellationToken cancellation)
    {
        var context = new MLContext(settings.Seed);
        using IDisposable cancelling = context.CancelOn(cancellation);
        (IReadOnlyList<NewsModel.ModelInput> train,
            IReadOnlyList<NewsModel.ModelInput> test) = (settings.Train, settings.Test) switch
            {
                (null, null) => NewsFile.ReadShipped(),
                (string trainFile, string testFile)
                    => (NewsFile.Read(context, trainFile), NewsFile.Read(context, testFile)),
                _ => throw new ArgumentException("--data and --test belong together. Give both, "
                    + "or neither for the headlines that come with the sample."),
            };
        if (settings is { Train: string trainPath, Test: string testPath })
            NewsFile.CheckClasses(train, trainPath, test, testPath);
        Directory.CreateDirectory(settings.OutputFolder);
        IDataView trainView = context.Data.LoadFromEnumerable(train);
        IDataView testView = context.Data.LoadFromEnumerable(test);

        long start = Stopwatch.GetTimestamp();
        double baseline = NewsModel.Evaluate(context,
            NewsModel.Baseline(context).Fit(trainView), testView).MicroAccuracy;
        Console.WriteLine($"Bags of words and logistic regression: accuracy {baseline:F4} on {test.Count} test texts, "
            + $"{Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s.");

        VdcnnTrainer.Options options = NewsModel.Network(settings);
        int classes = train.Select(text => text.Label).Distinct().Count();
        options.Convolution = ConvolutionKind.Full;
        long full = options.CountParameters(classes);
        options.Convolution = ConvolutionKind.DepthwiseSeparable;
        Console.WriteLine($"Vdcnn-{settings.Depth} for {classes} classes: "
            + $"{full:N0} weights, {options.CountParameters(classes):N0} with separable convolutions.");

        start = Stopwatch.GetTimestamp();
        ITransformer model = FitProgressBar.Show(context, () => NewsModel.Pipeline(context, settings).Fit(trainView));
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        VdcnnTransformer network = ((IEnumerable<ITransformer>)model).OfType<VdcnnTransformer>().Single();
        double accuracy = NewsModel.Evaluate(context, model, testView).MicroAccuracy;
        Console.WriteLine($"Vdcnn-{settings.Depth}{(settings.Separable ? ", separable" : "")}: accuracy {accuracy:F4}, "
            + $"{network.NumberOfParameters:N0} weights, trained on {train.Count} texts of {settings.Length} "
            + $"characters in {seconds:F0} s.");
        foreach (TrainingEpoch epoch in network.History.Epochs)
            Console.WriteLine($"  epoch {epoch.Epoch}: training accuracy {epoch.Metric:F4}, validation "
                + $"{epoch.ValidationMetric:F4}{(epoch.Epoch == network.History.BestEpoch ? ", kept" : "")}");

        string modelFile = Path.Combine(settings.OutputFolder, "model.zip");
        string onnxFile = Path.Combine(settings.OutputFolder, "model.onnx");
        string curves = Path.Combine(settings.OutputFolder, "curves.png");
        ModelFile.Save(context, model, trainView.Schema, modelFile);
        context.Model.SaveAsOnnx(model, trainView, onnxFile);
        TrainingCurves.Save([network.History], "accuracy", curves);
        Console.WriteLine($"Wrote {modelFile}, {onnxFile} and {curves}. Predictions of the reloaded model:");
        foreach ((NewsModel.ModelInput text,
            NewsModel.ModelOutput prediction) in test.Take(4).Zip(NewsModel.Predict(modelFile, test.Take(4))))
            Console.WriteLine($"  {prediction.Prediction} ({prediction.Score.Max():P0}), true {text.Label}: "
                + $"{text.Text[..Math.Min(90, text.Text.Length)]}");
    }
}

using System.Diagnostics;
using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.Samples.Data;
using Microsoft.ML.SeqConv.Samples.Series;

namespace Microsoft.ML.SeqConv.Samples.Onnx;

internal sealed record OnnxJobSettings(
    string? Train, string? Test, OnnxForm Form, OnnxScorerOptions Scorer, string OutputFolder);

/// <summary>
/// A fitted pipeline in one ONNX file, and what ONNX Runtime makes of it beside the native pipeline: labels,
/// scores and throughput.
/// </summary>
internal static class OnnxJob
{
    private const int Repeats = 5;

    public static void Run(OnnxJobSettings settings, CancellationToken cancellation)
    {
        if ((settings.Train is null) != (settings.Test is null))
            throw new ArgumentException(
                "Give --train and --test together, or neither for the cylinder-bell-funnel set.");
        OnnxExecutionProvider.CheckNames(settings.Scorer.ExecutionProviders);       // before the fit, not after it
        var context = new MLContext(seed: 1);
        using IDisposable cancelling = context.CancelOn(cancellation);
        IDataView train = settings.Train is null
            ? context.Data.LoadFromEnumerable(CylinderBellFunnel.Generate(count: 30, seed: 1))
            : LabelledFile.Load(context, settings.Train);
        IDataView test = settings.Test is null
            ? context.Data.LoadFromEnumerable(CylinderBellFunnel.Generate(count: 900, seed: 2))
            : LabelledFile.Load(context, settings.Test, train);
        ITransformer model = FitProgressBar.Show(context,
            () => context.Transforms.Conversion.MapValueToKey("LabelKey", "Label")
                .Append(context.Transforms.MiniRocket("Features", "Series", seed: 1))
                .Append(context.MulticlassClassification.Trainers.Ridge("LabelKey"))
                .Append(context.Transforms.Conversion.MapKeyToValue("Prediction", "PredictedLabel"))
                .Fit(train));

        Directory.CreateDirectory(settings.OutputFolder);
        string file = Path.Combine(settings.OutputFolder, "pipeline.onnx");
        context.Model.SaveAsOnnx(model, train, file, new OnnxExportOptions { Form = settings.Form });
        Console.WriteLine($"Wrote {file} ({new FileInfo(file).Length / 1024.0:F0} KiB): "
            + "series in, labels and scores out.");

        using var scorer = new OnnxSequenceScorer(file, settings.Scorer);
        if (scorer.ExecutionProviderNote is { } note)
            Console.WriteLine(note);
        float[][] series = [.. test.GetColumn<float[]>("Series")];
        SequencePrediction[] scored = scorer.Score(series, cancellation);
        IDataView native = context.Data.Cache(model.Transform(test));
        Compare(scored, [.. native.GetColumn<string>("Prediction")], [.. native.GetColumn<float[]>("Score")]);

        IDataView held = context.Data.Cache(test);
        double nativeTime = Time(() => model.Transform(held).GetColumn<string>("Prediction").Count(), cancellation);
        double onnxTime = Time(() => scorer.Score(series, cancellation).Length, cancellation);
        Console.WriteLine($"Native pipeline on {Environment.ProcessorCount} cores: "
            + $"{series.Length / nativeTime:F0} series/s. "
            + $"ONNX Runtime on {scorer.ExecutionProvider}, batches of {settings.Scorer.BatchSize}: "
            + $"{series.Length / onnxTime:F0} series/s.");
    }

    private static void Compare(SequencePrediction[] scored, string[] labels, float[][] scores)
    {
        int same = scored.Where((prediction, i) => prediction.Label == labels[i]).Count();
        float largest = scored.Select(
            (prediction, i) => prediction.Scores.Zip(scores[i], (a, b) => Math.Abs(a - b)).Max()).Max();
        Console.WriteLine($"Same label for {same} of {labels.Length} test series; "
            + $"scores differ by {largest:G2} at most.");
    }

    private static double Time(Func<int> work, CancellationToken cancellation)
    {
        work();
        double best = double.MaxValue;
        for (int i = 0; i < Repeats; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            long start = Stopwatch.GetTimestamp();
            work();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return best;
    }
}

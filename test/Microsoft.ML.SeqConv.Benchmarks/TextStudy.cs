using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv.Benchmarks;

/// <summary>
/// Test accuracy of TextCnn on the sets of Kim 2014, read from the folder named by SEQCONV_DATA: <c>text trec
/// [--lowercase]</c> (official split) and <c>text mr --folds N</c> (the first N of ten random folds). With <c>--vectors
/// FILE</c> CNN-non-static, without CNN-rand; also <c>--seed N</c> and <c>--minimum-count N</c>.
/// </summary>
internal static class TextStudy
{
    private const int Folds = 10;

    public static int Run(string[] args)
    {
        string? root = Environment.GetEnvironmentVariable("SEQCONV_DATA");
        if (!Directory.Exists(root) || args is not ["trec" or "mr", ..])
        {
            Console.Error.WriteLine("Set SEQCONV_DATA to the folder that holds text/, and say: "
                + "text trec [--lowercase], or text mr --folds N; with --vectors FILE for CNN-non-static.");
            return 2;
        }

        int folds = int.Parse(After(args, "--folds") ?? "10", CultureInfo.InvariantCulture);
        if (args[0] == "trec")
        {
            // The paper's code keeps capital letters in TREC.
            Report("TREC", Read(Path.Combine(root, "text", "TREC", "TREC.train.all")),
                Read(Path.Combine(root, "text", "TREC", "TREC.test.all")), args,
                lowercase: args.Contains("--lowercase"));
            return 0;
        }

        Sentence[] all = Read(Path.Combine(root, "text", "MR", "rt-polarity.all"));
        var random = new SeededRandom(1);
        int[] foldOf = [.. all.Select(_ => random.NextInt32(Folds))];
        double[] accuracies =
        [
            .. Enumerable.Range(0, folds).Select(fold => Report(
                $"MR fold {fold}", [.. all.Where((_, i) => foldOf[i] != fold)],
                [.. all.Where((_, i) => foldOf[i] == fold)], args, lowercase: true)),
        ];
        Console.WriteLine($"mean of {folds} folds {accuracies.Average():F4}");
        return 0;
    }

    private static double Report(string name, Sentence[] train, Sentence[] test, string[] args, bool lowercase)
    {
        string? vectors = After(args, "--vectors");
        var context = new MLContext(int.Parse(After(args, "--seed") ?? "1", CultureInfo.InvariantCulture));
        long start = Stopwatch.GetTimestamp();
        using var model = context.Transforms.Conversion.MapValueToKey("LabelKey", "Label")
            .Append(context.MulticlassClassification.Trainers.TextCnn(new TextCnnTrainer.Options
            {
                LabelColumnName = "LabelKey",
                Variant = vectors is null ? TextCnnVariant.Rand : TextCnnVariant.NonStatic,
                VectorsFile = vectors,
                Tokenization = TextTokenization.Words(lowercase),
                MinCount = int.Parse(After(args, "--minimum-count") ?? "1", CultureInfo.InvariantCulture),
            })).Fit(context.Data.LoadFromEnumerable(train));
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        double accuracy = context.MulticlassClassification.Evaluate(
            model.Transform(context.Data.LoadFromEnumerable(test)), "LabelKey").MicroAccuracy;
        TrainingHistory history = model.LastTransformer.History;
        Console.WriteLine($"{name}: accuracy {accuracy:F4} on {test.Length} sentences, best epoch {history.BestEpoch} "
            + $"of {history.Epochs.Count}, {seconds:F0} s");
        return accuracy;
    }

    // "label words...", Latin-1.
    private static Sentence[] Read(string path)
        => [.. File.ReadLines(path, Encoding.Latin1).Select(line => new Sentence
        {
            Label = line[..line.IndexOf(' ', StringComparison.Ordinal)],
            Text = line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..]
        })];

    private static string? After(string[] args, string option)
    {
        int at = Array.IndexOf(args, option);
        return at < 0 ? null : args[at + 1];
    }

    private sealed class Sentence
    {
        public required string Label { get; init; }

        public required string Text { get; init; }
    }
}

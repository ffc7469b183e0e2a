using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.Samples.Data;
using Microsoft.ML.SeqConv.Samples.ModelBuilder;
using Microsoft.ML.SeqConv.Samples.Series;

namespace Microsoft.ML.SeqConv.Samples.Sweep;

/// <summary>
/// A sweep on training rows, the leader board while it runs, and then, once, what its winner and the default pipeline
/// reach on test rows that it did not see.
/// </summary>
internal static class SweepJob
{
    public static string DefaultFolder { get; } = Path.Combine("out", "sweep");

    public static void Run(string? trainFile, string? testFile, SequenceSweepOptions options, string folder,
        CancellationToken cancellation)
    {
        if ((trainFile is null) != (testFile is null))
            throw new ArgumentException("--train and --test belong together. Give both, "
                + "or neither for the cylinder-bell-funnel set.");
        var context = new MLContext(options.Seed);
        IDataView train = trainFile is null
            ? context.Data.LoadFromEnumerable(CylinderBellFunnel.Generate(count: 30, seed: 1))
            : LabelledFile.Load(context, trainFile);
        IDataView test = testFile is null
            ? context.Data.LoadFromEnumerable(CylinderBellFunnel.Generate(count: 900, seed: 2))
            : LabelledFile.Load(context, testFile, train);
        DataViewType series = train.Schema["Series"].Type;
        if (series is VectorDataViewType { IsKnownSize: true } && !series.Equals(test.Schema["Series"].Type))
        {
            // Reported before the sweep, and not after it.
            throw new ArgumentException($"The test series are {test.Schema["Series"].Type}, and those to learn from "
                + $"{series}. Resample or cut them, or say @equalLength false in a .ts file to learn from.");
        }

        if (!train.Schema["Label"].Type.Equals(test.Schema["Label"].Type))
            throw new ArgumentException($"The test labels are {test.Schema["Label"].Type}, and those to learn from "
                + $"{train.Schema["Label"].Type}. Give two files of one kind.");
        bool isClassification = train.Schema["Label"].Type is TextDataViewType;
        Directory.CreateDirectory(folder);

        SequenceSweepResult result = LiveLeaderBoard.Show(options, () => isClassification
            ? context.Model.SweepSequenceClassifier(train, options, cancellation: cancellation)
            : context.Model.SweepSequenceRegressor(train, options, cancellation: cancellation));

        SweepLeaderBoard board = result.LeaderBoard;
        SweepTrial baseline = board.Baseline;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{board.Trials.Count} trials in {result.Seconds:F1} s{(result.WasCancelled ? ", then cancelled" : "")}. "
            + $"Cross-validated {board.Metric}: {result.Best.Mean:F4} for the best, {baseline.Mean:F4} for "
            + $"{baseline.Candidate} as it comes."));
        Console.WriteLine($"Best: trial {result.Best.Number}, {result.Best.Candidate}: {result.Best.Parameters}");
        Console.WriteLine("The best of many is lucky too, so that is optimistic. On the test series:");
        Console.WriteLine($"  {Quality(context, result.Model.Transform(test), isClassification)} for the best");
        Console.WriteLine(
            $"  {Quality(context, result.PipelineOf(baseline).Fit(train).Transform(test), isClassification)} for "
            + $"{baseline.Candidate} as it comes");

        string csv = Path.Combine(folder, "trials.csv");
        AtomicFile.Write(csv, stream =>
        {
            using var writer = new StreamWriter(stream);
            board.WriteCsv(writer);
        });
        string plot = Path.Combine(folder, "sweep.png");
        SweepPlot.Save(board, plot);
        string model = Path.Combine(folder, "model.zip");
        ModelFile.Save(context, result.Model, train.Schema, model);
        Console.WriteLine($"Wrote {csv}, {plot} and {model}.");
    }

    private static string Quality(MLContext context, IDataView scored, bool isClassification)
    {
        if (!isClassification)
            return string.Create(CultureInfo.InvariantCulture,
                $"root mean squared error {context.Regression.Evaluate(scored).RootMeanSquaredError:G4}");
        MulticlassClassificationMetrics metrics = context.MulticlassClassification.Evaluate(scored);
        return string.Create(CultureInfo.InvariantCulture,
            $"accuracy {metrics.MicroAccuracy:F4}, log loss {metrics.LogLoss:F4}");
    }
}

using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML.SeqConv.Benchmarks;

/// <summary>
/// MiniRocket with default options and ridge, full and pruned, on the public data sets' own splits, for several seeds
/// (<c>--seeds N</c>, default 3): test accuracy of both, the features kept, and the time to score a test series
/// (transform and decision values, one thread, processor time, medians, in turn), series side by side. Other arguments
/// are parts of the sets' names. The sets are read from the folder named by SEQCONV_DATA.
/// </summary>
internal static class PruningStudy
{
    private const int Repeats = 21;
    private const int MostTimedSeries = 512;

    public static int Run(string[] args)
    {
        int seeds = 3;
        if (args is ["--seeds", string value, .. string[] rest])
            (seeds, args) = (int.Parse(value, CultureInfo.InvariantCulture), rest);
        string? root = Environment.GetEnvironmentVariable("SEQCONV_DATA");
        if (!Directory.Exists(root))
        {
            Console.Error.WriteLine("Set SEQCONV_DATA to the folder that holds tsc/ and mtsc/.");
            return 2;
        }

        Console.WriteLine("| set | rows | seed | full | pruned | features kept | full, us | pruned, us | ratio |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|");
        foreach (string train in Directory.EnumerateFiles(root, "*_TRAIN.*", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal))
        {
            string test = train.Replace("_TRAIN.", "_TEST.", StringComparison.Ordinal);
            if (!File.Exists(test)
                || (args.Length > 0 && !args.Any(name => train.Contains(name, StringComparison.Ordinal))))
                continue;
            for (int seed = 1; seed <= seeds; seed++)
                Report(train, test, seed);
        }

        return 0;
    }

    private static void Report(string trainFile, string testFile, int seed)
    {
        var context = new MLContext(seed: 1);
        IDataView train = context.Data.LoadFromSeriesFile(trainFile);
        IDataView test = context.Data.LoadFromSeriesFile(testFile);
        if (train.Schema["Label"].Type is not TextDataViewType)
            return;
        ITransformer keys = context.Transforms.Conversion.MapValueToKey("Label").Fit(train);
        (train, test) = (keys.Transform(train), keys.Transform(test));
        MiniRocketEstimator featurizer = context.Transforms.MiniRocket("Features",
            new MiniRocketEstimator.Options { MissingValues = MissingValues.Zero, Seed = seed }, "Series");
        MiniRocketTransformer full = featurizer.Fit(train);
        MiniRocketTransformer pruned = featurizer.Prune("Label").Fit(train);
        float[][] series = [.. test.GetColumn<float[]>("Series").Take(MostTimedSeries)
            .Select(values => values.Select(value => float.IsNaN(value) ? 0 : value).ToArray())];
        int classes = (int)((KeyDataViewType)train.Schema["Label"].Type).Count;
        (double fullTime, double prunedTime) = PrunedScoring.Compare(full.Model, pruned.Model, series,
            together: true, Repeats, classes);
        string name = Path.GetFileName(trainFile)[..^"_TRAIN.ts".Length].TrimEnd('_');
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {name} | {train.GetColumn<uint>("Label").Count()} | {seed} | {Accuracy(context, full, train, test):F3} "
            + $"| {Accuracy(context, pruned, train, test):F3} | {pruned.NumberOfFeatures} "
            + $"({100.0 * pruned.NumberOfFeatures / full.NumberOfFeatures:F1} %) | {fullTime:F1} | {prunedTime:F2} | "
            + $"{fullTime / prunedTime:F0} |"));
    }

    private static double Accuracy(MLContext context, MiniRocketTransformer featurizer, IDataView train, IDataView test)
    {
        var ridge = context.MulticlassClassification.Trainers.Ridge().Fit(featurizer.Transform(train));
        return context.MulticlassClassification.Evaluate(ridge.Transform(featurizer.Transform(test))).MicroAccuracy;
    }
}

using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML.SeqConv.Benchmarks;

/// <summary>
/// Test accuracy (or root mean squared error) of MiniRocket + ridge and Rocket + ridge with default options on the public data sets' own splits, for
/// several seeds (<c>--seeds N</c>, default 3). The sets are read from the folder named by SEQCONV_DATA.
/// </summary>
internal static class AccuracyStudy
{
    public static int Run(string[] args)
    {
        int seeds = 3;
        if (args is ["--seeds", string count, ..])
        {
            seeds = int.Parse(count, CultureInfo.InvariantCulture);
            args = args[2..];
        }

        string? root = Environment.GetEnvironmentVariable("SEQCONV_DATA");
        if (!Directory.Exists(root))
        {
            Console.Error.WriteLine("Set SEQCONV_DATA to the folder that holds tsc/, mtsc/ and tsr/.");
            return 2;
        }

        Console.WriteLine("| set | model | " + string.Join(" | ", Enumerable.Range(1, seeds).Select(seed => $"seed {seed}")) + " | mean |");
        Console.WriteLine("|---|---|" + string.Concat(Enumerable.Repeat("---|", seeds + 1)));
        foreach (string train in Directory.EnumerateFiles(root, "*_TRAIN.*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            string test = train.Replace("_TRAIN.", "_TEST.", StringComparison.Ordinal);
            if (!File.Exists(test) || (args.Length > 0 && !args.Any(name => train.Contains(name, StringComparison.Ordinal))))
                continue;
            Report(train, test, seeds, "MiniRocket", (context, seed) => context.Transforms.MiniRocket("Features", new MiniRocketEstimator.Options { MissingValues = MissingValues.Interpolate, Seed = seed }, "Series"));
            Report(train, test, seeds, "Rocket", (context, seed) => context.Transforms.Rocket("Features", new RocketEstimator.Options { MissingValues = MissingValues.Interpolate, Seed = seed }, "Series"));
        }

        return 0;
    }

    private static void Report(string train, string test, int seeds, string model, Func<MLContext, int, IEstimator<ITransformer>> featurizer)
    {
        string name = Path.GetFileName(train)[..^"_TRAIN.ts".Length].TrimEnd('_');
        double[] results = [.. Enumerable.Range(1, seeds).Select(seed => Evaluate(train, test, context => featurizer(context, seed)))];
        Console.WriteLine($"| {name} | {model} | {string.Join(" | ", results.Select(result => $"{result:F4}"))} | {results.Average():F4} |");
    }

    private static double Evaluate(string trainFile, string testFile, Func<MLContext, IEstimator<ITransformer>> featurizer)
    {
        var context = new MLContext(seed: 1);
        IDataView train = context.Data.LoadFromSeriesFile(trainFile);
        IDataView test = context.Data.LoadFromSeriesFile(testFile);
        if (train.Schema["Label"].Type is TextDataViewType)
        {
            var pipeline = context.Transforms.Conversion.MapValueToKey("LabelKey", "Label").Append(featurizer(context)).Append(context.MulticlassClassification.Trainers.Ridge("LabelKey"));
            return context.MulticlassClassification.Evaluate(pipeline.Fit(train).Transform(test), "LabelKey").MicroAccuracy;
        }

        var regression = featurizer(context).Append(context.Regression.Trainers.Ridge());
        return context.Regression.Evaluate(regression.Fit(train).Transform(test)).RootMeanSquaredError;
    }
}

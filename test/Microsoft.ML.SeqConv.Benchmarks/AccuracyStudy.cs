using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML.SeqConv.Benchmarks;

/// <summary>
/// Test accuracy (or root mean squared error) of a featurizer of the ROCKET family and ridge, with default options, on the public data sets' own splits, for several seeds
/// (<c>--seeds N</c>, default 3). <c>--models A,B</c> names the featurizers, by default MiniRocket and Rocket; other arguments are parts of the sets' names. The sets are read from the
/// folder named by SEQCONV_DATA.
/// </summary>
internal static class AccuracyStudy
{
    private static readonly Dictionary<string, Func<MLContext, int, IEstimator<ITransformer>>> Featurizers = new(StringComparer.Ordinal)
    {
        ["MiniRocket"] = (context, seed) => context.Transforms.MiniRocket("Features", new MiniRocketEstimator.Options { MissingValues = MissingValues.Interpolate, Seed = seed }, "Series"),
        ["Rocket"] = (context, seed) => context.Transforms.Rocket("Features", new RocketEstimator.Options { MissingValues = MissingValues.Interpolate, Seed = seed }, "Series"),
        ["MultiRocket"] = (context, seed) => MultiRocket(context, seed, "Features"),
        ["Hydra"] = (context, seed) => Hydra(context, seed, "Features"),
        ["Hydra-MultiRocket"] = (context, seed) => Hydra(context, seed, "Hydra").Append(MultiRocket(context, seed, "MultiRocket")).Append(context.Transforms.Concatenate("Features", "Hydra", "MultiRocket")),
    };

    public static int Run(string[] args)
    {
        int seeds = 3;
        string[] models = ["MiniRocket", "Rocket"];
        for (; args is ["--seeds" or "--models", string value, ..]; args = args[2..])
        {
            if (args[0] == "--seeds")
                seeds = int.Parse(value, CultureInfo.InvariantCulture);
            else
                models = value.Split(',');
        }

        if (models.FirstOrDefault(model => !Featurizers.ContainsKey(model)) is string unknown)
        {
            Console.Error.WriteLine($"There is no model '{unknown}'; the models are {string.Join(", ", Featurizers.Keys)}.");
            return 2;
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
            foreach (string model in models)
                Report(train, test, seeds, model, Featurizers[model]);
        }

        return 0;
    }

    private static MultiRocketEstimator MultiRocket(MLContext context, int seed, string output)
        => context.Transforms.MultiRocket(output, new MultiRocketEstimator.Options { MissingValues = MissingValues.Interpolate, Seed = seed }, "Series");

    private static HydraEstimator Hydra(MLContext context, int seed, string output)
        => context.Transforms.Hydra(output, new HydraEstimator.Options { MissingValues = MissingValues.Interpolate, Seed = seed }, "Series");

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

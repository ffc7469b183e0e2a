using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML.SeqConv.Benchmarks;

/// <summary>
/// Test accuracy (or root mean squared error) of a featurizer of the ROCKET family and ridge, on the public data sets'
/// own splits, for several seeds (<c>--seeds N</c>, default 3), with default options, but for MiniRocket-840, of 840
/// features, and Rocket-level, without z-normalisation; and the processor seconds of fit and of scoring the test split,
/// reading the rows included, opening the files not: medians over the seeds, so that compilation, which falls on the
/// first, does not count. <c>--models A,B</c> names the featurizers, by default MiniRocket and Rocket; other arguments
/// are parts of the sets' names. The sets are read from the folder named by SEQCONV_DATA.
/// </summary>
internal static class AccuracyStudy
{
    private static readonly Dictionary<string, Func<MLContext, int, IEstimator<ITransformer>>> Featurizers = new(
        StringComparer.Ordinal)
    {
        ["MiniRocket"] = (context, seed) => MiniRocket(context, seed, 10_000),
        ["MiniRocket-840"] = (context, seed) => MiniRocket(context, seed, 840),
        ["Rocket"] = (context, seed) => Rocket(context, seed, SeriesNormalization.ZNormalize),
        ["Rocket-level"] = (context, seed) => Rocket(context, seed, SeriesNormalization.None),
        ["MultiRocket"] = (context, seed) => MultiRocket(context, seed, "Features"),
        ["Hydra"] = (context, seed) => Hydra(context, seed, "Features"),
        ["IntervalQuantiles"] = (context, seed) => IntervalQuantiles(context, seed, "Features", normalScores: true),
        ["IntervalQuantiles-raw"] =
            (context, seed) => IntervalQuantiles(context, seed, "Features", normalScores: false),
        ["IntervalQuantiles-MiniRocket"] = (context, seed) =>
            IntervalQuantiles(context, seed, "Quantiles", normalScores: true)
                .Append(MiniRocket(context, seed, 10_000)).Append(context.Transforms.CopyColumns("Kernels", "Features"))
                .Append(context.Transforms.Concatenate("Features", "Quantiles", "Kernels")),
        ["Hydra-MultiRocket"] = (context, seed) =>
            Hydra(context, seed, "Hydra").Append(MultiRocket(context, seed, "MultiRocket"))
                .Append(context.Transforms.Concatenate("Features", "Hydra", "MultiRocket")),
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
            Console.Error.WriteLine($"There is no model '{unknown}'; the models are "
                + $"{string.Join(", ", Featurizers.Keys)}.");
            return 2;
        }

        string? root = Environment.GetEnvironmentVariable("SEQCONV_DATA");
        if (!Directory.Exists(root))
        {
            Console.Error.WriteLine("Set SEQCONV_DATA to the folder that holds tsc/, mtsc/ and tsr/.");
            return 2;
        }

        Console.WriteLine("| set | model | " + string.Join(" | ", Enumerable.Range(1, seeds)
            .Select(seed => $"seed {seed}")) + " | mean | fit (processor s) | score (processor s) |");
        Console.WriteLine("|---|---|" + string.Concat(Enumerable.Repeat("---|", seeds + 3)));
        foreach (string train in Directory.EnumerateFiles(root, "*_TRAIN.*", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal))
        {
            string test = train.Replace("_TRAIN.", "_TEST.", StringComparison.Ordinal);
            if (!File.Exists(test)
                || (args.Length > 0 && !args.Any(name => train.Contains(name, StringComparison.Ordinal))))
                continue;
            foreach (string model in models)
                Report(train, test, seeds, model, Featurizers[model]);
        }

        return 0;
    }

    private static IntervalQuantilesEstimator IntervalQuantiles(
        MLContext context, int seed, string output, bool normalScores)
        => context.Transforms.IntervalQuantiles(output, new IntervalQuantilesEstimator.Options
        {
            MissingValues = MissingValues.Interpolate,
            Seed = seed,
            NormalScores = normalScores
        }, "Series");

    private static MiniRocketEstimator MiniRocket(MLContext context, int seed, int features)
        => context.Transforms.MiniRocket("Features",
            new MiniRocketEstimator.Options
            {
                MissingValues = MissingValues.Interpolate,
                Seed = seed,
                NumberOfFeatures = features
            }, "Series");

    private static RocketEstimator Rocket(MLContext context, int seed, SeriesNormalization normalization)
        => context.Transforms.Rocket("Features",
            new RocketEstimator.Options
            {
                MissingValues = MissingValues.Interpolate,
                Seed = seed,
                Normalization = normalization
            }, "Series");

    private static MultiRocketEstimator MultiRocket(MLContext context, int seed, string output)
        => context.Transforms.MultiRocket(output,
            new MultiRocketEstimator.Options { MissingValues = MissingValues.Interpolate, Seed = seed }, "Series");

    private static HydraEstimator Hydra(MLContext context, int seed, string output)
        => context.Transforms.Hydra(output,
            new HydraEstimator.Options { MissingValues = MissingValues.Interpolate, Seed = seed }, "Series");

    private static void Report(
        string train, string test, int seeds, string model, Func<MLContext, int, IEstimator<ITransformer>> featurizer)
    {
        string name = Path.GetFileName(train)[..^"_TRAIN.ts".Length].TrimEnd('_');
        Trial[] trials = [.. Enumerable.Range(1, seeds)
            .Select(seed => Evaluate(train, test, context => featurizer(context, seed)))];
        Console.WriteLine($"| {name} | {model} | {string.Join(" | ", trials.Select(trial => $"{trial.Result:F4}"))} | "
            + $"{trials.Average(trial => trial.Result):F4} "
            + $"| {Median(trials.Select(trial => trial.Fit)):F3} | {Median(trials.Select(trial => trial.Score)):F3} |");
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[sorted.Length / 2] + sorted[(sorted.Length - 1) / 2]) / 2;
    }

    private static Trial Evaluate(
        string trainFile, string testFile, Func<MLContext, IEstimator<ITransformer>> featurizer)
    {
        var context = new MLContext(seed: 1);
        IDataView train = context.Data.LoadFromSeriesFile(trainFile);
        IDataView test = context.Data.LoadFromSeriesFile(testFile);
        if (train.Schema["Label"].Type is TextDataViewType)
        {
            var pipeline = context.Transforms.Conversion.MapValueToKey("LabelKey", "Label").Append(featurizer(context))
                .Append(context.MulticlassClassification.Trainers.Ridge("LabelKey"));
            return Time(() => pipeline.Fit(train),
                model => context.MulticlassClassification.Evaluate(model.Transform(test), "LabelKey").MicroAccuracy);
        }

        var regression = featurizer(context).Append(context.Regression.Trainers.Ridge());
        return Time(() => regression.Fit(train),
            model => context.Regression.Evaluate(model.Transform(test)).RootMeanSquaredError);
    }

    private static Trial Time(Func<ITransformer> fit, Func<ITransformer, double> score)
    {
        TimeSpan start = Environment.CpuUsage.TotalTime;
        ITransformer model = fit();
        TimeSpan fitted = Environment.CpuUsage.TotalTime;
        double result = score(model);
        return new Trial(result, (fitted - start).TotalSeconds, (Environment.CpuUsage.TotalTime - fitted).TotalSeconds);
    }

    /// <summary>What one seed gave.</summary>
    /// <param name="Result">Accuracy or root mean squared error.</param>
    /// <param name="Fit">Processor seconds, of all threads.</param>
    /// <param name="Score">Processor seconds, of all threads.</param>
    private readonly record struct Trial(double Result, double Fit, double Score);
}

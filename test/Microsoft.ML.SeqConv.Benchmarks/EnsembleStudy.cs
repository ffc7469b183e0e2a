using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML.SeqConv.Benchmarks;

/// <summary>
/// Sequence ensembles beside their members and beside features that are concatenated, on the public data sets: their
/// own split (resample 0) and stratified resamples of it, for several seeds of the featurizers. A resample pools the
/// cases of both parts, shuffles them with a seed, and gives the training part as many of each class as it has.
/// <para>
/// <c>ensemble RESULTS.csv [--models A,B] [--resamples 10] [--seeds 1] [SET ...]</c> adds a line for each fit to the
/// file, and skips those that it has; <c>ensemble RESULTS.csv --compare A,B</c> compares models. The sets are read from
/// the folder named by SEQCONV_DATA.
/// </para>
/// </summary>
internal static class EnsembleStudy
{
    private const string Header = "set,resample,seed,model,accuracy,logloss,fit,score";

    private delegate IEstimator<ITransformer> ModelOf(MLContext context, int seed);

    private static readonly Dictionary<string, ModelOf> Models = new(StringComparer.Ordinal)
    {
        ["MiniRocket"] = (context, seed) => context.Transforms.MiniRocket("Features", Series(
            new MiniRocketEstimator.Options(), seed), "Series").Append(Ridge(context)),
        ["MultiRocket-Hydra"] = (context, seed) => MultiRocketAndHydra(context, seed)
            .Append(context.Transforms.Concatenate("Features", "MultiRocket", "Hydra")).Append(Ridge(context)),
        ["MultiRocket-Hydra-fused"] = (context, seed) => MultiRocketAndHydra(context, seed)
            .Append(context.MulticlassClassification.Trainers.RidgeEnsemble("Label", "MultiRocket", "Hydra")),
        ["Default"] = (context, seed) => Ensemble(context, new SequenceEnsembleOptions(), seed),
        ["Probabilities"] = (context, seed) => Ensemble(
            context, new SequenceEnsembleOptions { Fusion = EnsembleFusion.Probabilities }, seed),
        ["Fast"] = (context, seed) => Ensemble(
            context, new SequenceEnsembleOptions { Preset = SequenceEnsemblePreset.Fast }, seed),
        ["Accurate"] = (context, seed) => Ensemble(
            context, new SequenceEnsembleOptions { Preset = SequenceEnsemblePreset.Accurate }, seed),
        ["Default-joint"] = (context, seed) => Ensemble(
            context, new SequenceEnsembleOptions { JointWeight = 0 }, seed),
        ["Default-shapelets"] = (context, seed) => Ensemble(
            context, new SequenceEnsembleOptions { Shapelets = 0 }, seed),
        ["Default-quantiles"] = (context, seed) => Ensemble(
            context, new SequenceEnsembleOptions { Quantiles = false }, seed),
        ["Default-Hydra"] = (context, seed) => Ensemble(
            context, new SequenceEnsembleOptions { HydraGroups = 0 }, seed),
        ["Default-MultiRocket"] = (context, seed) => Ensemble(
            context, new SequenceEnsembleOptions { MultiRocketFeatures = 0 }, seed),
        ["MultiRocket10k"] = (context, seed) => Ensemble(context, Only(multiRocket: 10_000), seed),
        ["Hydra16"] = (context, seed) => Ensemble(context, Only(hydra: 16), seed),
        ["Shapelets"] = (context, seed) => Ensemble(context, Only(shapelets: 2_000), seed),
        ["Quantiles"] = (context, seed) => Ensemble(context, Only(quantiles: true), seed),
    };

    public static int Run(string[] args)
    {
        int resamples = 10;
        int seeds = 1;
        string[] models = ["MiniRocket", "MultiRocket-Hydra", "Default"];
        string[]? compared = null;
        if (args is not [string results, .. var rest] || results.StartsWith('-'))
        {
            Console.Error.WriteLine("usage: ensemble RESULTS.csv [--models A,B] [--resamples N] [--seeds N] "
                + $"[--compare A,B] [SET ...]; models: {string.Join(", ", Models.Keys)}");
            return 2;
        }

        for (; rest is ["--models" or "--resamples" or "--seeds" or "--compare", string value, ..]; rest = rest[2..])
        {
            switch (rest[0])
            {
                case "--models":
                    models = value.Split(',');
                    break;
                case "--compare":
                    compared = value.Split(',');
                    break;
                case "--resamples":
                    resamples = int.Parse(value, CultureInfo.InvariantCulture);
                    break;
                default:
                    seeds = int.Parse(value, CultureInfo.InvariantCulture);
                    break;
            }
        }

        if (compared is not null)
            return ModelComparison.Run(results, compared, rest);
        string? root = Environment.GetEnvironmentVariable("SEQCONV_DATA");
        if (!Directory.Exists(root) || models.Any(model => !Models.ContainsKey(model)))
        {
            Console.Error.WriteLine("Set SEQCONV_DATA to the folder that holds tsc/ and mtsc/, and name models of "
                + $"{string.Join(", ", Models.Keys)}.");
            return 2;
        }

        HashSet<string> done = File.Exists(results)
            ? [.. File.ReadLines(results).Select(line => string.Join(',', line.Split(',').Take(4)))]
            : [];
        if (done.Count == 0)
            File.WriteAllText(results, Header + "\n");
        foreach (LabelledSet set in LabelledSet.All(root, rest))
        {
            for (int resample = 0; resample <= resamples; resample++)
            {
                foreach (int seed in Enumerable.Range(1, seeds))
                {
                    foreach (string model in models)
                    {
                        string key = FormattableString.Invariant($"{set.Name},{resample},{seed},{model}");
                        if (done.Add(key))
                            File.AppendAllText(results, key + Evaluate(set, resample, seed, Models[model]) + "\n");
                    }
                }
            }
        }

        return 0;
    }

    private static IEstimator<ITransformer> Ensemble(MLContext context, SequenceEnsembleOptions options, int seed)
        => context.MulticlassClassification.Trainers.SequenceEnsemble("Label", "Series", Series(options, seed));

    private static SequenceEnsembleOptions Only(
        int multiRocket = 0, int hydra = 0, int shapelets = 0, bool quantiles = false) => new()
        {
            MultiRocketFeatures = multiRocket,
            HydraGroups = hydra,
            Shapelets = shapelets,
            Quantiles = quantiles,
        };

    private static IEstimator<ITransformer> MultiRocketAndHydra(MLContext context, int seed)
        => context.Transforms.MultiRocket("MultiRocket", Series(new MultiRocketEstimator.Options(), seed), "Series")
            .Append(context.Transforms.Hydra("Hydra", Series(new HydraEstimator.Options(), seed), "Series"));

    private static RidgeMulticlassTrainer Ridge(MLContext context)
        => context.MulticlassClassification.Trainers.Ridge("Label");

    private static T Series<T>(T options, int seed)
        where T : SeriesOptions
    {
        options.MissingValues = MissingValues.Interpolate;
        options.Seed = seed;
        return options;
    }

    private static string Evaluate(LabelledSet set, int resample, int seed, ModelOf make)
    {
        var context = new MLContext(seed);
        (IDataView train, IDataView test) = set.Split(context, resample);
        TimeSpan start = Environment.CpuUsage.TotalTime;
        ITransformer model = make(context, seed).Fit(train);
        TimeSpan fitted = Environment.CpuUsage.TotalTime;
        MulticlassClassificationMetrics metrics =
            context.MulticlassClassification.Evaluate(model.Transform(test), "Label");
        TimeSpan scored = Environment.CpuUsage.TotalTime;
        return FormattableString.Invariant($",{metrics.MicroAccuracy:F6},{metrics.LogLoss:F6},")
            + FormattableString.Invariant($"{(fitted - start).TotalSeconds:F3},{(scored - fitted).TotalSeconds:F3}");
    }
}

using Microsoft.ML.Data;

namespace Microsoft.ML.SeqConv.Benchmarks;

/// <summary>
/// Sequence ensembles beside their members and beside features that are concatenated, on the public data sets: their
/// own split (resample 0) and stratified resamples of it, for several seeds of the featurizers. A resample pools the
/// cases of both parts, shuffles them with a seed, and gives the training part as many of each class as it has.
/// <para>
/// <c>ensemble RESULTS.csv [--models A,B] [--resamples 10] [--seeds 1] [SET ...]</c> adds a line for each fit to the
/// file, and skips those that it has; the first fit of each model is repeated, so that its time is not that of
/// compilation. <c>ensemble RESULTS.csv --compare A,B [--half choose|confirm] [SET ...]</c> compares models. The sets
/// are read from the folder named by SEQCONV_DATA.
/// </para>
/// </summary>
internal static class EnsembleStudy
{
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
        ["Default-without-joint"] = (context, seed) => Ensemble(
            context, new SequenceEnsembleOptions { JointWeight = 0 }, seed),
        ["Default-without-shapelets"] = (context, seed) => Ensemble(
            context, new SequenceEnsembleOptions { Shapelets = 0 }, seed),
        ["Default-without-quantiles"] = (context, seed) => Ensemble(
            context, new SequenceEnsembleOptions { Quantiles = false }, seed),
        ["Default-without-Hydra"] = (context, seed) => Ensemble(
            context, new SequenceEnsembleOptions { HydraGroups = 0 }, seed),
        ["Default-without-MultiRocket"] = (context, seed) => Ensemble(
            context, new SequenceEnsembleOptions { MultiRocketFeatures = 0 }, seed),
        ["MultiRocket10k"] = (context, seed) => Ensemble(context, Only(multiRocket: 10_000), seed),
        ["Hydra16"] = (context, seed) => Ensemble(context, Only(hydra: 16), seed),
        ["Shapelets"] = (context, seed) => Ensemble(context, Only(shapelets: 2_000), seed),
        ["Quantiles"] = (context, seed) => Ensemble(context, Only(quantiles: true), seed),
    };

    public static int Run(string[] args)
    {
        try
        {
            Run(StudyArguments.Parse(args));
            return 0;
        }
        catch (Exception error) when (error is ArgumentException or IOException)
        {
            Console.Error.WriteLine(error.Message);
            return 2;
        }
    }

    private static void Run(StudyArguments study)
    {
        if (study.Compared is { } compared)
        {
            ModelComparison.Write(File.ReadLines(study.Results), compared, study.Sets, study.Half, Console.Out);
            return;
        }

        StudyArguments.CheckNames("model", study.Models, Models.Keys);
        string? root = Environment.GetEnvironmentVariable("SEQCONV_DATA");
        if (!Directory.Exists(root))
            throw new ArgumentException("Set SEQCONV_DATA to the folder that holds tsc/ and mtsc/.");
        HashSet<string> done = File.Exists(study.Results)
            ? [.. File.ReadLines(study.Results).Select(line => string.Join(',', line.Split(',').Take(4)))]
            : [];
        var warm = new HashSet<string>();
        IEnumerable<LabelledSet> sets = LabelledSet.All(root, study.Sets);
        if (done.Count == 0)
            File.WriteAllText(study.Results, ModelComparison.Header + "\n");
        foreach (LabelledSet set in sets)
        {
            foreach ((int resample, int seed, string model) in
                from resample in Enumerable.Range(0, study.Resamples + 1)
                from seed in Enumerable.Range(1, study.Seeds)
                from model in study.Models
                select (resample, seed, model))
            {
                string key = FormattableString.Invariant($"{set.Name},{resample},{seed},{model}");
                if (!done.Add(key))
                    continue;
                if (warm.Add(model))
                    Evaluate(set, resample, seed, Models[model]);        // compiles, which is not the model's time
                File.AppendAllText(
                    study.Results, $"{key}{Evaluate(set, resample, seed, Models[model])},{set.Group}\n");
            }
        }
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

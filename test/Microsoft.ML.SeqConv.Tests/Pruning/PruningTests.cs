using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.Kernels;
using Microsoft.ML.SeqConv.Onnx;
using Microsoft.ML.SeqConv.TestKit;
using Microsoft.ML.SeqConv.Tests.Onnx;
using Microsoft.ML.Transforms;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.Pruning;

/// <summary>Pruned featurizers as ML.NET components.</summary>
public class PruningTests
{
    private static readonly ComponentRules OneLength = new() { GraphNeedsLength = "for a fixed length only" };

    // Few steps and folds, for the sake of speed.
    private static readonly PruningOptions Quick =
        new() { MaxFeatures = 17, NumberOfFolds = 2, NumberOfRepeats = 1, DroppedFraction = 0.3 };

    private readonly MLContext _context = new(1);

    [Fact]
    public void MiniRocket_passes_every_check() => ComponentChecks.All(
        context => Keyed(context).Append(context.Transforms.MiniRocket("Features", "Series", numberOfFeatures: 500)
            .Prune("LabelKey", Quick)), SineWaves.Make(12, 40), 40);

    [Fact]
    public void Multivariate_MiniRocket_passes_every_check() => ComponentChecks.All(
        context => context.Transforms.MiniRocket("Features", "Series", numberOfFeatures: 500).Prune("Target", Quick),
        SineWaves.Make(12, 40, channels: 3), 3, 40);

    [Fact]
    public void Ragged_Rocket_passes_every_check() => ComponentChecks.All(
        OneLength, context => context.Transforms.Rocket("Features", "Series", numberOfKernels: 60).Prune("Flag", Quick),
        SineWaves.Make(12, 40, ragged: true));

    [Fact]
    public void Ragged_MultiRocket_passes_every_check() => ComponentChecks.All(
        OneLength, context => Keyed(context)
            .Append(context.Transforms.MultiRocket("Features", "Series", numberOfFeatures: 1400)
                .Prune("LabelKey", Quick)), SineWaves.Make(12, 40, channels: 2, ragged: true), 2, 0);

    [Fact]
    public void Hydra_passes_every_check() => ComponentChecks.All(
        context => Keyed(context).Append(context.Transforms.Hydra("Features", "Series", numberOfGroups: 8)
            .Prune("LabelKey", Quick)), SineWaves.Make(12, 40), 40);

    [Fact]
    public void IntervalQuantiles_passes_every_check() => ComponentChecks.All(
        context => Keyed(context).Append(context.Transforms.IntervalQuantiles("Features", "Series")
            .Prune("LabelKey", Quick)), SineWaves.Make(12, 40), 40);

    [Fact]
    public void DilatedShapelets_pass_every_check() => ComponentChecks.All(
        context => Keyed(context).Append(context.Transforms.DilatedShapelets("Features", "LabelKey", "Series", 60)
            .Prune("LabelKey", Quick)), SineWaves.Make(12, 40), 40);

    [Theory]
    [InlineData("MiniRocket")]
    [InlineData("Rocket")]
    [InlineData("MultiRocket")]
    [InlineData("Hydra")]
    [InlineData("IntervalQuantiles")]
    [InlineData("DilatedShapelets")]
    public void Kept_features_are_columns_of_the_full_transform_with_their_names_and_in_a_graph(string name)
    {
        IDataView data = SineWaves.View(_context, SineWaves.Make(30, 60), 60);
        int[] kept = [501, 3, 4, 17, 600, 33, 250, 251, 252, 511];
        (SeriesTransformer full, SeriesTransformer pruned) = name switch
        {
            "Rocket" => Both(
                _context.Transforms.Rocket("Features", "Series", numberOfKernels: 400, seed: 1).Fit(data), kept),
            "MultiRocket" => Both(
                _context.Transforms.MultiRocket("Features", "Series", numberOfFeatures: 1400, seed: 1).Fit(data), kept),
            "DilatedShapelets" => Both(_context.Transforms.DilatedShapelets(
                "Features", inputColumnName: "Series", numberOfShapelets: 300, seed: 1).Fit(data), kept),
            "IntervalQuantiles" => Both(
                _context.Transforms.IntervalQuantiles("Features", "Series", depth: 10).Fit(data), kept),
            "Hydra" => Both(
                _context.Transforms.Hydra("Features", "Series", numberOfGroups: 16, seed: 1).Fit(data), kept),
            _ => Both(_context.Transforms.MiniRocket("Features", "Series", numberOfFeatures: 840, seed: 1).Fit(data),
                kept),
        };
        Array.Sort(kept);
        float[][] all = [.. full.Transform(data).GetColumn<float[]>("Features")];
        float[][] some = [.. pruned.Transform(data).GetColumn<float[]>("Features")];
        for (int i = 0; i < all.Length; i++)
            Assert.Equal(Array.ConvertAll(kept, feature => all[i][feature]), some[i]);
        Assert.Equal(Array.ConvertAll(kept, feature => Names(full, data)[feature]), Names(pruned, data));

        using OnnxRun run = OnnxRun.Of(_context, pruned, data);
        using OnnxRun whole = OnnxRun.Of(_context, full, data);
        float[][] series = [.. data.GetColumn<float[]>("Series")];
        float[] graph = run.Get<float>("Features", "Series", series);
        float[] wholeGraph = whole.Get<float>("Features", "Series", series);
        for (int i = 0; i < graph.Length; i++)
            Assert.Equal(wholeGraph[i / kept.Length * full.NumberOfFeatures + kept[i % kept.Length]], graph[i], 1e-5);
        int different = some.SelectMany(row => row).Zip(graph)
            .Count(pair => Math.Abs(pair.First - pair.Second) > 1e-4 * Math.Max(1, Math.Abs(pair.First)));
        Assert.True(different <= 1, $"{different} of {graph.Length} features differ from the native ones.");
        Assert.InRange(GraphConstants(pruned, data), 1, GraphConstants(full, data) / 3);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-3)]
    public void A_budget_below_one_feature_is_refused(int features)
    {
        ArgumentOutOfRangeException error = Refused(new PruningOptions { MaxFeatures = features });
        Assert.StartsWith($"MaxFeatures is {features}; a pruned transform keeps at least 1 feature. "
            + "Raise it, or set null for no such limit.", error.Message);
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        Assert.StartsWith("MaxBytes is 0; a transform takes at least 1 byte",
            Refused(new PruningOptions { MaxBytes = 0 }).Message);
        Assert.StartsWith("MaxMicrosecondsPerSeries is 0; it must be positive",
            Refused(new PruningOptions { MaxMicrosecondsPerSeries = 0 }).Message);
        Assert.StartsWith("MaxMicrosecondsPerSeries is NaN; it must be positive",
            Refused(new PruningOptions { MaxMicrosecondsPerSeries = double.NaN }).Message);
        Assert.StartsWith("MaxAccuracyLoss is -0.1; it is a fraction from 0 to 1.",
            Refused(new PruningOptions { MaxAccuracyLoss = -0.1 }).Message);
        Assert.StartsWith("MaxAccuracyLoss is 1.5; it is a fraction from 0 to 1.",
            Refused(new PruningOptions { MaxAccuracyLoss = 1.5 }).Message);
        Assert.StartsWith("MaxAccuracyLoss is NaN; it is a fraction from 0 to 1.",
            Refused(new PruningOptions { MaxAccuracyLoss = double.NaN }).Message);
        Assert.StartsWith("NumberOfFolds is 1; it must be 2 to 100.",
            Refused(new PruningOptions { NumberOfFolds = 1 }).Message);
        Assert.StartsWith("NumberOfRepeats is 0; it must be 1 to 100.",
            Refused(new PruningOptions { NumberOfRepeats = 0 }).Message);
        Assert.StartsWith("DroppedFraction is 0.9; it must be 0.001 to 0.5.",
            Refused(new PruningOptions { DroppedFraction = 0.9 }).Message);
        Assert.StartsWith("NumberOfThreads is 0; it must be at least 1.",
            Refused(new PruningOptions { NumberOfThreads = 0 }).Message);
    }

    [Fact]
    public void A_budget_that_is_too_small_for_one_feature_says_what_one_takes()
    {
        ArgumentOutOfRangeException bytes = Assert.Throws<ArgumentOutOfRangeException>(
            () => Prune(new PruningOptions { MaxBytes = 10 }));
        Assert.Matches(@"^MaxBytes is 10; the transform with a single feature takes \d+ bytes\. "
            + @"Raise it to that or more, or set null for no such limit\.",
            bytes.Message);
        ArgumentOutOfRangeException time = Assert.Throws<ArgumentOutOfRangeException>(
            () => Prune(new PruningOptions { MaxMicrosecondsPerSeries = 1e-9 }));
        Assert.Matches(@"^MaxMicrosecondsPerSeries is 1E-09; the transform with a single feature takes "
            + @"[\d.E-]+ microseconds here\. Raise it",
            time.Message);
    }

    [Fact]
    public void A_label_that_is_missing_or_of_another_type_is_named()
    {
        IDataView data = SineWaves.View(_context, SineWaves.Make(12, 40), 40);
        ArgumentOutOfRangeException missing = Assert.Throws<ArgumentOutOfRangeException>(
            () => MiniRocket().Prune("Klass").Fit(data));
        Assert.StartsWith("Column 'Klass' is missing; pruning chooses features for this label. "
            + "The columns are 'Series'", missing.Message);
        ArgumentOutOfRangeException text = Assert.Throws<ArgumentOutOfRangeException>(
            () => MiniRocket().Prune().Fit(data));
        Assert.Contains("Column 'Label' is String; pruning needs a label that is a key or Boolean (classes) or Single "
            + "(a number). Make keys with mlContext.Transforms.Conversion.MapValueToKey(\"Label\")", text.Message);
        IDataView one = SineWaves.View(_context, SineWaves.Make(12, 40, classes: 1), 40);
        Assert.Contains("'LabelKey'", Assert.Throws<InvalidOperationException>(
            () => Keyed(_context).Append(MiniRocket().Prune("LabelKey")).Fit(one)).Message);
    }

    [Fact]
    public void Budgets_are_kept()
    {
        Assert.Equal(23, Prune(new PruningOptions { MaxFeatures = 23 }).NumberOfFeatures);
        Assert.Equal(504, Prune(new PruningOptions { MaxFeatures = 100_000 }).NumberOfFeatures);

        MiniRocketTransformer small = Prune(new PruningOptions { MaxBytes = 1000 });
        Assert.InRange(small.Pruning!.Chosen.Bytes, 1, 1000);
        Assert.Equal(small.NumberOfFeatures, small.Pruning.Curve.First(point => point.Bytes <= 1000).NumberOfFeatures);

        double most = 3;
        MiniRocketTransformer fast = Prune(new PruningOptions { MaxMicrosecondsPerSeries = most });
        Assert.InRange(fast.Pruning!.MeasuredMicrosecondsPerSeries!.Value, 0, most);

        MiniRocketTransformer both = Prune(new PruningOptions { MaxFeatures = 400, MaxAccuracyLoss = 1 });
        Assert.Equal(1, both.NumberOfFeatures);
    }

    [Fact]
    public void The_report_tells_the_curve_and_stays_with_the_fit()
    {
        MiniRocketTransformer pruned = Prune(new PruningOptions());
        PruningReport report = pruned.Pruning!;
        Assert.Equal(504, report.Full.NumberOfFeatures);
        Assert.Equal(1, report.Curve[^1].NumberOfFeatures);
        Assert.Equal(pruned.NumberOfFeatures, report.Chosen.NumberOfFeatures);
        Assert.InRange(pruned.NumberOfFeatures, 1, 503);
        for (int i = 1; i < report.Curve.Count; i++)
        {
            Assert.True(report.Curve[i].NumberOfFeatures < report.Curve[i - 1].NumberOfFeatures);
            Assert.True(report.Curve[i].Bytes < report.Curve[i - 1].Bytes);
            Assert.InRange(report.Curve[i].Accuracy, 0, 1);
        }

        IDataView data = Keyed(_context).Fit(Data()).Transform(Data());
        using var stream = new MemoryStream();
        _context.Model.Save(pruned, data.Schema, stream);
        stream.Position = 0;
        var loaded = (MiniRocketTransformer)_context.Model.Load(stream, out _);
        Assert.Null(loaded.Pruning);
        Assert.Equal(pruned.Model.KeptFeatures.ToArray(), loaded.Model.KeptFeatures.ToArray());
    }

    [Fact]
    public void A_number_is_pruned_for_by_its_error()
    {
        MiniRocketTransformer pruned = MiniRocket().Prune("Target").Fit(Data());
        Assert.InRange(pruned.NumberOfFeatures, 1, 503);
        Assert.True(double.IsNaN(pruned.Pruning!.Chosen.Accuracy));
        Assert.InRange(pruned.Pruning.Chosen.RootMeanSquaredError, 0, 2 * pruned.Pruning.Full.RootMeanSquaredError);
        Assert.True(MiniRocket().Prune("Target", new PruningOptions { MaxAccuracyLoss = 0.5 })
            .Fit(Data()).NumberOfFeatures <= pruned.NumberOfFeatures);
    }

    [Fact]
    public void A_pruned_pipeline_is_cross_validated()
    {
        var pipeline = _context.Transforms.Conversion.MapValueToKey("Label").Append(MiniRocket().Prune("Label",
            new PruningOptions { MaxFeatures = 40, NumberOfRepeats = 1, DroppedFraction = 0.2 }))
            .Append(_context.MulticlassClassification.Trainers.Ridge());
        Assert.All(_context.MulticlassClassification.CrossValidate(Data(), pipeline, numberOfFolds: 3),
            fold => Assert.InRange(fold.Metrics.MicroAccuracy, 0.9, 1));
    }

    [Fact]
    public void GunPoint_needs_two_percent_of_the_features()
    {
        string train = Folders.Data("tsc/GunPoint/GunPoint_TRAIN.ts");

        // <pruning>
        var mlContext = new MLContext(seed: 1);
        IDataView series = mlContext.Data.LoadFromSeriesFile(train);
        var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.Transforms.MiniRocket("Features", "Series", seed: 1).Prune("Label"))
            .Append(mlContext.MulticlassClassification.Trainers.Ridge());
        // </pruning>

        ITransformer model = pipeline.Fit(series);
        IDataView keyed = mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(series).Transform(series);
        Assert.Equal(series.GetRowCount(), model.Transform(series).GetColumn<float[]>("Score").LongCount());

        // <pruning-report>
        MiniRocketTransformer pruned = mlContext.Transforms.MiniRocket("Features", "Series")
            .Prune("Label", new PruningOptions { MaxFeatures = 100 }).Fit(keyed);
        foreach (PruningPoint point in pruned.Pruning!.Curve)
            Console.WriteLine($"{point.NumberOfFeatures} features, {point.Bytes} bytes: {point.Accuracy:P1}");
        // </pruning-report>

        Assert.Equal(100, pruned.NumberOfFeatures);
        IDataView test = mlContext.Data.LoadFromSeriesFile(train.Replace("_TRAIN", "_TEST", StringComparison.Ordinal));
        for (int seed = 1; seed <= 3; seed++)
        {
            MiniRocketEstimator featurizer = mlContext.Transforms.MiniRocket("Features", "Series", seed: seed);
            double full = Accuracy(mlContext, featurizer, series, test, out _);
            double kept = Accuracy(mlContext, featurizer.Prune("Label"), series, test, out int features);
            Assert.InRange(features, 1, 9996 / 50);
            Assert.True(kept >= full, $"Seed {seed}: {kept} with {features} features, {full} with all.");
        }
    }

    [Fact]
    public void The_snippets_of_the_page_are_the_code_of_this_file()
    {
        string source = File.ReadAllText(Path.Combine(Folders.Repository, "test", "Microsoft.ML.SeqConv.Tests",
            "Pruning", "PruningTests.cs")).ReplaceLineEndings("\n");
        string page = File.ReadAllText(Path.Combine(Folders.Repository, "docs", "pruning.md")).ReplaceLineEndings("\n");
        foreach (string name in new[] { "pruning", "pruning-report" })
        {
            int start = source.IndexOf($"// <{name}>\n", StringComparison.Ordinal) + $"// <{name}>\n".Length;
            string[] lines = source[start..source.IndexOf($"// </{name}>", StringComparison.Ordinal)]
                .TrimEnd().Split('\n');
            string code = string.Join('\n', lines.Select(line => line[8..]));
            Assert.Contains(code, page, StringComparison.Ordinal);
        }
    }

    private static ValueToKeyMappingEstimator Keyed(MLContext context)
        => context.Transforms.Conversion.MapValueToKey("LabelKey", "Label");

    private static (SeriesTransformer Full, SeriesTransformer Pruned) Both<T>(T full, int[] kept)
        where T : SeriesTransformer, IPrunableTransformer<T>
        => (full, full.Keep(kept));

    private static string[] Names(SeriesTransformer transformer, IDataView data)
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        transformer.Transform(data).Schema["Features"].GetSlotNames(ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }

    private static double Accuracy(
        MLContext context, IEstimator<SeriesTransformer> featurizer, IDataView train, IDataView test, out int features)
    {
        ITransformer keys = context.Transforms.Conversion.MapValueToKey("Label").Fit(train);
        SeriesTransformer transformer = featurizer.Fit(keys.Transform(train));
        features = transformer.NumberOfFeatures;
        var ridge = context.MulticlassClassification.Trainers.Ridge().Fit(transformer.Transform(keys.Transform(train)));
        return context.MulticlassClassification.Evaluate(
            ridge.Transform(transformer.Transform(keys.Transform(test)))).MicroAccuracy;
    }

    private MiniRocketEstimator MiniRocket()
        => _context.Transforms.MiniRocket("Features", "Series", numberOfFeatures: 504, seed: 1);

    private IDataView Data() => SineWaves.View(_context, SineWaves.Make(48, 40), 40);

    private MiniRocketTransformer Prune(PruningOptions options)
    {
        options.NumberOfRepeats ??= 1;
        return MiniRocket().Prune("LabelKey", options).Fit(Keyed(_context).Fit(Data()).Transform(Data()));
    }

    private ArgumentOutOfRangeException Refused(PruningOptions options)
        => Assert.Throws<ArgumentOutOfRangeException>(() => MiniRocket().Prune("Label", options));

    // The numbers that the file holds: biases, weights and places.
    private long GraphConstants(ITransformer model, IDataView data)
        => ModelProto.Parser.ParseFrom(OnnxRun.Export(_context, model, data)).Graph.Initializer
            .Sum(constant => constant.Dims.Aggregate(1L, (product, size) => product * size));
}

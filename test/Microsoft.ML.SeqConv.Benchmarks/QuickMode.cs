using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv.Benchmarks;

/// <summary>
/// Times one piece of work and prints <c>name min_seconds median_seconds</c>, so that other programs can be compared in
/// the same run. Work on one thread is timed in that thread's processor time, other work by the monotonic clock.
/// </summary>
internal static class QuickMode
{
    private const int LeastWarmups = 3;
    private const double WarmupSeconds = 0.3;       // the runtime recompiles what is called often
    private const double LongWork = 10;             // seconds, beside which recompiling is nothing

    internal sealed record Settings(
        int Series, int Length, int Channels, int Threads, int Repeats, int Features, int Test, int Classes, int Kept,
        int Batch, OnnxForm Form);

    private static readonly Dictionary<string, Func<Settings, Action>> Work = new(StringComparer.Ordinal)
    {
        ["minirocket-fit"] = MiniRocketFit,
        ["minirocket-transform"] = settings => Transform(settings, FitMiniRocket(settings)),
        ["minirocket-one"] = settings =>
            Transform(settings with { Series = 1 }, FitMiniRocket(settings with { Series = 1 })),
        ["multirocket-fit"] = MultiRocketFit,
        ["multirocket-transform"] = settings => Transform(settings, FitMultiRocket(settings)),
        ["hydra-fit"] = HydraFit,
        ["hydra-transform"] = settings =>
            Transform(settings, Kernels.Hydra.Draw(settings.Length, settings.Channels, new HydraSettings(), seed: 1)),
        ["shapelets-fit"] = ShapeletsFit,
        ["shapelets-transform"] = settings => Transform(settings, FitShapelets(settings)),
        ["quantiles-fit"] = QuantilesFit,
        ["quantiles-transform"] = settings => Transform(settings, FitQuantiles(settings)),
        ["quantiles-one"] = settings =>
            Transform(settings with { Series = 1 }, FitQuantiles(settings)),
        ["rocket-transform"] = settings => Transform(settings, FitRocket(settings, singlePrecision: false)),
        ["rocket-transform-f32"] = settings => Transform(settings, FitRocket(settings, singlePrecision: true)),
        ["ridge-fit"] = RidgeFit,
        ["minibatch-logistic"] = MinibatchLogistic,
        ["minibatch-fit"] = MinibatchFit,
        ["pipeline-fit"] = PipelineFit,
        ["view-transform"] = ViewTransform,
        ["predict-one"] = settings => PredictOne(settings, Pipeline),
        ["ensemble-one"] = settings => PredictOne(settings, Ensemble),
        ["onnx-export"] = OnnxExport,
        ["onnx-score"] = OnnxScore,
    };

    public static int Run(string[] args)
    {
        Func<Settings, Action>? prepare = null;
        if (args.Length == 0 || (args[0] != PrunedScoring.Name && !Work.TryGetValue(args[0], out prepare)))
        {
            Console.Error.WriteLine($"usage: quick {{{string.Join('|', Work.Keys)}|{PrunedScoring.Name}}} [--series N] "
                + "[--length T] [--channels C] [--threads K] [--repeats R] [--features P] [--test N] "
                + "[--classes K] [--kept N] [--batch N] [--form Standard|Gpu|Function]");
            return 2;
        }

        int form = Array.IndexOf(args, "--form");
        var settings = new Settings(Option(args, "--series", 1000), Option(args, "--length", 150),
            Option(args, "--channels", 1), Option(args, "--threads", 1), Option(args, "--repeats", 5),
            Option(args, "--features", 9996), Option(args, "--test", 0), Option(args, "--classes", 10),
            Option(args, "--kept", 100), Option(args, "--batch", 32),
            form < 0 ? OnnxForm.Standard : Enum.Parse<OnnxForm>(args[form + 1]));
        if (prepare is null)
            return PrunedScoring.Run(settings);
        Action work = prepare(settings);
        var warming = Stopwatch.StartNew();
        for (int i = 0; (i < LeastWarmups && warming.Elapsed.TotalSeconds < LongWork)
            || warming.Elapsed.TotalSeconds < WarmupSeconds; i++)
            work();

        // ML.NET's cursors use threads of their own.
        bool oneThread = settings.Threads == 1
            && args[0] is not ("pipeline-fit" or "view-transform" or "minibatch-fit" or "onnx-export" or "onnx-score");
        var seconds = new List<double>();
        for (int i = 0; i < settings.Repeats; i++)
        {
            double start = Now(oneThread);
            work();
            seconds.Add(Now(oneThread) - start);
        }

        seconds.Sort();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{args[0]} {seconds[0]:G6} {seconds[seconds.Count / 2]:G6}"));
        return 0;
    }

    private static double Now(bool oneThread)
        => oneThread ? ThreadClock.Seconds : Stopwatch.GetTimestamp() / (double)Stopwatch.Frequency;

    private static int Option(string[] args, string name, int otherwise)
    {
        int at = Array.IndexOf(args, name);
        return at < 0 ? otherwise : int.Parse(args[at + 1], CultureInfo.InvariantCulture);
    }

    private static MiniRocketModel FitMiniRocket(Settings settings)
        => Kernels.MiniRocket.Fit(RandomWalks.Make(settings.Series, settings.Length, settings.Channels),
            new MiniRocketSettings { NumberOfFeatures = settings.Features }, seed: 1);

    private static MultiRocketModel FitMultiRocket(Settings settings)
        => Kernels.MultiRocket.Fit(RandomWalks.Make(settings.Series, settings.Length, settings.Channels),
            new MultiRocketSettings(), seed: 1, settings.Threads);

    private static IntervalQuantilesModel FitQuantiles(Settings settings)
        => IntervalQuantiles.Fit(RandomWalks.Make(settings.Series, settings.Length, settings.Channels),
            new IntervalQuantilesSettings(), seed: 1, settings.Threads);

    private static RocketModel FitRocket(Settings settings, bool singlePrecision)
        => Kernels.Rocket.Fit(settings.Length, settings.Channels,
            new RocketSettings { SinglePrecision = singlePrecision }, seed: 1);

    private static Action MiniRocketFit(Settings settings)
    {
        SeriesSet series = RandomWalks.Make(settings.Series, settings.Length, settings.Channels);
        return () => Kernels.MiniRocket.Fit(series,
            new MiniRocketSettings { NumberOfFeatures = settings.Features }, seed: 1, settings.Threads);
    }

    private static Action MultiRocketFit(Settings settings)
    {
        SeriesSet series = RandomWalks.Make(settings.Series, settings.Length, settings.Channels);
        return () => Kernels.MultiRocket.Fit(series, new MultiRocketSettings(), seed: 1, settings.Threads);
    }

    private static Action HydraFit(Settings settings)
    {
        SeriesSet series = RandomWalks.Make(settings.Series, settings.Length, settings.Channels);
        return () => Kernels.Hydra.Fit(series, new HydraSettings(), seed: 1, settings.Threads);
    }

    private static DilatedShapeletsModel FitShapelets(Settings settings)
        => Kernels.DilatedShapelets.Fit(RandomWalks.Make(settings.Series, settings.Length, settings.Channels),
            [.. Enumerable.Range(0, settings.Series).Select(i => i % settings.Classes)],
            new DilatedShapeletsSettings(), seed: 1, settings.Threads);

    private static Action ShapeletsFit(Settings settings)
    {
        SeriesSet series = RandomWalks.Make(settings.Series, settings.Length, settings.Channels);
        int[] classes = [.. Enumerable.Range(0, settings.Series).Select(i => i % settings.Classes)];
        return () => Kernels.DilatedShapelets.Fit(
            series, classes, new DilatedShapeletsSettings(), seed: 1, settings.Threads);
    }

    private static Action QuantilesFit(Settings settings)
    {
        SeriesSet series = RandomWalks.Make(settings.Series, settings.Length, settings.Channels);
        return () => IntervalQuantiles.Fit(series, new IntervalQuantilesSettings(), seed: 1, settings.Threads);
    }

    private static Action Transform(Settings settings, SeriesFeaturizer featurizer)
    {
        SeriesSet series = RandomWalks.Make(settings.Series, settings.Length, settings.Channels);
        var features = new float[series.Count * featurizer.NumberOfFeatures];
        return () => featurizer.Transform(series, features, settings.Threads);
    }

    private static Action RidgeFit(Settings settings)
    {
        var random = new SeededRandom(1);
        var rows = new float[settings.Series][];
        for (int i = 0; i < rows.Length; i++)
            rows[i] = [.. Enumerable.Range(0, settings.Features).Select(_ => (float)random.NextDouble())];
        double[] targets = [.. Enumerable.Range(0, settings.Series).Select(i => i % 3 == 0 ? 1.0 : -1.0)];
        return () =>
        {
            using var matrix = new FeatureMatrix(settings.Features);
            foreach (float[] row in rows)
                row.CopyTo(matrix.AddRow());
            Ridge.Solve(matrix, targets, default, new RidgeSettings { NumberOfThreads = settings.Threads });
        };
    }

    // One epoch of minibatches over a chunk that comes again and again, and validations as often as the trainer makes
    // them: all that a training does beside featurizing.
    private static Action MinibatchLogistic(Settings settings)
    {
        const int batch = 256;
        const int validateEvery = 10;
        FeatureMatrix chunk = RandomFeatures(4096, settings.Features);
        FeatureMatrix validation = RandomFeatures(2048, settings.Features);
        int[] classes = [.. Enumerable.Range(0, chunk.RowCount).Select(i => i % settings.Classes)];
        int[] order = [.. Enumerable.Range(0, chunk.RowCount)];
        var regression = new SoftmaxRegression(settings.Features, settings.Classes, settings.Threads);
        return () =>
        {
            for (int minibatch = 0; minibatch < settings.Series / batch; minibatch++)
            {
                regression.Step(chunk, order.AsSpan(minibatch * batch % chunk.RowCount, batch), classes, [], 1e-4);
                if ((minibatch + 1) % validateEvery == 0)
                    regression.Evaluate(validation, classes.AsSpan(0, validation.RowCount), []);
            }
        };
    }

    // One epoch of the trainer behind MiniRocket, nothing held: every series is featurized once.
    private static Action MinibatchFit(Settings settings)
    {
        var context = new MLContext(seed: 1);
        IDataView data = context.Data.LoadFromEnumerable(Rows(settings, settings.Series),
            SeriesRow.Schema(settings.Channels, settings.Length));
        IDataView keyed = context.Transforms.Conversion.MapValueToKey("Label").Fit(data).Transform(data);
        IDataView features = context.Transforms.MiniRocket("Features", "Series", seed: 1)
            .Fit(context.Data.TakeRows(keyed, 4096)).Transform(keyed);
        var options =
            new MinibatchLogisticRegressionTrainer.Options { NumberOfEpochs = 1, CacheMegabytes = 0, Seed = 1 };
        return () => context.MulticlassClassification.Trainers.MinibatchLogisticRegression(options).Fit(features);
    }

    private static FeatureMatrix RandomFeatures(int rows, int features)
    {
        var random = new SeededRandom(1);
        var matrix = new FeatureMatrix(features);
        for (int i = 0; i < rows; i++)
        {
            foreach (ref float value in matrix.AddRow())
                value = 2 * (float)random.NextDouble() - 1;
        }

        return matrix;
    }

    // Fits featurizer and ridge, and scores the test series if there are any: what a user waits for.
    private static Action PipelineFit(Settings settings)
    {
        SeriesRow[] rows = Rows(settings, settings.Series + settings.Test);
        var context = new MLContext(seed: 1);
        SchemaDefinition schema = SeriesRow.Schema(settings.Channels, settings.Length);
        IDataView train = context.Data.LoadFromEnumerable(rows[..settings.Series], schema);
        IDataView test = context.Data.LoadFromEnumerable(rows[settings.Series..], schema);
        IEstimator<ITransformer> pipeline = Pipeline(context, settings);
        return () =>
        {
            ITransformer model = pipeline.Fit(train);
            foreach (bool _ in model.Transform(test).GetColumn<bool>("PredictedLabel"))
            {
            }
        };
    }

    // The work of minirocket-transform through ML.NET: a cursor over a data view.
    private static Action ViewTransform(Settings settings)
    {
        var context = new MLContext(seed: 1);
        IDataView data = context.Data.LoadFromEnumerable(Rows(settings, settings.Series),
            SeriesRow.Schema(settings.Channels, settings.Length));
        IDataView view = context.Transforms.MiniRocket("Features", "Series", seed: 1).Fit(data).Transform(data);
        return () => PipelineBenchmarks.ReadFeatures(view);
    }

    // One row through a fitted pipeline, end to end.
    private static Action PredictOne(Settings settings, Func<MLContext, Settings, IEstimator<ITransformer>> pipeline)
    {
        SeriesRow[] rows = Rows(settings, settings.Series);
        var context = new MLContext(seed: 1);
        SchemaDefinition schema = SeriesRow.Schema(settings.Channels, settings.Length);
        ITransformer model = pipeline(context, settings).Fit(context.Data.LoadFromEnumerable(rows, schema));
        PredictionEngine<SeriesRow, Prediction> engine = context.Model.CreatePredictionEngine<SeriesRow, Prediction>(
            model, inputSchemaDefinition: schema);
        var prediction = new Prediction();
        return () => engine.Predict(rows[0], ref prediction);
    }

    // The fitted pipeline as an ONNX file in memory.
    private static Action OnnxExport(Settings settings)
    {
        var context = new MLContext(seed: 1);
        IDataView data = context.Data.LoadFromEnumerable(Rows(settings, settings.Series),
            SeriesRow.Schema(settings.Channels, settings.Length));
        ITransformer model = Pipeline(context, settings).Fit(data);
        return () => context.Model.SaveAsOnnx(model, data, new MemoryStream());
    }

    // The work of minirocket-transform, and the prediction, by ONNX Runtime on the CPU; --batch 0: as
    // the scorer chooses.
    private static Action OnnxScore(Settings settings)
    {
        var context = new MLContext(seed: 1);
        SeriesRow[] rows = Rows(settings, settings.Series);
        IDataView data = context.Data.LoadFromEnumerable(rows, SeriesRow.Schema(settings.Channels, settings.Length));
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.onnx");
        context.Model.SaveAsOnnx(
            Pipeline(context, settings).Fit(data), data, path, new OnnxExportOptions { Form = settings.Form });
        var scorer = new OnnxSequenceScorer(path, new OnnxScorerOptions
        {
            NumberOfThreads = settings.Threads,
            BatchSize = settings.Batch == 0 ? null : settings.Batch,
        });
        File.Delete(path);
        float[][] series = [.. rows.Select(row => row.Series)];
        return () => scorer.Score(series);
    }

    private static IEstimator<ITransformer> Pipeline(MLContext context, Settings settings)
        => context.Transforms.MiniRocket("Features", "Series", settings.Features, seed: 1)
            .Append(context.BinaryClassification.Trainers.Ridge());

    private static IEstimator<ITransformer> Ensemble(MLContext context, Settings settings)
        => context.BinaryClassification.Trainers.SequenceEnsemble(
            "Label", "Series", new SequenceEnsembleOptions { NumberOfThreads = settings.Threads });

    private static SeriesRow[] Rows(Settings settings, int count)
        => SeriesRow.Of(RandomWalks.Make(count, settings.Length, settings.Channels));
}

using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv.Benchmarks;

/// <summary>
/// Fits and scores generated series that are never held, by ridge on sums of shards or by logistic regression on
/// minibatches, and reports time, memory and accuracy. Of each run of twenty series one is not learned from.
/// </summary>
internal sealed class LargeDataStudy
{
    private const int Length = 150;
    private const int HeldOut = 20;
    private const string LabelKey = "LabelKey";

    private readonly MLContext _context = new(seed: 1);
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly int _series;
    private readonly int _features;
    private string _stage = "";
    private double _reported;

    private LargeDataStudy(int series, int features)
    {
        _series = series;
        _features = features;
    }

    public static int Run(string[] args)
    {
        int series = Number(args, "--series", 1_000_000);
        int features = Number(args, "--features", 10_000);
        int shards = Number(args, "--shards", 10);
        var study = new LargeDataStudy(series, features);
        using IDisposable progress = study._context.OnFitProgress(study.Report);
        ITransformer model = args.Contains("--minibatch") ? study.FitMinibatches() : study.FitRidge(shards);
        study.Score(model);
        return 0;
    }

    private static int Number(string[] args, string name, int otherwise)
    {
        int at = Array.IndexOf(args, name);
        return at < 0 ? otherwise : int.Parse(args[at + 1], CultureInfo.InvariantCulture);
    }

    private TransformerChain<ITransformer> FitRidge(int shards)
    {
        IDataView first = View(0, Math.Min(_series, 10_000), learned: true);
        ITransformer preparation = Preparation().Fit(first);
        Say("featurizer fitted");
        using var sums = new RidgeAccumulator(_context,
            _context.MulticlassClassification.Trainers.Ridge(LabelKey), preparation, first.Schema);
        for (int shard = 0; shard < shards; shard++)
        {
            int from = (int)((long)_series * shard / shards);
            sums.Add(View(from, (int)((long)_series * (shard + 1) / shards), learned: true));
            Say($"shard {shard + 1} of {shards} summed, {sums.Count} series");
        }

        TransformerChain<ITransformer> model = sums.Solve();
        Say("solved");
        return model;
    }

    private ITransformer FitMinibatches()
    {
        ITransformer preparation = Preparation().Fit(View(0, Math.Min(_series, 10_000), learned: true));
        Say("featurizer fitted");
        ITransformer head = _context.MulticlassClassification.Trainers.MinibatchLogisticRegression(LabelKey,
            numberOfEpochs: 1, seed: 1).Fit(preparation.Transform(View(0, _series, learned: true)));
        Say("fitted");
        return new TransformerChain<ITransformer>(preparation, head);
    }

    private IEstimator<ITransformer> Preparation()
        => _context.Transforms.Conversion.MapValueToKey(LabelKey, "Label")
            .Append(_context.Transforms.MiniRocket("Features", "Series", numberOfFeatures: _features));

    private void Score(ITransformer model)
    {
        long right = 0;
        long scored = 0;
        long heldOutRight = 0;
        long heldOut = 0;
        IDataView predictions = model.Transform(View(0, _series, learned: null));
        foreach ((uint label, uint predicted) in predictions.GetColumn<uint>(LabelKey)
            .Zip(predictions.GetColumn<uint>("PredictedLabel")))
        {
            bool isRight = label == predicted;
            if (IsHeldOut(scored))
            {
                heldOut++;
                heldOutRight += isRight ? 1 : 0;
            }

            right += isRight ? 1 : 0;
            if (++scored % 100_000 == 0)
                Say($"{scored} series scored");
        }

        Say(string.Create(CultureInfo.InvariantCulture, $"accuracy {(double)right / scored:F4} of {scored} series, "
            + $"{(double)heldOutRight / heldOut:F4} of the {heldOut} that were not learned from"));
    }

    /// <summary>Series that are made when they are read, the same ones every time.</summary>
    private IDataView View(int from, int to, bool? learned)
        => _context.Data.LoadFromEnumerable(
            Enumerable.Range(from, to - from).Where(i => learned is null || IsHeldOut(i) != learned).Select(Draw));

    private static bool IsHeldOut(long index) => index % HeldOut == HeldOut - 1;

    // A plateau, a ramp upwards or a ramp downwards somewhere in noise twice as loud as in the
    // cylinder-bell-funnel set.
    private static Row Draw(int index)
    {
        var random = new SeededRandom((ulong)index);
        int shape = random.NextInt32(3);
        int a = 16 + random.NextInt32(17);
        int b = a + 32 + random.NextInt32(80);
        double height = 6 + random.NextNormal();
        var series = new float[Length];
        for (int t = 0; t < Length; t++)
        {
            double rise = shape == 0 ? 1 : shape == 1 ? (double)(t - a) / (b - a) : (double)(b - t) / (b - a);
            series[t] = (float)((t >= a && t <= b ? height * rise : 0) + 2 * random.NextNormal());
        }

        return new Row { Series = series, Label = shape == 0 ? "plateau" : shape == 1 ? "rise" : "fall" };
    }

    private void Report(FitProgress progress)
    {
        if (progress.Stage == _stage && _clock.Elapsed.TotalSeconds < _reported + 30)
            return;
        _stage = progress.Stage;
        _reported = _clock.Elapsed.TotalSeconds;
        string metrics = string.Concat((progress.Metrics ?? [])
            .Select(metric => string.Create(CultureInfo.InvariantCulture, $", {metric.Key} {metric.Value:G4}")));
        Say($"  {progress.Component}: {progress.Stage}, "
            + $"{progress.Done:F0}{(progress.Total is double total ? $" of {total:F0}" : "")}{metrics}");
    }

    private void Say(string what)
    {
        using var process = Process.GetCurrentProcess();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{_clock.Elapsed.TotalSeconds,7:F1} s "
            + $"{process.TotalProcessorTime.TotalSeconds,8:F1} s of processors "
            + $"{process.PeakWorkingSet64 / 1e6,6:F0} MB at most  {what}"));
    }

    private sealed class Row
    {
        [VectorType(Length)]
        public float[] Series { get; set; } = [];

        public string Label { get; set; } = "";
    }
}

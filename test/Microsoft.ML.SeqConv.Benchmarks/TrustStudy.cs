using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML.SeqConv.Benchmarks;

/// <summary>
/// How often prediction sets hold the class, and how large they are, on the public data sets: their own split and
/// stratified resamples, test rows of all of them pooled. Calibrated on leave-one-out predictions, or on half of the
/// test rows and evaluated on the other half.
/// <para>
/// <c>trust [--resamples 10] [--ensemble] [SET ...]</c>: MiniRocket and ridge, or the default sequence ensemble.
/// <c>trust --regression</c>: intervals behind MiniRocket and ridge on sets whose labels are numbers. The sets are read
/// from the folder named by SEQCONV_DATA.
/// </para>
/// </summary>
internal static class TrustStudy
{
    private const string All = "all";

    private static readonly double[] Significances = [0.2, 0.1, 0.05];

    public static int Run(string[] args)
    {
        int resamples = 10;
        bool isEnsemble = false;
        bool isRegression = false;
        var names = new List<string>();
        for (int i = 0; i < args.Length; i++)
        {
            if (args[i] == "--ensemble")
                isEnsemble = true;
            else if (args[i] == "--regression")
                isRegression = true;
            else if (args[i] == "--resamples" && i + 1 < args.Length)
                resamples = int.Parse(args[++i], CultureInfo.InvariantCulture);
            else
                names.Add(args[i]);
        }

        string? root = Environment.GetEnvironmentVariable("SEQCONV_DATA");
        if (!Directory.Exists(root))
        {
            Console.Error.WriteLine("Set SEQCONV_DATA to the folder that holds tsc/ and mtsc/.");
            return 2;
        }

        if (isRegression)
        {
            IntervalStudy.Run(root, resamples);
            return 0;
        }

        var sets = new Dictionary<string, Tally>(StringComparer.Ordinal);
        var calibration = new Dictionary<string, Tally>(StringComparer.Ordinal);
        foreach (LabelledSet set in LabelledSet.All(root, [.. names]))
        {
            for (int resample = 0; resample <= resamples; resample++)
                Evaluate(set, resample, isEnsemble, sets, calibration);
            Console.Error.WriteLine(set.Name);
        }

        Console.WriteLine("\n| calibrated on | score | nominal | coverage | mean size | one class | none |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        foreach ((string name, Tally tally) in sets)
            Console.WriteLine($"| {name} | {tally.Row()} |");
        Console.WriteLine("\n| set | accuracy | stated probability | difference |");
        Console.WriteLine("|---|---|---|---|");
        foreach ((string name, Tally tally) in calibration)
            Console.WriteLine($"| {name} | {tally.Row()} |");
        Tally[] bins = [.. calibration.Where(bin => bin.Key != All).Select(bin => bin.Value)];
        double error = bins.Sum(bin => bin.Rows * Math.Abs(bin.Mean(2))) / bins.Sum(bin => bin.Rows);
        Console.WriteLine(FormattableString.Invariant(
            $"\n{bins.Sum(bin => bin.Rows)} rows, expected calibration error {error:F4}"));
        return 0;
    }

    private static void Evaluate(
        LabelledSet set, int resample, bool isEnsemble, Dictionary<string, Tally> sets,
        Dictionary<string, Tally> pooled)
    {
        var context = new MLContext(1);
        (IDataView train, IDataView test) = set.Split(context, resample);
        ITransformer model = Model(context, isEnsemble).Fit(train);
        IDataView scored = context.Data.Cache(context.Transforms.SelectColumns("Label", "Score", "PredictedLabel")
            .Fit(model.Transform(test)).Transform(model.Transform(test)));
        DataOperationsCatalog.TrainTestData halves = context.Data.TrainTestSplit(scored, 0.5, seed: resample);
        AddCalibration(scored, pooled);
        foreach (ConformalScore score in Enum.GetValues<ConformalScore>())
        {
            foreach (double significance in Significances)
            {
                var options = new ConformalClassificationEstimator.Options
                {
                    Significance = significance,
                    Score = score,
                    Seed = 1,
                };
                IDataView ofModel = context.MulticlassClassification.Conformal(options).Fit(model.Transform(train))
                    .Transform(scored);
                Add("leave-one-out", context.MulticlassClassification.EvaluateTrust(ofModel));
                options.Calibration = ConformalCalibration.Rows;
                IDataView ofRows = context.MulticlassClassification.Conformal(options).Fit(halves.TrainSet)
                    .Transform(halves.TestSet);
                Add("rows", context.MulticlassClassification.EvaluateTrust(ofRows));

                void Add(string kind, TrustMetrics metrics)
                {
                    string key = FormattableString.Invariant($"{kind} | {score} | {1 - significance:P0}");
                    if (!sets.TryGetValue(key, out Tally? tally))
                        sets.Add(key, tally = new Tally());
                    PredictionSetMetrics of = metrics.PredictionSets!;
                    tally.Add(metrics.NumberOfRows, of.Coverage, of.MeanSize, of.SingletonShare, of.EmptyShare);
                }
            }
        }
    }

    private static IEstimator<ITransformer> Model(MLContext context, bool isEnsemble) => isEnsemble
        ? context.MulticlassClassification.Trainers.SequenceEnsemble("Label", "Series", new SequenceEnsembleOptions
        {
            MissingValues = MissingValues.Interpolate,
            Seed = 1,
        })
        : context.Transforms.MiniRocket("Features", new MiniRocketEstimator.Options
        {
            MissingValues = MissingValues.Interpolate,
            Seed = 1,
        }, "Series").Append(context.MulticlassClassification.Trainers.Ridge());

    // Fifteen bins of the largest probability, over the rows of all sets.
    private static void AddCalibration(IDataView scored, Dictionary<string, Tally> pooled)
    {
        uint[] labels = [.. scored.GetColumn<uint>("Label")];
        uint[] predicted = [.. scored.GetColumn<uint>("PredictedLabel")];
        float[] largest = [.. scored.GetColumn<float[]>("Score").Select(row => row.Max())];
        for (int i = 0; i < labels.Length; i++)
        {
            int bin = Math.Clamp((int)Math.Ceiling(largest[i] * 15.0), 1, 15);
            foreach (string key in new[] { All, FormattableString.Invariant($"to {bin / 15.0:F2}") })
            {
                if (!pooled.TryGetValue(key, out Tally? tally))
                    pooled.Add(key, tally = new Tally());
                double right = labels[i] == predicted[i] ? 1 : 0;
                tally.Add(1, right, largest[i], right - largest[i]);
            }
        }
    }

    /// <summary>Means over rows.</summary>
    private sealed class Tally
    {
        private double[] _sums = [];

        public long Rows { get; private set; }

        public double Mean(int number) => _sums[number] / Rows;

        public void Add(int rows, params double[] means)
        {
            if (_sums.Length == 0)
                _sums = new double[means.Length];
            for (int i = 0; i < means.Length; i++)
                _sums[i] += rows * means[i];
            Rows += rows;
        }

        public string Row()
            => string.Join(" | ", _sums.Select((_, i) => Mean(i).ToString("F4", CultureInfo.InvariantCulture)));
    }
}

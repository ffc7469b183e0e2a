using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML.SeqConv.Benchmarks;

/// <summary>
/// How often intervals hold the label, and how wide they are, on the public sets whose labels are numbers: their own
/// split and resamples of the same sizes, test rows pooled. The part of <see cref="TrustStudy"/> for regressions.
/// </summary>
internal static class IntervalStudy
{
    private static readonly double[] Significances = [0.2, 0.1, 0.05];

    public static void Run(string root, int resamples)
    {
        Console.WriteLine("| set | calibrated on | nominal | coverage | half width | error of the mean |");
        Console.WriteLine("|---|---|---|---|---|---|");
        foreach (string file in Directory.EnumerateFiles(root, "*_TRAIN.ts", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal))
        {
            var context = new MLContext(1);
            IDataView train = context.Data.LoadFromSeriesFile(file);
            string test = file.Replace("_TRAIN.", "_TEST.", StringComparison.Ordinal);
            if (train.Schema["Label"].Type != NumberDataViewType.Single || !File.Exists(test))
                continue;
            Row[] own = [.. Rows(train)];
            Row[] all = [.. own, .. Rows(context.Data.LoadFromSeriesFile(test))];
            Evaluate(Path.GetFileName(file)[..^"_TRAIN.ts".Length], all, own.Length, train.Schema["Series"].Type,
                resamples);
        }
    }

    private static void Evaluate(string name, Row[] all, int training, DataViewType type, int resamples)
    {
        var held = new Dictionary<(string, double), List<(double Held, double Width)>>();
        double meanError = 0;
        for (int resample = 0; resample <= resamples; resample++)
        {
            var context = new MLContext(1);
            Row[] rows = [.. all];
            if (resample > 0)
                new Random(resample).Shuffle(rows);
            IDataView train = View(context, rows[..training], type);
            IDataView test = View(context, rows[training..], type);
            ITransformer model = context.Transforms.MiniRocket("Features", new MiniRocketEstimator.Options
            {
                MissingValues = MissingValues.Interpolate,
                Seed = 1,
            }, "Series").Append(context.Regression.Trainers.Ridge()).Fit(train);
            IDataView scored = context.Data.Cache(model.Transform(test));
            float mean = rows[..training].Average(row => row.Label);
            meanError += rows[training..].Average(row => Math.Abs(row.Label - mean)) / (resamples + 1);
            DataOperationsCatalog.TrainTestData halves = context.Data.TrainTestSplit(scored, 0.5, seed: resample);
            foreach (double significance in Significances)
            {
                var options = new ConformalRegressionEstimator.Options { Significance = significance };
                Add("leave-one-out", context.Regression.Conformal(options).Fit(model.Transform(train)), scored);
                options.Calibration = ConformalCalibration.Rows;
                Add("rows", context.Regression.Conformal(options).Fit(halves.TrainSet), halves.TestSet);

                void Add(string kind, ConformalRegressionTransformer bounds, IDataView of)
                {
                    IDataView bounded = bounds.Transform(of);
                    float[] lower = [.. bounded.GetColumn<float>("LowerBound")];
                    float[] upper = [.. bounded.GetColumn<float>("UpperBound")];
                    held.TryAdd((kind, significance), []);
                    held[(kind, significance)].AddRange(bounded.GetColumn<float>("Label").Select((label, i)
                        => (label >= lower[i] && label <= upper[i] ? 1.0 : 0, (double)bounds.HalfWidth)));
                }
            }
        }

        foreach (((string kind, double significance), List<(double Held, double Width)> rows) in held)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {name} | {kind} | {1 - significance:P0} | "
                + $"{rows.Average(row => row.Held):F4} | {rows.Average(row => row.Width):G4} | {meanError:G4} |"));
    }

    private static IEnumerable<Row> Rows(IDataView view)
        => view.GetColumn<VBuffer<float>>("Series").Zip(view.GetColumn<float>("Label"))
            .Select(row => new Row { Series = [.. row.First.DenseValues()], Label = row.Second });

    private static IDataView View(MLContext context, Row[] rows, DataViewType type)
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Series)].ColumnType = type;
        return context.Data.LoadFromEnumerable(rows, schema);
    }

    private sealed class Row
    {
        public float[] Series { get; set; } = [];

        public float Label { get; set; }
    }
}

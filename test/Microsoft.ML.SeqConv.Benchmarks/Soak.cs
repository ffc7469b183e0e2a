using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML.SeqConv.Benchmarks;

/// <summary>
/// Scores rows for minutes, streamed through a cursor and one by one through a prediction engine, and prints what
/// memory the process has: it must stay flat.
/// </summary>
internal static class Soak
{
    private const int Length = 500;

    public static int Run(string[] args)
    {
        double minutes = args.Length > 0 ? double.Parse(args[0], CultureInfo.InvariantCulture) : 10;
        SeriesRow[] rows = SeriesRow.Of(RandomWalks.Make(100, Length, channels: 1));
        var context = new MLContext(seed: 1);
        SchemaDefinition schema = SeriesRow.Schema(1, Length);
        IEstimator<ITransformer> pipeline = context.Transforms.MiniRocket("Features", "Series", seed: 1)
            .Append(context.BinaryClassification.Trainers.Ridge());
        ITransformer model = pipeline.Fit(context.Data.LoadFromEnumerable(rows, schema));
        PredictionEngine<SeriesRow, Prediction> engine = context.Model.CreatePredictionEngine<SeriesRow, Prediction>(
            model, inputSchemaDefinition: schema);
        var prediction = new Prediction();
        long scored = 0;
        var clock = Stopwatch.StartNew();
        for (int report = 0; report <= minutes; report++)
        {
            while (clock.Elapsed.TotalMinutes < report)
            {
                IDataView stream = model.Transform(context.Data.LoadFromEnumerable(Repeated(rows, 5_000), schema));
                foreach (bool _ in stream.GetColumn<bool>("PredictedLabel"))
                    scored++;
                for (int i = 0; i < 1_000; i++, scored++)
                    engine.Predict(rows[i % rows.Length], ref prediction);
            }

            GC.Collect();
            using var process = Process.GetCurrentProcess();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{clock.Elapsed.TotalMinutes:F1} min, {scored} rows, "
                + $"{GC.GetTotalMemory(forceFullCollection: false) / 1e6:F1} MB managed, "
                + $"{process.WorkingSet64 / 1e6:F0} MB in all"));
        }

        return 0;
    }

    private static IEnumerable<SeriesRow> Repeated(SeriesRow[] rows, int count)
    {
        for (int i = 0; i < count; i++)
            yield return rows[i % rows.Length];
    }
}

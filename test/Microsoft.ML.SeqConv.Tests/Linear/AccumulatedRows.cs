using Microsoft.ML.SeqConv.TestKit;

namespace Microsoft.ML.SeqConv.Tests.Linear;

/// <summary>Rows that sums of ridge are made of, and what prepares them.</summary>
internal sealed class AccumulatedRows
{
    public const string LabelKey = "LabelKey";

    private const int Length = 30;

    public MLContext Context { get; } = new(1);

    /// <summary>Noisy series of three classes that take turns.</summary>
    public List<SeriesRow> Rows { get; } = Noisy(900);

    public static List<SeriesRow> Noisy(int count, int length = Length)
    {
        List<SeriesRow> rows = SineWaves.Make(count, length, seed: 3);
        var random = new Random(8);
        foreach (SeriesRow row in rows)
        {
            row.Weight = 0.5f + random.Next(4);
            for (int t = 0; t < length; t++)
                row.Series[t] += (float)random.NextDouble();
        }

        return rows;
    }

    public static RidgeMulticlassTrainer Multiclass(MLContext context)
        => context.MulticlassClassification.Trainers.Ridge(LabelKey);

    public IDataView View(IEnumerable<SeriesRow> rows) => SineWaves.View(Context, rows, Length);

    /// <summary>Fitted keys and featurizers: <c>Features</c> and <c>Hydra</c>.</summary>
    public ITransformer Preparation(List<SeriesRow> rows, int seed = 1)
        => Context.Transforms.Conversion.MapValueToKey(LabelKey, "Label")
            .Append(Context.Transforms.MiniRocket("Features", "Series", numberOfFeatures: 168, seed))
            .Append(Context.Transforms.Hydra("Hydra", "Series", numberOfGroups: 2, seed: seed)).Fit(View(rows));

    public RidgeAccumulator Accumulator(ITransformer preparation, RidgeMulticlassTrainer.Options? options = null)
        => new(Context,
            Context.MulticlassClassification.Trainers.Ridge(options ?? new() { LabelColumnName = LabelKey }),
            preparation, View(Rows).Schema);
}

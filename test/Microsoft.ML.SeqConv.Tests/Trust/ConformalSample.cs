using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.TestKit;

namespace Microsoft.ML.SeqConv.Tests.Trust;

/// <summary>Noisy series of three classes, a ridge on them, and prediction sets behind it.</summary>
internal static class ConformalSample
{
    public const int Length = 40;

    /// <summary>Rows whose classes cannot all be told apart.</summary>
    public static List<SeriesRow> Rows(int count, int seed = 1)
    {
        var random = new Random(seed);
        List<SeriesRow> rows = SineWaves.Make(count, Length, seed: seed);
        foreach (SeriesRow row in rows)
        {
            for (int t = 0; t < row.Series.Length; t++)
                row.Series[t] += (float)(4 * (random.NextDouble() + random.NextDouble() - 1));
        }

        return rows;
    }

    public static IDataView View(MLContext context, int count, int seed = 1)
        => SineWaves.View(context, Rows(count, seed), Length);

    public static IEstimator<ITransformer> Ridge(MLContext context)
        => context.Transforms.Conversion.MapValueToKey("LabelKey", "Label")
            .Append(context.Transforms.MiniRocket("Features", "Series", numberOfFeatures: 500, seed: 1))
            .Append(context.MulticlassClassification.Trainers.Ridge("LabelKey"));

    public static ConformalClassificationEstimator.Options OnRows(ConformalScore score = ConformalScore.Lac) => new()
    {
        LabelColumnName = "LabelKey",
        Calibration = ConformalCalibration.Rows,
        Score = score,
        Seed = 1,
    };

    /// <summary>The share of rows whose set has their class.</summary>
    public static double Coverage(IDataView scored)
    {
        uint[] labels = [.. scored.GetColumn<uint>("LabelKey")];
        return scored.GetColumn<bool[]>("PredictionSet").Zip(labels, (set, label) => set[label - 1] ? 1.0 : 0)
            .Average();
    }
}

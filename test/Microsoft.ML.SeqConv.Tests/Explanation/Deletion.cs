using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.TestKit;

namespace Microsoft.ML.SeqConv.Tests.Explanation;

/// <summary>
/// The deletion test of an explanation: points are replaced by the straight line between the nearest that are kept,
/// and the drop of the explained class's decision value is measured. A faithful explanation names points that
/// matter: without the highest-contributing ones the score drops more than without as many random ones, and more
/// than without the lowest.
/// </summary>
internal static class Deletion
{
    private const int RandomDraws = 3;

    /// <summary>Mean drops over series of one channel.</summary>
    /// <param name="context">Any.</param>
    /// <param name="model">Featurizer and ridge over the features column.</param>
    /// <param name="rows">The series.</param>
    /// <param name="share">Share of the points that are deleted.</param>
    public static (double Highest, double Random, double Lowest) Run(
        MLContext context, TransformerChain<MulticlassPredictionTransformer<RidgeMulticlassModelParameters>> model,
        IReadOnlyList<SeriesRow> rows, double share)
    {
        var random = new Random(1);
        RidgeMulticlassModelParameters ridge = model.LastTransformer.Model;
        double highest = 0;
        double lowest = 0;
        double drawn = 0;
        foreach (SeriesRow row in rows)
        {
            SeriesExplanation explanation = context.Model.ExplainSeries(model, row.Series);
            int count = (int)Math.Round(share * row.Series.Length);
            int[] order = [.. Enumerable.Range(0, row.Series.Length)
                .OrderByDescending(t => explanation.Contributions[0, t])];
            IEnumerable<int[]> draws = Enumerable.Range(0, RandomDraws)
                .Select(_ => Shuffled(row.Series.Length, random)[..count]);
            float[][] variants = [row.Series, .. new[] { order[..count], order[^count..] }.Concat(draws)
                .Select(points => Without(row.Series, points))];
            IDataView scored = model.Transform(SineWaves.View(context,
                variants.Select(series => new SeriesRow { Series = series, Label = row.Label }), row.Series.Length));
            double[] scores = [.. scored.GetColumn<float[]>("Features").Select(features =>
            {
                var decisions = new double[ridge.NumberOfClasses];
                ridge.GetDecisionValues(features, decisions);
                return decisions[explanation.ClassIndex!.Value];
            })];
            highest += scores[0] - scores[1];
            lowest += scores[0] - scores[2];
            drawn += scores[0] - scores.Skip(3).Average();
        }

        return (highest / rows.Count, drawn / rows.Count, lowest / rows.Count);
    }

    private static float[] Without(float[] series, int[] points)
    {
        float[] kept = (float[])series.Clone();
        bool[] deleted = new bool[series.Length];
        foreach (int t in points)
            deleted[t] = true;
        for (int t = 0; t < series.Length; t++)
        {
            if (!deleted[t])
                continue;
            int before = t;
            while (before >= 0 && deleted[before])
                before--;
            int after = t;
            while (after < series.Length && deleted[after])
                after++;
            kept[t] = before < 0 ? series[after] : after == series.Length ? series[before] : series[before]
                + (series[after] - series[before]) * (t - before) / (after - before);
        }

        return kept;
    }

    private static int[] Shuffled(int count, Random random)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        random.Shuffle(order);
        return order;
    }
}

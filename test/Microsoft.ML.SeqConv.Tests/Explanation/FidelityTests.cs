using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.TestKit;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.Explanation;

/// <summary>Explanations point at what the score hangs on.</summary>
public class FidelityTests
{
    private const int Length = 120;

    private readonly MLContext _context = new(seed: 1);

    [Theory]
    [InlineData("MiniRocket", 0, 2)]
    [InlineData("MultiRocket", 0, 2)]
    [InlineData("Hydra", 0, 2)]
    [InlineData("Rocket", 0, 2)]
    [InlineData("IntervalQuantiles", 0, 2)]
    [InlineData("DilatedShapelets", 0, 1.5)]
    [InlineData("MiniRocket", 1, 2)]
    public void A_bump_that_alone_tells_two_classes_apart_gets_the_contribution(
        string featurizer, int channel, double factor)
    {
        // The class is in one channel of two, from point 60 to 75.
        var model = Fit(featurizer, Bumps(60, seed: 1, start: 60, channel), 2, Length);
        foreach (SeriesRow row in Bumps(6, seed: 2, start: 60, channel).Where(row => row.Label == "c1"))
        {
            SeriesExplanation explanation = _context.Model.ExplainSeries(model, row.Series, "c1");
            double[,] own = explanation.ContributionsWithoutIntercept();
            double bump = Enumerable.Range(52, 32).Average(t => own[channel, t]);
            double elsewhere = Enumerable.Range(0, Length).Where(t => t is < 52 or >= 84).Average(t => own[channel, t]);
            double otherChannel = Enumerable.Range(0, Length).Average(t => own[1 - channel, t]);
            Assert.True(bump > 0 && bump > factor * Math.Abs(elsewhere) && bump > factor * Math.Abs(otherChannel),
                $"{bump} at the bump, {elsewhere} elsewhere, {otherChannel} in the other channel.");
        }
    }

    [Theory]
    // its outputs of both signs crowd at the shape, and to delete any of them hurts
    [InlineData("MiniRocket", 0.5, 0.05)]
    [InlineData("MultiRocket", 0.5, 1)]
    [InlineData("Hydra", 0.5, 1)]
    [InlineData("Rocket", 0.5, 0.8)]
    [InlineData("IntervalQuantiles", 0.5, 0.5)]
    [InlineData("DilatedShapelets", 0.3, 0.5)]
    public void Deleting_the_highest_contributions_of_generated_series_costs_most(
        string featurizer, double aboveRandom, double aboveLowest)
    {
        var model = Fit(featurizer, Single(90, seed: 1), Length);
        (double highest, double random, double lowest) = Deletion.Run(_context, model, Single(30, seed: 2), share: 0.2);
        TestContext.Current.SendDiagnosticMessage($"{featurizer}, generated: {highest:F3} {random:F3} {lowest:F3}");
        Assert.True(highest > random + aboveRandom && highest > lowest + aboveLowest,
            $"Drops: highest {highest}, random {random}, lowest {lowest}.");
    }

    [Theory]
    [InlineData("MiniRocket", 0.02, -0.05)]     // its lowest cost as much, see docs/explanations.md
    [InlineData("MultiRocket", 0.1, 0.1)]
    [InlineData("Hydra", 0.1, 0.1)]
    [InlineData("Rocket", 0.05, 0.1)]
    [InlineData("IntervalQuantiles", 0.05, 0.05)]
    [InlineData("DilatedShapelets", 0.04, 0.05)]      // measured 0.049, and 0.054 without LimitToTrainingRange
    public void Deleting_the_highest_contributions_of_GunPoint_costs_more_than_others(
        string featurizer, double aboveRandom, double aboveLowest)
    {
        SeriesRow[] train = Load("tsc/GunPoint/GunPoint_TRAIN.ts");
        SeriesRow[] test = Load("tsc/GunPoint/GunPoint_TEST.ts");
        var model = Fit(featurizer, train, 150);
        (double highest, double random, double lowest) = Deletion.Run(_context, model, [.. test.Take(60)], share: 0.2);
        TestContext.Current.SendDiagnosticMessage($"{featurizer}, GunPoint: {highest:F3} {random:F3} {lowest:F3}");
        Assert.True(highest > random + aboveRandom && highest > lowest + aboveLowest,
            $"Drops: highest {highest}, random {random}, lowest {lowest}.");
    }

    private SeriesRow[] Load(string file)
    {
        IDataView view = _context.Data.LoadFromTsFile(Folders.Data(file));
        return [.. view.GetColumn<float[]>("Series").Zip(view.GetColumn<string>("Label"),
            (series, label) => new SeriesRow { Series = series, Label = label })];
    }

    private TransformerChain<MulticlassPredictionTransformer<RidgeMulticlassModelParameters>> Fit(
        string featurizer, IReadOnlyList<SeriesRow> rows, params int[] dimensions)
        => _context.Transforms.Conversion.MapValueToKey("Label")
            .Append(ExplainedPipelines.Featurizer(_context, featurizer))
            .Append(_context.MulticlassClassification.Trainers.Ridge()).Fit(SineWaves.View(_context, rows, dimensions));

    // Noise in two channels; class c1 has a bump of 16 points.
    private static List<SeriesRow> Bumps(int count, int seed, int start, int channel)
    {
        var random = new Random(seed);
        var rows = new List<SeriesRow>();
        for (int i = 0; i < count; i++)
        {
            float[] series = [.. Enumerable.Range(0, 2 * Length)
                .Select(_ => (float)(0.5 * (random.NextDouble() + random.NextDouble() - 1)))];
            for (int t = start; i % 2 == 1 && t < start + 16; t++)
                series[channel * Length + t] += 2 * MathF.Sin(MathF.PI * (t - start + 0.5f) / 16);
            rows.Add(new SeriesRow { Series = series, Label = $"c{i % 2}" });
        }

        return rows;
    }

    // A bump, a step up or a step down of some 20 points, anywhere in noise.
    private static List<SeriesRow> Single(int count, int seed)
    {
        var random = new Random(seed);
        var rows = new List<SeriesRow>();
        for (int i = 0; i < count; i++)
        {
            float[] series = [.. Enumerable.Range(0, Length)
                .Select(_ => (float)(0.4 * (random.NextDouble() + random.NextDouble() - 1)))];
            int start = random.Next(10, Length - 40);
            for (int t = 0; t < 24; t++)
                series[start + t] +=
                    (i % 3) switch { 0 => 2 * MathF.Sin(MathF.PI * t / 24), 1 => 2 * t / 24f, _ => 2 * (24 - t) / 24f };
            rows.Add(new SeriesRow { Series = series, Label = $"c{i % 3}" });
        }

        return rows;
    }
}

using Microsoft.ML.SeqConv.Kernels;
using Xunit;

// Outside of the library's namespace: the code of the page is that of a program.
namespace NumericCore.Documentation;

/// <summary>The code of docs/numeric-core.md, run.</summary>
public class NumericCoreDocTests
{
    [Fact]
    public void Fit_score_and_attribute_without_ml_net()
    {
        float[][] train = [.. Enumerable.Range(0, 40).Select(i => Wave(i, isSquare: i % 2 == 0))];
        double[] targets = [.. train.Select((_, i) => i % 2 == 0 ? 1.0 : -1.0)];
        float[] unknown = Wave(100, isSquare: true);

        // <numeric-core>
        var settings = new MiniRocketSettings { NumberOfFeatures = 840 };
        MiniRocketModel model = MiniRocket.Fit(new SeriesSet(train), settings, seed: 1);

        using var features = new FeatureMatrix(model.NumberOfFeatures);
        FeaturizerWorker worker = model.CreateWorker();
        foreach (float[] series in train)
            worker.Transform(series, features.AddRow());

        RidgeSolution solution = Ridge.Solve(features, targets, exampleWeights: default, new RidgeSettings());
        LinearModel head = LinearModel.From(solution);

        var row = new float[model.NumberOfFeatures];
        var decision = new double[1];
        worker.Transform(unknown, row);
        head.Score(row, decision);                              // above 0: the class whose target is +1

        var contributions = new double[unknown.Length];         // the attribution of each point
        double rest = model.Attribute(unknown, Array.ConvertAll(head.Coefficients.ToArray(), value => (double)value),
            contributions);
        // </numeric-core>

        Assert.True(decision[0] > 0);
        Assert.Equal(decision[0] - head.Intercepts[0], rest + contributions.Sum(), 1e-4);
    }

    private static float[] Wave(int phase, bool isSquare) => [.. Enumerable.Range(0, 60).Select(t =>
    {
        double value = Math.Sin(0.4 * t + phase);
        return (float)(isSquare ? Math.Sign(value) : value);
    })];
}

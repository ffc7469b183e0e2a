using Microsoft.ML.Calibrators;
using Microsoft.ML.Data;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.Linear;

/// <summary>An ensemble of one column predicts as the ridge of that column does.</summary>
public class RidgeEnsembleOneBlockTests
{
    private readonly MLContext _context = new(1);

    /// <summary>A fusion, and how much the features say of the class: all, a little or nothing.</summary>
    public static TheoryData<EnsembleFusion, float> Cases => new()
    {
        { EnsembleFusion.Linear, 1 },
        { EnsembleFusion.Linear, 0.2f },
        { EnsembleFusion.Linear, 0 },
        { EnsembleFusion.Probabilities, 1 },
        { EnsembleFusion.Probabilities, 0.2f },
        { EnsembleFusion.Probabilities, 0 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Of_several_classes(EnsembleFusion fusion, float signal)
    {
        for (int seed = 1; seed <= 20; seed++)
        {
            IDataView data = Data(signal, seed);
            MulticlassPredictionTransformer<RidgeMulticlassModelParameters> ridge =
                _context.MulticlassClassification.Trainers.Ridge("Label", "Poor").Fit(data);
            TransformerChain<MulticlassPredictionTransformer<RidgeEnsembleMulticlassModelParameters>> ensemble =
                _context.MulticlassClassification.Trainers.RidgeEnsemble(
                    new RidgeEnsembleMulticlassTrainer.Options { FeatureColumnNames = ["Poor"], Fusion = fusion })
                    .Fit(data);
            IDataView expected = ridge.Transform(data);
            IDataView actual = ensemble.Transform(data);
            Assert.Equal(expected.GetColumn<uint>("PredictedLabel"), actual.GetColumn<uint>("PredictedLabel"));
            foreach ((float[] one, float[] other) in expected.GetColumn<float[]>("Score")
                .Zip(actual.GetColumn<float[]>("Score")))
                Assert.Equal(Order(one), Order(other));
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Of_two_classes(EnsembleFusion fusion, float signal)
    {
        for (int seed = 1; seed <= 20; seed++)
        {
            IDataView data = Data(signal, seed);
            IDataView expected =
                _context.BinaryClassification.Trainers.Ridge("Flag", "Poor").Fit(data).Transform(data);
            IDataView actual = _context.BinaryClassification.Trainers.RidgeEnsemble(
                new RidgeEnsembleBinaryTrainer.Options
                {
                    LabelColumnName = "Flag",
                    FeatureColumnNames = ["Poor"],
                    Fusion = fusion,
                }).Fit(data).Transform(data);
            Assert.Equal(expected.GetColumn<bool>("PredictedLabel"), actual.GetColumn<bool>("PredictedLabel"));
            Assert.Equal(Order([.. expected.GetColumn<float>("Score")]), Order([.. actual.GetColumn<float>("Score")]));
            foreach ((float one, float other) in expected.GetColumn<float>("Probability")
                .Zip(actual.GetColumn<float>("Probability")))
                Assert.Equal(one, other, 1e-4);
        }
    }

    [Fact]
    public void Of_numbers()
    {
        IDataView data = Data(signal: 1, seed: 1);
        Assert.Equal(
            _context.Regression.Trainers.Ridge("Target", "Poor").Fit(data).Transform(data).GetColumn<float>("Score"),
            _context.Regression.Trainers.RidgeEnsemble("Target", "Poor").Fit(data).Transform(data)
                .GetColumn<float>("Score"));
    }

    // Decision values are those of ridge over the temperature of the block; where they say something of the classes,
    // nothing is added.
    [Fact]
    public void Decision_values_are_those_of_the_column_over_its_temperature()
    {
        IDataView data = Data(signal: 1, seed: 1);
        RidgeMulticlassModelParameters ridge =
            _context.MulticlassClassification.Trainers.Ridge("Label", "Poor").Fit(data).Model;
        RidgeEnsembleMulticlassModelParameters ensemble =
            _context.MulticlassClassification.Trainers.RidgeEnsemble("Label", "Poor").Fit(data).LastTransformer.Model;
        Assert.Equal(1, ensemble.Blocks[0].Weight);
        var one = new double[3];
        var other = new double[3];
        foreach (float[] features in data.GetColumn<float[]>("Poor"))
        {
            ridge.GetDecisionValues(features, one);
            ensemble.GetDecisionValues(features, other);
            for (int k = 0; k < 3; k++)
                Assert.Equal(one[k] / ensemble.Blocks[0].Temperature!.Value, other[k], 1e-5);
        }
    }

    // Classes with three, two and one sixth of the rows.
    private IDataView Data(float signal, int seed)
    {
        List<BlockRow> rows = BlockRow.Make(60, seed: seed);
        var random = new Random(seed);
        for (int i = 0; i < rows.Count; i++)
        {
            int label = i % 6 < 3 ? 0 : i % 6 < 5 ? 1 : 2;
            rows[i].Poor = [.. Enumerable.Range(0, BlockRow.NumberOfPoor)
                .Select(j => (float)(2 * random.NextDouble() - 1) + (j == label ? signal : 0))];
            rows[i].Class = $"c{label}";
            rows[i].Flag = label == 0;
            rows[i].Target = label;
        }

        return BlockRow.View(_context, rows);
    }

    private static int[] Order(float[] scores)
        => [.. Enumerable.Range(0, scores.Length).OrderBy(i => scores[i]).ThenBy(i => i)];
}

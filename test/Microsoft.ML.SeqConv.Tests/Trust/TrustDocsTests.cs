using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.TestKit;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.Trust;

/// <summary>The code of docs/trust.md.</summary>
public class TrustDocsTests
{
    [Fact]
    public void Prediction_sets_without_held_out_rows()
    {
        var mlContext = new MLContext(seed: 1);
        IDataView train = ConformalSample.View(mlContext, 120);
        IDataView test = ConformalSample.View(mlContext, 300, seed: 2);

        // <prediction-sets>
        ITransformer model = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.MulticlassClassification.Trainers.SequenceEnsemble("Label", "Series"))
            .Append(mlContext.MulticlassClassification.Conformal(significance: 0.1))
            .Fit(train);
        IDataView scored = model.Transform(test);
        bool[][] sets = [.. scored.GetColumn<bool[]>("PredictionSet")];     // [row][class]
        // </prediction-sets>

        // <evaluate-trust>
        TrustMetrics metrics = mlContext.MulticlassClassification.EvaluateTrust(scored);
        Console.WriteLine($"calibration error {metrics.ExpectedCalibrationError:F3}, "
            + $"{metrics.PredictionSets!.Coverage:P1} of the sets hold the class, "
            + $"{metrics.PredictionSets.MeanSize:F2} classes on average");
        // </evaluate-trust>

        Assert.Equal(300, sets.Length);
        Assert.InRange(metrics.PredictionSets.Coverage, 0.8, 1);
    }

    [Fact]
    public void Intervals_of_a_regression()
    {
        var mlContext = new MLContext(seed: 1);
        IDataView train = Numbers(60, seed: 1);
        IDataView test = Numbers(40, seed: 2);

        // <intervals>
        ITransformer model = mlContext.Transforms.MiniRocket("Features", "Series")
            .Append(mlContext.Regression.Trainers.Ridge())
            .Append(mlContext.Regression.Conformal(significance: 0.1))
            .Fit(train);
        IDataView scored = model.Transform(test);       // with LowerBound and UpperBound beside Score
        // </intervals>

        Assert.All(scored.GetColumn<float>("LowerBound").Zip(scored.GetColumn<float>("UpperBound")),
            bounds => Assert.True(bounds.First < bounds.Second));

        IDataView Numbers(int count, int seed)
        {
            IDataView rows = ConformalSample.View(mlContext, count, seed);
            return mlContext.Transforms.CopyColumns("Label", "Target").Fit(rows).Transform(rows);
        }
    }

    [Fact]
    public void Prediction_sets_of_any_trainer_from_held_out_rows()
    {
        var mlContext = new MLContext(seed: 1);
        IDataView train = ConformalSample.View(mlContext, 60);
        IDataView heldOut = ConformalSample.View(mlContext, 100, seed: 3);

        // <calibrate-on-rows>
        ITransformer classifier = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.Transforms.MiniRocket("Features", "Series"))
            .Append(mlContext.MulticlassClassification.Trainers.LbfgsMaximumEntropy())
            .Fit(train);
        ITransformer sets = mlContext.MulticlassClassification.Conformal(new ConformalClassificationEstimator.Options
        {
            Calibration = ConformalCalibration.Rows,
            Significance = 0.1,
            Rejection = ConformalRejection.Risk,
            MaxRisk = 0.02,             // of the rows that are answered, on the calibration rows
        }).Fit(classifier.Transform(heldOut));
        ITransformer model = classifier.Append(sets);
        // </calibrate-on-rows>

        Assert.Contains(model.Transform(heldOut).Schema, column => column.Name == "IsRejected");
    }
}

using Microsoft.ML.SeqConv.TestKit;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests;

/// <summary>The code in docs/large-data.md is compiled and run here, and is what the document says.</summary>
public class LargeDataTests
{
    [Fact]
    public void Minibatches()
    {
        var mlContext = new MLContext(seed: 1);
        IDataView train = SineWaves.View(mlContext, SineWaves.Make(300, 50), 50);

        // <minibatches>
        var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.Transforms.MiniRocket("Features", "Series", seed: 1))
            .Append(mlContext.MulticlassClassification.Trainers.MinibatchLogisticRegression(
                new MinibatchLogisticRegressionTrainer.Options
                {
                    NumberOfEpochs = 2,
                    Seed = 1,
                    CheckpointFolder = "checkpoints",
                    ResumeFrom = "checkpoints",
                }));

        var model = pipeline.Fit(train);
        Console.WriteLine($"validation accuracy {model.LastTransformer.Model.ValidationAccuracy:P1}");
        // </minibatches>

        Assert.InRange(mlContext.MulticlassClassification.Evaluate(
            model.Transform(SineWaves.View(mlContext, SineWaves.Make(30, 50, seed: 2), 50))).MicroAccuracy, 0.9, 1);
        Directory.Delete("checkpoints", recursive: true);
    }
}

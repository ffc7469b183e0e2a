using Microsoft.ML.SeqConv.TestKit;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.Linear;

/// <summary>Logistic regression on minibatches as an ML.NET component, behind a featurizer.</summary>
public class MinibatchComponentTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(2048)]
    public void All_checks(int cacheMegabytes) => ComponentChecks.All(
        context => context.Transforms.Conversion.MapValueToKey("LabelKey", "Label")
            .Append(context.Transforms.MiniRocket("Features", "Series", numberOfFeatures: 500, seed: 1))
            .Append(context.MulticlassClassification.Trainers.MinibatchLogisticRegression(
                new MinibatchLogisticRegressionTrainer.Options
                {
                    LabelColumnName = "LabelKey",
                    ExampleWeightColumnName = "Weight",
                    BatchSize = 4,
                    ChunkSize = 8,
                    CacheMegabytes = cacheMegabytes,
                    NumberOfEpochs = 5,
                })),
        SineWaves.Make(30, 40), 40);
}

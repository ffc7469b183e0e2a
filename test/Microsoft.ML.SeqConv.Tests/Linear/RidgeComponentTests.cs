using Microsoft.ML.SeqConv.TestKit;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.Linear;

/// <summary>The ridge trainers as ML.NET components, behind a featurizer.</summary>
public class RidgeComponentTests
{
    [Fact]
    public void Multiclass() => ComponentChecks.All(
        context => context.Transforms.Conversion.MapValueToKey("LabelKey", "Label").Append(Featurizer(context))
            .Append(context.MulticlassClassification.Trainers.Ridge("LabelKey")),
        SineWaves.Make(30, 40), 40);

    [Fact]
    public void Binary()
        => ComponentChecks.All(
            context => Featurizer(context).Append(context.BinaryClassification.Trainers.Ridge("Flag")),
            SineWaves.Make(30, 40), 40);

    [Fact]
    public void Regression() => ComponentChecks.All(
        context => Featurizer(context).Append(context.Regression.Trainers.Ridge("Target",
            exampleWeightColumnName: "Weight")), SineWaves.Make(30, 40), 40);

    private static MiniRocketEstimator Featurizer(MLContext context)
        => context.Transforms.MiniRocket("Features", "Series", numberOfFeatures: 500, seed: 1);
}

using Microsoft.ML.SeqConv.TestKit;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.Linear;

/// <summary>The ridge ensembles as ML.NET components, behind two featurizers.</summary>
public class RidgeEnsembleComponentTests
{
    public static TheoryData<EnsembleFusion> Fusions => [.. Enum.GetValues<EnsembleFusion>()];

    [Theory]
    [MemberData(nameof(Fusions))]
    public void Multiclass(EnsembleFusion fusion) => ComponentChecks.All(
        context => context.Transforms.Conversion.MapValueToKey("LabelKey", "Label").Append(Featurizers(context))
            .Append(context.MulticlassClassification.Trainers.RidgeEnsemble(
                new RidgeEnsembleMulticlassTrainer.Options
                {
                    LabelColumnName = "LabelKey",
                    FeatureColumnNames = ["MiniRocket", "Hydra"],
                    Fusion = fusion,
                })),
        SineWaves.Make(30, 40), 40);

    [Theory]
    [MemberData(nameof(Fusions))]
    public void Binary(EnsembleFusion fusion) => ComponentChecks.All(
        context => Featurizers(context).Append(context.BinaryClassification.Trainers.RidgeEnsemble(
            new RidgeEnsembleBinaryTrainer.Options
            {
                LabelColumnName = "Flag",
                FeatureColumnNames = ["MiniRocket", "Hydra"],
                Fusion = fusion,
            })), SineWaves.Make(30, 40), 40);

    [Fact]
    public void Regression() => ComponentChecks.All(
        context => Featurizers(context).Append(context.Regression.Trainers.RidgeEnsemble(
            new RidgeEnsembleRegressionTrainer.Options
            {
                LabelColumnName = "Target",
                FeatureColumnNames = ["MiniRocket", "Hydra"],
                ExampleWeightColumnName = "Weight",
            })), SineWaves.Make(30, 40), 40);

    [Fact]
    public void One_column() => ComponentChecks.All(
        context => context.Transforms.MiniRocket("Features", "Series", numberOfFeatures: 500, seed: 1)
            .Append(context.BinaryClassification.Trainers.RidgeEnsemble("Flag", "Features")),
        SineWaves.Make(30, 40), 40);

    private static IEstimator<ITransformer> Featurizers(MLContext context)
        => context.Transforms.MiniRocket("MiniRocket", "Series", numberOfFeatures: 500, seed: 1)
            .Append(context.Transforms.Hydra("Hydra", "Series", numberOfGroups: 4, seed: 1));
}

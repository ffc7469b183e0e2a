using Microsoft.ML.SeqConv.TestKit;
using Xunit;

namespace Microsoft.ML.SeqConv.Torch.Tests.Trainers;

/// <summary>
/// The networks over series as ML.NET components. Single precision sums in another order for another batch,
/// hence the tolerance.
/// </summary>
public class SeriesNetworkComponentTests
{
    private const double Tolerance = 1e-4;

    [Fact]
    public void InceptionTime_multiclass()
        => ComponentChecks.AllWithin(Tolerance,
            context => Keyed(context, context.MulticlassClassification.Trainers.InceptionTime(Small())),
            SineWaves.Make(24, 30), 30);

    [Fact]
    public void InceptionTime_multivariate_with_validation() => ComponentChecks.AllWithin(
        Tolerance, context => Keyed(context, context.MulticlassClassification.Trainers.InceptionTime(
            Small(options => options.ValidationFraction = 0.25))), SineWaves.Make(24, 30, channels: 3), 3, 30);

    [Fact]
    public void InceptionTime_ragged() => ComponentChecks.AllWithin(
        Tolerance, context => Keyed(context, context.MulticlassClassification.Trainers.InceptionTime(Small())),
        SineWaves.Make(24, 30, ragged: true));

    [Fact]
    public void InceptionTime_regression() => ComponentChecks.AllWithin(
        Tolerance, context => context.Regression.Trainers.InceptionTime(
            Small(options => options.LabelColumnName = "Target")), SineWaves.Make(24, 30), 30);

    [Fact]
    public void Fcn_separable() => ComponentChecks.AllWithin(
        Tolerance,
        context => Keyed(context, context.MulticlassClassification.Trainers.Fcn(new FcnTrainer.Options
        {
            LabelColumnName = "LabelKey",
            ExampleWeightColumnName = "Weight",
            NumberOfEpochs = 2,
            NumberOfFilters = 4,
            Convolution = ConvolutionKind.DepthwiseSeparable,
        })),
        SineWaves.Make(24, 30), 30);

    [Fact]
    public void ResNet_regression() => ComponentChecks.AllWithin(
        Tolerance, context => context.Regression.Trainers.ResNet(
            new ResNetTrainer.Options { LabelColumnName = "Target", NumberOfEpochs = 2, NumberOfFilters = 4 }),
        SineWaves.Make(24, 30, ragged: true));

    internal static InceptionTimeTrainer.Options Small(Action<InceptionTimeTrainer.Options>? change = null)
    {
        var options = new InceptionTimeTrainer.Options
        {
            LabelColumnName = "LabelKey",
            NumberOfEpochs = 2,
            NumberOfNetworks = 2,
            NumberOfFilters = 4,
            KernelSize = 8,
            Bottleneck = 4,
            Depth = 3,
            BatchSize = 8
        };
        change?.Invoke(options);
        return options;
    }

    private static IEstimator<ITransformer> Keyed(MLContext context, IEstimator<ITransformer> trainer)
        => context.Transforms.Conversion.MapValueToKey("LabelKey", "Label").Append(trainer);
}

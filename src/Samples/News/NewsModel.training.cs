using Microsoft.ML.Data;

namespace Microsoft.ML.SeqConv.Samples.News;

/// <summary>Training of the news model: what goes in, the network and the baseline.</summary>
internal static partial class NewsModel
{
    private const string LabelKey = "LabelKey";

    /// <summary>The options of the network.</summary>
    public static VdcnnTrainer.Options Network(NewsSettings settings) => new()
    {
        LabelColumnName = LabelKey,
        Depth = settings.Depth,
        MaxLength = settings.Length,
        NumberOfEpochs = settings.Epochs,
        BatchSize = settings.BatchSize,
        Convolution = settings.Separable ? ConvolutionKind.DepthwiseSeparable : ConvolutionKind.Full,
        ValidationFraction = 0.05,
        Dropout = 0.2,                  // for thousands of texts; the paper has hundreds of thousands, and none
        LabelSmoothing = 0.1,
        ClipNorm = 5,                   // the first steps of such a network are steep
        Schedule = LearningRateSchedule.Cosine(),
        Seed = settings.Seed,
    };

    /// <summary>Labels become keys, Vdcnn learns from characters, and the predicted key becomes text again.</summary>
    public static IEstimator<ITransformer> Pipeline(MLContext context, NewsSettings settings)
        => Between(context, context.MulticlassClassification.Trainers.Vdcnn(Network(settings)));

    /// <summary>Bags of words and pairs of words, and logistic regression.</summary>
    public static IEstimator<ITransformer> Baseline(MLContext context) => Between(
        context,
        context.Transforms.Text.FeaturizeText("Features", nameof(ModelInput.Text))
            .Append(context.MulticlassClassification.Trainers.LbfgsMaximumEntropy(LabelKey)));

    /// <summary>Accuracy of texts that were not learned from.</summary>
    public static MulticlassClassificationMetrics Evaluate(MLContext context, ITransformer model, IDataView test)
        => context.MulticlassClassification.Evaluate(model.Transform(test), LabelKey);

    private static EstimatorChain<Transforms.KeyToValueMappingTransformer> Between(
        MLContext context, IEstimator<ITransformer> learn)
        => context.Transforms.Conversion.MapValueToKey(LabelKey, nameof(ModelInput.Label)).Append(learn)
            .Append(context.Transforms.Conversion.MapKeyToValue(nameof(ModelOutput.Prediction), "PredictedLabel"));
}

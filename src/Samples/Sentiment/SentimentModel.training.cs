using Microsoft.ML.Data;

namespace Microsoft.ML.SeqConv.Samples.Sentiment;

/// <summary>Training of the sentiment model: what goes in, and the pipeline.</summary>
internal static partial class SentimentModel
{
    private const string LabelKey = "LabelKey";

    /// <summary>The pipeline: labels become keys, TextCnn learns, and the predicted key becomes text again.</summary>
    /// <param name="context">The context.</param>
    /// <param name="vectorsFile">Word vectors to start from; <see langword="null"/>: they are drawn at random.</param>
    /// <param name="epochs">Passes over the training sentences.</param>
    public static IEstimator<ITransformer> Pipeline(MLContext context, string? vectorsFile, int epochs)
    {
        var options = new TextCnnTrainer.Options
        {
            LabelColumnName = LabelKey,
            NumberOfEpochs = epochs,
            BestBy = BestEpoch.Loss,        // the accuracy of few validation sentences says little
            Variant = vectorsFile is null ? TextCnnVariant.Rand : TextCnnVariant.NonStatic,
            VectorsFile = vectorsFile,
        };
        return context.Transforms.Conversion.MapValueToKey(LabelKey, nameof(ModelInput.Label))
            .Append(context.MulticlassClassification.Trainers.TextCnn(options))
            .Append(context.Transforms.Conversion.MapKeyToValue(nameof(ModelOutput.Prediction), "PredictedLabel"));
    }

    /// <summary>Accuracy and log loss of sentences that were not learned from.</summary>
    public static MulticlassClassificationMetrics Evaluate(MLContext context, ITransformer model, IDataView test)
        => context.MulticlassClassification.Evaluate(model.Transform(test), LabelKey);
}

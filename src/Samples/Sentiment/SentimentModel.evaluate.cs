using Microsoft.ML.Data;

namespace Microsoft.ML.SeqConv.Samples.Sentiment;

/// <summary>Quality of the model.</summary>
public partial class SentimentModel
{
    /// <summary>Accuracy, log loss and the confusion matrix of sentences that were not learned from.</summary>
    public static MulticlassClassificationMetrics Evaluate(MLContext mlContext, ITransformer model, IDataView testData)
        => mlContext.MulticlassClassification.Evaluate(model.Transform(testData));
}

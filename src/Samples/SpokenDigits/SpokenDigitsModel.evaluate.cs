using Microsoft.ML.Data;

namespace Microsoft.ML.SeqConv.Samples.SpokenDigits;

/// <summary>Quality of the model.</summary>
public partial class SpokenDigitsModel
{
    /// <summary>Accuracy, log loss and the confusion matrix of recordings that were not learned from.</summary>
    public static MulticlassClassificationMetrics Evaluate(MLContext mlContext, ITransformer model, IDataView testData)
        => mlContext.MulticlassClassification.Evaluate(model.Transform(testData));
}

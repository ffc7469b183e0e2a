using Microsoft.ML.Data;

namespace Microsoft.ML.SeqConv.Samples.Series;

/// <summary>Quality of the model.</summary>
public partial class SeriesClassificationModel
{
    /// <summary>Accuracy, log loss and the confusion matrix of series that were not learned from.</summary>
    public static MulticlassClassificationMetrics Evaluate(MLContext mlContext, ITransformer model, IDataView testData)
        => mlContext.MulticlassClassification.Evaluate(model.Transform(testData));
}

using Microsoft.ML.Data;

namespace Microsoft.ML.SeqConv.Samples.Series;

/// <summary>Quality of the model.</summary>
public partial class SeriesRegressionModel
{
    /// <summary>Errors and R squared on series that were not learned from.</summary>
    public static RegressionMetrics Evaluate(MLContext mlContext, ITransformer model, IDataView testData)
        => mlContext.Regression.Evaluate(model.Transform(testData));
}

namespace Microsoft.ML.SeqConv.Samples.Forecasting;

/// <summary>Quality of the model.</summary>
public partial class ForecastingModel
{
    /// <summary>
    /// Errors on the last year of a series that was not learned from, forecast from the three years before, beside the
    /// errors of the naive forecasts.
    /// </summary>
    public static ForecastEvaluation Evaluate(MLContext mlContext, ITransformer model, IDataView testData)
        => ((WaveNetForecastTransformer)model).Evaluate(testData);
}

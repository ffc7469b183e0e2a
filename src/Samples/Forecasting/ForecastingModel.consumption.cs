using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.Samples.ModelBuilder;

namespace Microsoft.ML.SeqConv.Samples.Forecasting;

/// <summary>Use of the model: the newest month in, the months to come out.</summary>
public partial class ForecastingModel
{
    /// <summary>A month.</summary>
    public class ModelInput
    {
        [ColumnName("Value")]
        public float Value { get; set; }
    }

    /// <summary>The months to come, one value a month.</summary>
    public class ModelOutput
    {
        /// <summary>Medians.</summary>
        [ColumnName("Value")]
        public float[] Value { get; set; } = [];

        /// <summary>Lower ends of the interval of 90 %.</summary>
        [ColumnName("Value_LB")]
        public float[] ValueLowerBound { get; set; } = [];

        /// <summary>Upper ends of the interval of 90 %.</summary>
        [ColumnName("Value_UB")]
        public float[] ValueUpperBound { get; set; } = [];
    }

    private static string MLNetModelPath => Path.GetFullPath("ForecastingModel.mlnet");

    /// <summary>
    /// Made at its first use, from the model in the current folder, which remembers the last months of training. One
    /// thread at a time may use it.
    /// </summary>
    public static readonly Lazy<ForecastEngine> PredictEngine = new(() => CreatePredictEngine(), true);

    /// <summary>Forecasts the months after the last one.</summary>
    /// <param name="input">The month after the last one, once it is known; the engine remembers it.</param>
    public static ModelOutput Predict(ModelInput? input = null)
    {
        if (input is not null)
            PredictEngine.Value.Update(input.Value);
        Forecast forecast = PredictEngine.Value.Predict();
        return new ModelOutput
        {
            Value = forecast.Median.ToArray(),
            ValueLowerBound = forecast.Lower.ToArray(),
            ValueUpperBound = forecast.Upper.ToArray()
        };
    }

    private static ForecastEngine CreatePredictEngine()
        => ((WaveNetForecastTransformer)ModelFile.Load(new MLContext(), MLNetModelPath, out _)).CreateEngine();
}

using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.Samples.ModelBuilder;

namespace Microsoft.ML.SeqConv.Samples.Series;

/// <summary>Use of the model: a series in, a number out.</summary>
public partial class SeriesRegressionModel
{
    /// <summary>What goes in.</summary>
    public class ModelInput
    {
        /// <summary>The points.</summary>
        [ColumnName("Series")]
        [VectorType]
        public float[] Series { get; set; } = [];

        [ColumnName("Label")]
        public float Label { get; set; }
    }

    /// <summary>What comes out.</summary>
    public class ModelOutput
    {
        [ColumnName("Score")]
        public float Score { get; set; }
    }

    private static string MLNetModelPath => Path.GetFullPath("SeriesRegressionModel.mlnet");

    /// <summary>Made at its first use, from the model in the current folder. One thread at a time may use it.</summary>
    public static readonly Lazy<PredictionEngine<ModelInput, ModelOutput>> PredictEngine = new(
        () => ModelFile.CreateEngine<ModelInput, ModelOutput>(MLNetModelPath), true);

    /// <summary>Predicts one row.</summary>
    public static ModelOutput Predict(ModelInput input) => PredictEngine.Value.Predict(input);
}

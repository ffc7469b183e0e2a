using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.Samples.ModelBuilder;

namespace Microsoft.ML.SeqConv.Samples.SpokenDigits;

/// <summary>Use of the model: a recording in, the digit and the probabilities of all digits out.</summary>
public partial class SpokenDigitsModel
{
    /// <summary>What goes in.</summary>
    public class ModelInput
    {
        [ColumnName("Label")]
        public string Label { get; set; } = "";

        /// <summary>Samples from -1 to 1, at the sample rate of training.</summary>
        [ColumnName("Audio")]
        [VectorType]
        public float[] Audio { get; set; } = [];
    }

    /// <summary>What comes out.</summary>
    public class ModelOutput
    {
        [ColumnName("PredictedLabel")]
        public string PredictedLabel { get; set; } = "";

        /// <summary>Probabilities, in the order in which the labels were met in training.</summary>
        [ColumnName("Score")]
        public float[] Score { get; set; } = [];
    }

    private static string MLNetModelPath => Path.GetFullPath("SpokenDigitsModel.mlnet");

    /// <summary>Made at its first use, from the model in the current folder. One thread at a time may use it.</summary>
    public static readonly Lazy<PredictionEngine<ModelInput, ModelOutput>> PredictEngine = new(
        () => ModelFile.CreateEngine<ModelInput, ModelOutput>(MLNetModelPath), true);

    /// <summary>Predicts one row.</summary>
    public static ModelOutput Predict(ModelInput input) => PredictEngine.Value.Predict(input);

    /// <summary>All labels of one row, the likeliest first.</summary>
    public static IOrderedEnumerable<KeyValuePair<string, float>> PredictAllLabels(ModelInput input)
        => GetSortedScoresWithLabels(Predict(input));

    /// <summary>The labels that the scores of a prediction belong to, the likeliest first.</summary>
    public static IOrderedEnumerable<KeyValuePair<string, float>> GetSortedScoresWithLabels(ModelOutput result)
        => SortedScores.Of(PredictEngine.Value.OutputSchema, result.Score);
}

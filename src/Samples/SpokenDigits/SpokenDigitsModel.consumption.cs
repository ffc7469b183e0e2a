using Microsoft.ML.Data;

namespace Microsoft.ML.SeqConv.Samples.SpokenDigits;

/// <summary>Use of the model: a WAV file in, the digit and its probabilities out.</summary>
internal static partial class SpokenDigitsModel
{
    /// <summary>Predicts recordings by a saved model.</summary>
    public static IReadOnlyList<ModelOutput> Predict(string modelFile, IEnumerable<string> wavFiles)
    {
        var context = new MLContext();
        ITransformer model = context.Model.Load(modelFile, out _);
        using PredictionEngine<ModelInput, ModelOutput> engine = context.Model.CreatePredictionEngine<ModelInput, ModelOutput>(model);
        return [.. wavFiles.Select(file => engine.Predict(new ModelInput { Audio = WaveFile.Read(file).Samples }))];
    }

    public sealed class ModelInput
    {
        public string Label { get; set; } = "";

        [VectorType]
        public float[] Audio { get; set; } = [];
    }

    public sealed class ModelOutput
    {
        public string Prediction { get; set; } = "";

        public float[] Score { get; set; } = [];
    }
}

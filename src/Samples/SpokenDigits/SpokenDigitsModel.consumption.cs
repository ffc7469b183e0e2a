using Microsoft.ML.Data;

namespace Microsoft.ML.SeqConv.Samples.SpokenDigits;

/// <summary>Use of the model: samples in, the digit and its probabilities out.</summary>
internal static partial class SpokenDigitsModel
{
    /// <summary>Predicts recordings by a saved model.</summary>
    /// <param name="modelFile">The model.</param>
    /// <param name="recordings">Samples, at the sample rate of training.</param>
    public static IReadOnlyList<ModelOutput> Predict(string modelFile, IEnumerable<float[]> recordings)
    {
        var context = new MLContext();
        ITransformer model = context.Model.Load(modelFile, out _);
        using PredictionEngine<ModelInput, ModelOutput> engine = context.Model.CreatePredictionEngine<ModelInput, ModelOutput>(model);
        return [.. recordings.Select(samples => engine.Predict(new ModelInput { Audio = samples }))];
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

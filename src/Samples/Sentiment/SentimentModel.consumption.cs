namespace Microsoft.ML.SeqConv.Samples.Sentiment;

/// <summary>Use of the sentiment model: one sentence in, its class and probabilities out.</summary>
internal static partial class SentimentModel
{
    /// <summary>Predicts sentences by a saved model.</summary>
    public static IReadOnlyList<ModelOutput> Predict(string modelFile, IEnumerable<ModelInput> sentences)
    {
        var context = new MLContext();
        ITransformer model = context.Model.Load(modelFile, out DataViewSchema schema);
        using PredictionEngine<ModelInput, ModelOutput> engine = context.Model.CreatePredictionEngine<ModelInput, ModelOutput>(model, schema);
        return [.. sentences.Select(engine.Predict)];
    }

    public sealed class ModelInput
    {
        public string Label { get; set; } = "";

        public string Text { get; set; } = "";
    }

    public sealed class ModelOutput
    {
        public string Prediction { get; set; } = "";

        public float[] Score { get; set; } = [];
    }
}

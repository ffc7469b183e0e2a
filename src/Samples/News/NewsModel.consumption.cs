namespace Microsoft.ML.SeqConv.Samples.News;

/// <summary>Use of the news model: one text in, its class and probabilities out.</summary>
internal static partial class NewsModel
{
    /// <summary>Predicts texts by a saved model.</summary>
    public static IReadOnlyList<ModelOutput> Predict(string modelFile, IEnumerable<ModelInput> texts)
    {
        var context = new MLContext();
        ITransformer model = context.Model.LoadChecked(modelFile, out _);
        using PredictionEngine<ModelInput, ModelOutput> engine =
            context.Model.CreatePredictionEngine<ModelInput, ModelOutput>(model);
        return [.. texts.Select(engine.Predict)];
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

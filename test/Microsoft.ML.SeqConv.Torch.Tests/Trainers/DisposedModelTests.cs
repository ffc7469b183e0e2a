using Microsoft.ML.SeqConv.TestKit;
using Xunit;

namespace Microsoft.ML.SeqConv.Torch.Tests.Trainers;

/// <summary>ML.NET's prediction engines dispose the model that they were made from.</summary>
public class DisposedModelTests
{
    [Fact]
    public void An_engine_a_request_works_where_the_engine_does_not_own_the_model()
    {
        (MLContext context, ITransformer model) = Trained();
        SeriesRow row = SineWaves.Make(1, 30)[0];
        for (int request = 0; request < 2; request++)
        {
            Answer answer;

            // <start-borrow>
            var borrowed = new PredictionEngineOptions { OwnsTransformer = false };
            using (var engine = context.Model.CreatePredictionEngine<SeriesRow, Answer>(model, borrowed))
                answer = engine.Predict(row);
            // </start-borrow>
            Assert.Equal(3, answer.Score.Length);
        }

        (model as IDisposable)?.Dispose();
    }

    [Fact]
    public void A_disposed_model_is_not_saved_as_an_empty_one()
    {
        (MLContext context, ITransformer model) = Trained();
        (model as IDisposable)?.Dispose();
        using var file = new MemoryStream();
        Exception error = Assert.ThrowsAny<Exception>(() => context.Model.Save(model, null, file)).GetBaseException();
        Assert.IsType<ObjectDisposedException>(error);
    }

    [Fact]
    public void A_model_that_an_engine_disposed_names_the_remedy()
    {
        (MLContext context, ITransformer model) = Trained();
        SeriesRow row = SineWaves.Make(1, 30)[0];
        using (PredictionEngine<SeriesRow, Answer> first =
            context.Model.CreatePredictionEngine<SeriesRow, Answer>(model))
            first.Predict(row);
        using PredictionEngine<SeriesRow, Answer> second =
            context.Model.CreatePredictionEngine<SeriesRow, Answer>(model);
        Exception error = Assert.ThrowsAny<Exception>(() => second.Predict(row)).GetBaseException();
        Assert.IsType<ObjectDisposedException>(error);
        Assert.StartsWith(
            "The model was disposed, and its weights are freed. A prediction engine disposes the model that it was "
            + "made from when it is disposed itself. Keep one engine for as long as "
            + "the model is used, or make engines with PredictionEngineOptions { OwnsTransformer = false }.",
            error.Message,
            StringComparison.Ordinal);
    }

    private static (MLContext Context, ITransformer Model) Trained()
    {
        var context = new MLContext(1);
        IDataView data = SineWaves.View(context, SineWaves.Make(12, 30), 30);
        var trainer = context.MulticlassClassification.Trainers.InceptionTime(
            SeriesNetworkComponentTests.Small(options => options.NumberOfEpochs = 1));
        return (context, context.Transforms.Conversion.MapValueToKey("LabelKey", "Label").Append(trainer).Fit(data));
    }

    private sealed class Answer
    {
        public float[] Score { get; set; } = [];
    }
}

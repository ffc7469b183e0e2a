using System.Diagnostics;
using Microsoft.ML.SeqConv.Samples.Serving.Input;
using Microsoft.ML.SeqConv.Samples.Serving.Models;

namespace Microsoft.ML.SeqConv.Samples.Serving.Http;

/// <summary>The answer for a list of series.</summary>
internal sealed record BatchAnswer(IReadOnlyList<Prediction> Predictions, double Milliseconds);

/// <summary>POST /predict: series as JSON, as CSV or as a recording; predictions as JSON.</summary>
internal sealed class PredictEndpoint(
    ServedModel model, ServingOptions limits, ScoringGate gate, ServingMetrics metrics)
{
    private const string Json = "application/json";
    private const string Csv = "text/csv";
    private const string Wave = "audio/wav";
    private const string WaveOfOldPrograms = "audio/x-wav";

    private readonly SeriesRules _rules = new(model.Scorer, limits);

    public async Task<IResult> HandleAsync(HttpContext context)
    {
        string type = RequestBody.MediaType(context.Request, Json, Csv, Wave, WaveOfOldPrograms);
        byte[] body = await RequestBody.ReadAsync(context, limits);
        using IDisposable turn = await gate.EnterAsync(context.RequestAborted);
        PostedSeries posted = type switch
        {
            Json => JsonSeriesReader.Read(body),
            Csv => new PostedSeries([CsvSeriesReader.Read(body)], false),
            _ => new PostedSeries([WaveSeriesReader.Read(body, "recording", model, limits)], false),
        };
        _rules.Check(posted);
        long start = Stopwatch.GetTimestamp();
        Prediction[] predictions = Score(posted, context.RequestAborted);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        metrics.Scored(predictions.Length, elapsed);
        double milliseconds = Math.Round(elapsed.TotalMilliseconds, 3);
        return posted.IsBatch
            ? Results.Json(new BatchAnswer(predictions, milliseconds), ServingJson.Options)
            : Results.Json(predictions[0] with { Milliseconds = milliseconds }, ServingJson.Options);
    }

    private Prediction[] Score(PostedSeries posted, CancellationToken cancellation)
    {
        SequencePrediction[] scored = model.Scorer.Score(
            [.. posted.Series.Select(series => series.In(model.Scorer.Layout))], cancellation);
        for (int i = 0; i < scored.Length; i++)
        {
            // Numbers that a network's sums overflow with.
            if (!scored[i].Scores.All(float.IsFinite))
            {
                throw new ProblemException(new Problem("value", StatusCodes.Status422UnprocessableEntity,
                    $"The result of {posted.NameOf(i)}", "no finite number", "its values are too large for the model",
                    "Scale them as in training."));
            }
        }

        return [.. scored.Select(prediction => Prediction.Of(prediction, model.Scorer.Classes))];
    }
}

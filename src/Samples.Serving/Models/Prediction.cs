namespace Microsoft.ML.SeqConv.Samples.Serving.Models;

/// <summary>What is answered of one series.</summary>
/// <param name="Label">The predicted class; <see langword="null"/> for regression.</param>
/// <param name="Probabilities">By class, where the scores are probabilities.</param>
/// <param name="Scores">By class, where they are not.</param>
/// <param name="DecisionValues">By class, of ridge.</param>
/// <param name="Value">The predicted number, for regression.</param>
/// <param name="PredictionSet">The classes of the prediction set, where the model has sets.</param>
/// <param name="Credibility">The largest p-value of a class, where the model has sets.</param>
/// <param name="IsRejected">Whether a person should look at the series, where the model has sets.</param>
/// <param name="LowerBound">For regression, where the model has intervals that are finite.</param>
/// <param name="UpperBound">For regression, where the model has intervals that are finite.</param>
/// <param name="Milliseconds">How long it took, of a series that was sent alone.</param>
internal sealed record Prediction(
    string? Label = null, IReadOnlyDictionary<string, float>? Probabilities = null,
    IReadOnlyDictionary<string, float>? Scores = null,
    IReadOnlyDictionary<string, float>? DecisionValues = null, float? Value = null,
    IReadOnlyList<string>? PredictionSet = null, float? Credibility = null, bool? IsRejected = null,
    float? LowerBound = null, float? UpperBound = null, double? Milliseconds = null)
{
    private const double SumTolerance = 1e-3;

    /// <summary>
    /// Names the numbers of a scorer. wwwroot/browser.js does the same with the numbers that it computes.
    /// </summary>
    public static Prediction Of(SequencePrediction prediction, IReadOnlyList<string> classes)
    {
        float[] scores = prediction.Scores;
        if (prediction.Label is null)
            return new Prediction(
                Value: scores[0], LowerBound: Finite(prediction.LowerBound), UpperBound: Finite(prediction.UpperBound));
        if (prediction.Probability is float probability)
            return new Prediction(prediction.Label,
                ByClass([probability, 1 - probability], [bool.TrueString, bool.FalseString]));
        if (scores.Length == 1)
            return new Prediction(prediction.Label, Scores: ByClass(scores, [bool.TrueString]));
        IReadOnlyList<string> names = classes.Count == scores.Length
            ? classes
            : [.. Enumerable.Range(0, scores.Length).Select(i => $"class {i}")];
        bool areProbabilities = scores.All(score => score is >= 0 and <= 1)
            && Math.Abs(scores.Sum(score => (double)score) - 1) < SumTolerance;
        IReadOnlyDictionary<string, float> byClass = ByClass(scores, names);
        return new Prediction(prediction.Label, areProbabilities ? byClass : null, areProbabilities ? null : byClass,
            prediction.DecisionValues is { } decisions ? ByClass(decisions, names) : null,
            PredictionSet: prediction.PredictionSet is { } set ? [.. names.Where((_, i) => set[i])] : null,
            Credibility: prediction.Credibility, IsRejected: prediction.IsRejected);
    }

    private static float? Finite(float? bound) => bound is { } value && float.IsFinite(value) ? value : null;

    private static Dictionary<string, float> ByClass(float[] values, IReadOnlyList<string> names)
        => names.Zip(values).ToDictionary(pair => pair.First, pair => pair.Second);
}

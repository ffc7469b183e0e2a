using Microsoft.ML.Data;

namespace Microsoft.ML.SeqConv;

/// <summary>Explains a network's output by its derivative times the series.</summary>
internal static class GradientExplanation
{
    /// <summary>Whether the last step that predicts is a network that can be differentiated.</summary>
    public static bool Explains(PipelineStep[] steps)
        => steps.LastOrDefault(step => step.Predicts)?.Transformer is ISeriesGradient;

    /// <exception cref="InvalidOperationException">
    /// The model's head is no network over series, or the series breaks a rule of the model.
    /// </exception>
    /// <exception cref="ArgumentException">There is no such class.</exception>
    public static SeriesExplanation Run(PipelineStep[] steps, ReadOnlySpan<float> series, string? className)
    {
        int last = Array.FindLastIndex(steps, step => step.Predicts);
        if (last < 0 || steps[last].Transformer is not (SequenceTransformer head and ISeriesGradient network))
        {
            throw new InvalidOperationException($"{(last < 0 ? "The model" : $"The head, {steps[last].Name}")} has no "
                + "derivative by the points of a series: "
                + "gradient times input is for InceptionTime, Fcn and ResNet. Use ExplanationMethod.Occlusion, "
                + "which explains any pipeline.");
        }

        if (FeatureOrigin.Of(steps.Take(last), head.InputColumnName) is MadeColumn made)
        {
            throw new InvalidOperationException($"Column '{head.InputColumnName}', which the network reads, "
                + $"is not given: {made.Step.Name} makes it. "
                + "Apply that step to the series, and explain the network alone.");
        }

        float[] prepared = SeriesReader.ReadOne(head.InputColumnName, network.Preparation,
            new VBuffer<float>(series.Length, series.ToArray()));
        ExplainedClass? explained = null;
        SeriesGradient gradient = network.Differentiate(prepared, (outputs, scores) =>
        {
            explained = ExplainedClass.Choose(
                head.ClassNames.Count == 0 ? null : [.. head.ClassNames], className, scores);
            return explained?.Index ?? 0;
        });
        double[] contributions = gradient.Derivative;
        for (int i = 0; i < contributions.Length; i++)
            contributions[i] *= prepared[i];
        double[,] byChannel = SeriesExplanation.ByChannel(contributions, network.Preparation.Shape.Channels);
        return new(ExplanationMethod.GradientTimesInput, byChannel, gradient.Output, intercept: 0, explained);
    }
}

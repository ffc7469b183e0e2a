using Microsoft.ML.SeqConv;

namespace Microsoft.ML;

/// <summary>Explains scores of fitted pipelines.</summary>
public static class ExplanationCatalog
{
    /// <summary>
    /// Splits a score of a fitted pipeline over the points of one series: what each contributes to it.
    /// </summary>
    /// <param name="catalog">The model operations.</param>
    /// <param name="model">
    /// The fitted pipeline, or its featurizer and its trained model, or a network over series.
    /// </param>
    /// <param name="series">
    /// [channel, time], row-major, as a row of the column that the model reads; NaN is a missing value.
    /// </param>
    /// <param name="className">
    /// The class whose score is explained; default: the predicted one (see
    /// <see cref="SeriesExplanationOptions.ClassName"/>).
    /// </param>
    /// <exception cref="InvalidOperationException">
    /// The model has no head that can be explained so, or the series breaks a rule of the model; the message names the
    /// step and the remedy.
    /// </exception>
    /// <exception cref="ArgumentException">The model has no such class.</exception>
    public static SeriesExplanation ExplainSeries(
        this ModelOperationsCatalog catalog, ITransformer model, ReadOnlySpan<float> series, string? className = null)
        => catalog.ExplainSeries(model, series, new SeriesExplanationOptions { ClassName = className });

    /// <summary>
    /// Splits a score over the points of a series; see
    /// <see cref="ExplainSeries(ModelOperationsCatalog, ITransformer, ReadOnlySpan{float}, string?)"/>.
    /// </summary>
    /// <param name="catalog">The model operations.</param>
    /// <param name="model">The fitted pipeline.</param>
    /// <param name="series">[channel, time], row-major.</param>
    /// <param name="method">How the score is split.</param>
    /// <param name="className">The class whose score is explained; default: the predicted one.</param>
    public static SeriesExplanation ExplainSeries(this ModelOperationsCatalog catalog, ITransformer model,
        ReadOnlySpan<float> series, ExplanationMethod method, string? className = null)
        => catalog.ExplainSeries(model, series,
            new SeriesExplanationOptions { Method = method, ClassName = className });

    /// <summary>
    /// Splits a score over the points of a series; see
    /// <see cref="ExplainSeries(ModelOperationsCatalog, ITransformer, ReadOnlySpan{float}, string?)"/>.
    /// </summary>
    /// <param name="catalog">The model operations.</param>
    /// <param name="model">The fitted pipeline.</param>
    /// <param name="series">[channel, time], row-major.</param>
    /// <param name="options">What is explained, and how.</param>
    public static SeriesExplanation ExplainSeries(this ModelOperationsCatalog catalog, ITransformer model,
        ReadOnlySpan<float> series, SeriesExplanationOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        PipelineStep[] steps = PipelineStep.Of(model);
        return options.Method switch
        {
            ExplanationMethod.Occlusion => OcclusionExplanation.Run(catalog.Environment(), steps, series, options),
            ExplanationMethod.GradientTimesInput => GradientExplanation.Run(steps, series, options.ClassName),
            ExplanationMethod.Auto when GradientExplanation.Explains(steps)
                => GradientExplanation.Run(steps, series, options.ClassName),
            _ => ExactExplanation.Run(steps, series, options.ClassName),
        };
    }
}

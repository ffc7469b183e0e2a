using Microsoft.ML.Data;

namespace Microsoft.ML.SeqConv;

/// <summary>One step of a fitted pipeline.</summary>
/// <param name="Transformer">What it does.</param>
/// <param name="Name">Its place and kind, for messages.</param>
internal sealed record PipelineStep(ITransformer Transformer, string Name)
{
    /// <summary>
    /// The trained model of a step that predicts from one column of features; else <see langword="null"/>.
    /// </summary>
    public ISingleFeaturePredictionTransformer<object>? Predictor
        => Transformer as ISingleFeaturePredictionTransformer<object>;

    /// <summary>Whether the step adds scores.</summary>
    public bool Predicts => Predictor is not null || Transformer is SequenceTransformer;

    /// <summary>
    /// The columns that a step maps one by one, and what it maps them to; <see langword="null"/> where
    /// it does not work so.
    /// </summary>
    public (string Output, string Input)[]? ColumnPairs
        => Predicts ? null : PipelinePart.ColumnPairsOf(Transformer);

    /// <summary>
    /// The columns that a step joins, by output; <see langword="null"/> where it is no concatenation.
    /// </summary>
    public (string Output, string[] Inputs)[]? Concatenation => PipelinePart.ConcatenationOf(Transformer);

    /// <summary>The columns that a step reads; <see langword="null"/> where they are not known.</summary>
    public string[]? InputColumns => Transformer switch
    {
        SequenceTransformer network => [network.InputColumnName],
        _ when Concatenation is { } joined => [.. joined.SelectMany(column => column.Inputs)],
        _ when Predictor is { } predictor => [predictor.FeatureColumnName],
        _ => ColumnPairs is { } pairs ? [.. pairs.Select(pair => pair.Input)] : null,
    };

    /// <summary>The steps of a pipeline, those of chains within it one by one.</summary>
    public static PipelineStep[] Of(ITransformer model)
    {
        ITransformer[] flat = [.. Flatten(model)];
        return [.. flat.Select((step, i) =>
            new PipelineStep(step, $"step {i + 1} of {flat.Length}, {step.GetType().Name.Split('`')[0]},"))];
    }

    private static IEnumerable<ITransformer> Flatten(ITransformer model)
        => model is IEnumerable<ITransformer> chain ? chain.SelectMany(Flatten) : [model];
}

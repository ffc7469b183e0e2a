namespace Microsoft.ML.SeqConv;

/// <summary>The prediction of an exported pipeline for one series.</summary>
public sealed class SequencePrediction
{
    internal SequencePrediction()
    {
    }

    /// <summary>The predicted label as text; <see langword="null"/> for regression.</summary>
    public string? Label { get; internal init; }

    /// <summary>
    /// One score a class, in the order of <see cref="OnnxSequenceScorer.Classes"/>; one value for binary
    /// classification and regression.
    /// </summary>
    public float[] Scores { get; internal init; } = [];

    /// <summary>Of the label true; <see langword="null"/> unless classes are two.</summary>
    public float? Probability { get; internal init; }

    /// <summary>
    /// Ridge's decision values, in the order of <see cref="Scores"/>; <see langword="null"/> where the file has none.
    /// </summary>
    public float[]? DecisionValues { get; internal init; }
}

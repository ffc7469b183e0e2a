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

    /// <summary>
    /// Whether each class is in the prediction set, in the order of <see cref="Scores"/>; <see langword="null"/> where
    /// the file has none, see <see cref="ConformalClassificationEstimator"/>.
    /// </summary>
    public bool[]? PredictionSet { get; internal init; }

    /// <summary>The largest p-value of a class, 0 to 1; <see langword="null"/> where there are no sets.</summary>
    public float? Credibility { get; internal init; }

    /// <summary>
    /// Whether a person should look at the series; <see langword="null"/> where there are no sets.
    /// </summary>
    public bool? IsRejected { get; internal init; }

    /// <summary>
    /// The lower bound of a regression, in the unit of the label, negative infinity where there were too few
    /// calibration rows; <see langword="null"/> where the file has none, see
    /// <see cref="ConformalRegressionEstimator"/>.
    /// </summary>
    public float? LowerBound { get; internal init; }

    /// <summary>The upper bound of a regression; infinity where there were too few calibration rows.</summary>
    public float? UpperBound { get; internal init; }
}

namespace Microsoft.ML.SeqConv;

/// <summary>How a score is split over the points of a series.</summary>
public enum ExplanationMethod
{
    /// <summary>
    /// <see cref="Exact"/> where a linear head predicts from this library's features, <see cref="GradientTimesInput"/>
    /// where a network over series predicts; else an error.
    /// </summary>
    Auto,

    /// <summary>
    /// The weighted value of each feature, split over the points that made it, with an all-zero series as the baseline.
    /// The score is the head's decision value: of ridge, or the logit of a logistic one. Contributions sum to it.
    /// </summary>
    Exact,

    /// <summary>
    /// For networks over series: the derivative of the score by each point times the point's value, both after the
    /// network's own preparation of series (normalisation, missing values). The score is the class's output before
    /// softmax, or the predicted value; of an ensemble the mean. Contributions sum to the score only in so far as the
    /// network is linear between the series and a series of zeros, and has no bias.
    /// </summary>
    GradientTimesInput,

    /// <summary>
    /// For any fitted pipeline: a window of a channel is replaced by a constant, and the drop of <c>Score</c> is split
    /// evenly over the points of the window; where windows overlap, the mean of theirs is taken. With windows side by
    /// side contributions sum to the sum of all drops, which is the score for no model in particular.
    /// </summary>
    Occlusion,
}

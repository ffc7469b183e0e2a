namespace Microsoft.ML.SeqConv;

/// <summary>
/// How the features of a pruned transform were chosen. It belongs to the fit and is not saved.
/// </summary>
/// <remarks>
/// Rows are dealt into folds; the features are detached again without each fold, and tried on it. The rows that
/// validate took part in nothing but the fit of the kernels, which sees no labels. With a limit of loss, those features
/// are kept that are the fewest before the first measurable loss: going down from all, accuracy falls short by more
/// than is allowed and one standard error of the difference, or the squared error of ridge, which moves where accuracy
/// of few rows does not, grows by more than the larger of a tenth and two standard errors (where no loss is allowed).
/// </remarks>
public sealed class PruningReport
{
    internal PruningReport(IReadOnlyList<PruningPoint> curve, int chosen, double? measuredMicroseconds)
    {
        Curve = curve;
        Chosen = curve[chosen];
        MeasuredMicrosecondsPerSeries = measuredMicroseconds;
    }

    /// <summary>What each number of features would give, from all down to one: to be plotted.</summary>
    public IReadOnlyList<PruningPoint> Curve { get; }

    /// <summary>All features.</summary>
    public PruningPoint Full => Curve[0];

    /// <summary>The features that are kept.</summary>
    public PruningPoint Chosen { get; }

    /// <summary>
    /// Microseconds that the pruned transform of a series took in the fit, where
    /// <see cref="PruningOptions.MaxMicrosecondsPerSeries"/> asked for it; else <see langword="null"/>.
    /// </summary>
    public double? MeasuredMicrosecondsPerSeries { get; }
}

/// <summary>A number of features and the results of validation with them.</summary>
public readonly struct PruningPoint
{
    /// <summary>Features kept.</summary>
    public int NumberOfFeatures { get; internal init; }

    /// <summary>
    /// The fraction of held-out rows whose class is predicted, in [0, 1]; NaN where the label is a number.
    /// </summary>
    public double Accuracy { get; internal init; }

    /// <summary>
    /// Of ridge on held-out rows: in units of the label, or, where that is a class, against +1 for the class and
    /// -1 for the others.
    /// </summary>
    public double RootMeanSquaredError { get; internal init; }

    /// <summary>What the transform takes in a model file before the file is compressed.</summary>
    public long Bytes { get; internal init; }
}

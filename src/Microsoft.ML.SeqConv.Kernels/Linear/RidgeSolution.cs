namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>What <see cref="Ridge"/> found.</summary>
public sealed class RidgeSolution
{
    internal RidgeSolution()
    {
    }

    /// <summary>The penalty of least error.</summary>
    public double Alpha { get; internal init; }

    /// <summary>How the errors were estimated: never <see cref="AlphaSelection.Auto"/>.</summary>
    public AlphaSelection Selection { get; internal init; }

    /// <summary>
    /// Weighted mean squared error of prediction over all targets, one value for each of
    /// <see cref="RidgeSettings.Alphas"/>.
    /// </summary>
    public double[] SelectionErrors { get; internal init; } = [];

    /// <summary>
    /// Coefficients on the features as they were given (scaling undone), [target, feature], row-major.
    /// </summary>
    public double[] Coefficients { get; internal init; } = [];

    /// <summary>One intercept a target; zeros when none was fitted.</summary>
    public double[] Intercepts { get; internal init; } = [];

    /// <summary>
    /// For each example the prediction of the model fitted without it, at <see cref="Alpha"/>; [example, target],
    /// row-major. Empty where the fit was on sums.
    /// </summary>
    public double[] LeaveOneOutPredictions { get; internal init; } = [];

    /// <summary>The Gram matrix that was factored: never <see cref="GramOrientation.Auto"/>.</summary>
    internal GramOrientation Orientation { get; init; }

    /// <summary>
    /// The mean share of an example in its own prediction, in [0, 1): over examples of positive weight, each counted
    /// once.
    /// </summary>
    internal double MeanLeverage { get; init; }

    /// <summary>
    /// Whether the problem is too ill-conditioned for its penalty: features are so close to linear dependence, or the
    /// penalty so small beside them, that rounding decides coefficients, and leave-one-out predictions may be wrong. A
    /// larger penalty, fewer features or features on a common scale help.
    /// </summary>
    public bool IsIllConditioned { get; internal init; }

    /// <summary>
    /// What the model fitted without an example would predict for it, as if its leverage were the mean one.
    /// </summary>
    /// <param name="prediction">The model's prediction.</param>
    /// <param name="target">The example's target.</param>
    internal double PredictionWithout(double prediction, double target)
        => target - (target - prediction) / (1 - MeanLeverage);
}

namespace Microsoft.ML.SeqConv;

/// <summary>How ridge chooses its penalty. In the namespace of the trainers' options, which have it too.</summary>
public enum AlphaSelection
{
    /// <summary>
    /// Leave-one-out where it costs no more than the fit, generalized cross-validation where there are far more
    /// examples than features.
    /// </summary>
    Auto,

    /// <summary>
    /// The mean squared error of predicting each example by the model fitted without it, exactly. All examples
    /// are held in memory.
    /// </summary>
    LeaveOneOut,

    /// <summary>
    /// Generalized cross-validation (GCV): leave-one-out with every example's leverage replaced by their mean. Squared
    /// errors are weighted; the mean leverage counts each example of positive weight once. Needs sums alone, so that
    /// examples can stream.
    /// </summary>
    GeneralizedCrossValidation,

    /// <summary>
    /// The mean squared error on a part of the examples by the model fitted on the others; the model is then fitted on
    /// all. Needs sums alone.
    /// </summary>
    Holdout,
}

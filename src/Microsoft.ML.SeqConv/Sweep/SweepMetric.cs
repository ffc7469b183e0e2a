namespace Microsoft.ML.SeqConv;

/// <summary>What a sweep compares pipelines by.</summary>
public enum SweepMetric
{
    /// <summary>The fraction of rows whose class is right. Classification; more is better.</summary>
    Accuracy,

    /// <summary>
    /// The mean over classes of the fraction of their rows that are right. Classification; more is better.
    /// </summary>
    MacroAccuracy,

    /// <summary>
    /// The mean negative logarithm, base e, of the probability given to the right class.
    /// Classification; less is better.
    /// </summary>
    LogLoss,

    /// <summary>The root of the mean squared error. Regression; less is better.</summary>
    RootMeanSquaredError,

    /// <summary>The mean absolute error. Regression; less is better.</summary>
    MeanAbsoluteError,

    /// <summary>The fraction of the target's variance that is explained. Regression; more is better.</summary>
    RSquared,
}

namespace Microsoft.ML.SeqConv;

/// <summary>Which rows are rejected: those that a person should look at.</summary>
public enum ConformalRejection
{
    /// <summary>Rows whose prediction set does not have exactly one class.</summary>
    SetSize = 0,

    /// <summary>Rows whose credibility is below a limit: no class makes them like the training data.</summary>
    Credibility = 1,

    /// <summary>
    /// Rows whose largest probability is below a limit: that at which the most calibration rows are answered while the
    /// share of errors among them stays within a target.
    /// </summary>
    Risk = 2,
}

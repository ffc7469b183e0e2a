namespace Microsoft.ML.SeqConv;

/// <summary>What prediction sets are calibrated on.</summary>
public enum ConformalCalibration
{
    /// <summary>
    /// What the trained model predicts for training rows that it was fitted without, exactly or nearly so: the ridge
    /// classifiers and their ensembles carry that. No rows need be held out.
    /// </summary>
    LeaveOneOut = 0,

    /// <summary>
    /// The rows that the estimator is fitted on. The scored model must not have been trained on them.
    /// </summary>
    Rows = 1,
}

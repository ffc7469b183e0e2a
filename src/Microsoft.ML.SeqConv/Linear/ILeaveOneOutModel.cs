namespace Microsoft.ML.SeqConv;

/// <summary>A trained classifier that kept what it predicts for training rows that it was fitted without.</summary>
internal interface ILeaveOneOutModel
{
    /// <summary><see langword="null"/> for a model that was saved before these were kept.</summary>
    LeaveOneOutProbabilities? LeaveOneOut { get; }
}

/// <summary>A trained regression that kept what it misses in training rows that it was fitted without.</summary>
internal interface ILeaveOneOutRegression
{
    /// <summary><see langword="null"/> for a model that was saved before these were kept.</summary>
    LeaveOneOutResiduals? LeaveOneOut { get; }
}

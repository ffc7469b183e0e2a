namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>How well a softmax regression predicts the classes of some rows.</summary>
/// <param name="Loss">The weighted mean of -log(probability of the row's class); NaN where no row has weight.</param>
/// <param name="Accuracy">
/// The weighted proportion of rows whose class has the largest probability; NaN where no row has weight.
/// </param>
/// <param name="Weight">The sum of the rows' weights.</param>
internal readonly record struct SoftmaxLoss(double Loss, double Accuracy, double Weight);

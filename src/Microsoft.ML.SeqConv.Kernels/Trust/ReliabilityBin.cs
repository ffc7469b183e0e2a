namespace Microsoft.ML.SeqConv;

/// <summary>
/// Rows whose stated probabilities are near each other, and how often they were right. In the namespace of the metrics,
/// which have it too.
/// </summary>
/// <param name="Lower">The least probability of the bin: 0 to 1.</param>
/// <param name="Upper">The largest probability of the bin: 0 to 1.</param>
/// <param name="Count">Its rows.</param>
/// <param name="MeanProbability">The mean of their stated probabilities; NaN where there are none.</param>
/// <param name="Accuracy">The share of them for which it was right; NaN where there are none.</param>
public readonly record struct ReliabilityBin(
    double Lower, double Upper, int Count, double MeanProbability, double Accuracy);

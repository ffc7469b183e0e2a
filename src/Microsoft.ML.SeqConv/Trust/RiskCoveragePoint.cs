namespace Microsoft.ML.SeqConv;

/// <summary>What is gained by answering only the surest rows.</summary>
/// <param name="AnsweredShare">The share of rows that are answered: above 0 to 1.</param>
/// <param name="Accuracy">The share of them that are right.</param>
/// <param name="MinProbability">The largest probability of the least sure of them.</param>
public readonly record struct RiskCoveragePoint(double AnsweredShare, double Accuracy, double MinProbability);

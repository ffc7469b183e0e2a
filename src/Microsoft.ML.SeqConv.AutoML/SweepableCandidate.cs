using Microsoft.ML.AutoML;

namespace Microsoft.ML.SeqConv;

/// <summary>A candidate as one sweepable estimator, featurizer and head together.</summary>
internal sealed class SweepableCandidate(SweepCandidate candidate)
    : SweepableEstimator((context, parameter) => candidate.Build(context, candidate.Space.ToSweepParameters(parameter)),
        candidate.Space.ToSearchSpace())
{
    public SweepCandidate Candidate => candidate;
}

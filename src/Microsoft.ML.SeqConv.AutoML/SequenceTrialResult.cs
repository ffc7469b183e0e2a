using Microsoft.ML.AutoML;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// A trial of an experiment over series: AutoML's result, with the metric on each fold. <see cref="TrialResult.Model"/>
/// is fitted on all rows; only trials that led when they ended have one.
/// </summary>
public sealed class SequenceTrialResult : TrialResult
{
    /// <summary>The trial.</summary>
    public required SweepTrial Trial { get; init; }
}

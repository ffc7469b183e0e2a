namespace Microsoft.ML.SeqConv;

/// <summary>What a sweepable trainer learns.</summary>
public enum SequenceTask
{
    /// <summary>Classes; the label is a key.</summary>
    Classification,

    /// <summary>Numbers; the label is Single.</summary>
    Regression,
}

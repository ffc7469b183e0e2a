namespace Microsoft.ML.SeqConv;

/// <summary>A fitted featurizer that can go without some of its features.</summary>
/// <typeparam name="TSelf">The transformer itself.</typeparam>
public interface IPrunableTransformer<TSelf>
    where TSelf : SeriesTransformer
{
    /// <summary>
    /// The transformer that computes some of the features only: in ascending order, each with the bits and the slot
    /// name that it has here. It holds, saves and exports nothing else.
    /// </summary>
    /// <param name="features">Their slots here, in any order; at least one.</param>
    /// <exception cref="ArgumentException">There are none, one is out of range, or one is listed twice.</exception>
    TSelf Keep(IReadOnlyList<int> features);
}

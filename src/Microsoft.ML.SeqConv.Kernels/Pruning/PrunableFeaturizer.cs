namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// A fitted transform that can be pruned: the model that keeps some features computes these alone, each with the bits
/// that it has in the full model. The full model is the one that keeps everything.
/// </summary>
/// <typeparam name="TSelf">The model itself.</typeparam>
public abstract class PrunableFeaturizer<TSelf> : SeriesFeaturizer
    where TSelf : PrunableFeaturizer<TSelf>
{
    private protected PrunableFeaturizer()
    {
    }

    /// <inheritdoc/>
    public sealed override int NumberOfFeatures => Selection.Count;

    /// <summary>Whether the features were chosen from those of a full model.</summary>
    public bool IsPruned => Selection.IsPruned;

    /// <summary>The features, ascending, by their numbers in the full model.</summary>
    public ReadOnlySpan<int> KeptFeatures => Selection.Numbers;

    internal FeatureSelection Selection { get; private protected init; } = null!;

    /// <summary>
    /// The model that computes some of the features only, in ascending order, each with the bits that it has here.
    /// </summary>
    /// <param name="features">Their numbers in this model, in any order; at least one.</param>
    /// <exception cref="ArgumentException">There are none, one is out of range, or one is listed twice.</exception>
    public TSelf Keep(IReadOnlyList<int> features) => KeepChosen(Selection.Choose(features));

    /// <summary>The model that computes some of the features only.</summary>
    /// <param name="chosen">Their numbers in this model, ascending.</param>
    internal abstract TSelf KeepChosen(int[] chosen);

    /// <summary>The number in the full model of a feature of this one.</summary>
    private protected int NumberInFull(int index)
    {
        Guard.Within(index, 0, NumberOfFeatures - 1);
        return Selection.NumberAt(index);
    }
}

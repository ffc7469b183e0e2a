namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// The features that a model computes, by their numbers in the full model: ascending, each once. The full model is the
/// one that keeps everything.
/// </summary>
internal sealed class FeatureSelection
{
    private readonly int[]? _kept;      // null: all
    private int[]? _all;

    /// <summary>Takes features and checks them.</summary>
    /// <param name="kept">Numbers in the full model; <see langword="null"/>: all.</param>
    /// <param name="full">Number of features of the full model.</param>
    /// <exception cref="ArgumentException">One is out of range, or they do not ascend.</exception>
    public FeatureSelection(int[]? kept, long full)
    {
        _kept = kept;
        Count = kept?.Length ?? (int)full;
        for (int i = 0; i < kept?.Length; i++)
        {
            if (kept[i] < (i == 0 ? 0 : kept[i - 1] + 1) || kept[i] >= full)
            {
                throw new ArgumentException($"Kept feature {i} has the number {kept[i]}; "
                    + $"numbers must ascend from at least 0 to at most {full - 1}.", nameof(kept));
            }
        }
    }

    /// <summary>Whether features were chosen; they may be all.</summary>
    public bool IsPruned => _kept is not null;

    /// <summary>The number of features.</summary>
    public int Count { get; }

    /// <summary>Numbers in the full model, ascending.</summary>
    public ReadOnlySpan<int> Numbers => _kept ?? (_all ??= [.. Enumerable.Range(0, Count)]);

    /// <summary>
    /// What a model is made from: <see langword="null"/> where all features are kept without a choice.
    /// </summary>
    public int[]? Chosen => _kept;

    /// <summary>The number in the full model of a feature.</summary>
    public int NumberAt(int index) => _kept is null ? index : _kept[index];

    /// <summary>Which feature has a number of the full model; negative where none has.</summary>
    public int IndexOf(int number) => _kept is null ? number : Array.BinarySearch(_kept, number);

    /// <summary>Numbers in the full model of features that are chosen from these.</summary>
    /// <param name="chosen">Ascending.</param>
    public int[] InFull(int[] chosen) => Array.ConvertAll(chosen, NumberAt);

    /// <summary>Checks features to keep and sorts them.</summary>
    /// <param name="features">In any order.</param>
    /// <exception cref="ArgumentException">There are none, one is out of range, or one is listed twice.</exception>
    public int[] Choose(IReadOnlyList<int> features)
    {
        ArgumentNullException.ThrowIfNull(features);
        if (features.Count == 0)
        {
            throw new ArgumentException("'features' is empty; a pruned transform keeps at least one of its "
                + $"{Count} features. List those to keep.", nameof(features));
        }

        int[] chosen = [.. features.Order()];
        for (int i = 0; i < chosen.Length; i++)
        {
            if (chosen[i] < 0 || chosen[i] >= Count)
            {
                throw new ArgumentException($"'features' has {chosen[i]}; features are numbered from 0 to {Count - 1}. "
                    + "List numbers of that range.", nameof(features));
            }

            if (i > 0 && chosen[i] == chosen[i - 1])
            {
                throw new ArgumentException(
                    $"'features' has {chosen[i]} twice; a feature is kept once. List it once.", nameof(features));
            }
        }

        return chosen;
    }
}

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>The features that a pruned model keeps, by their numbers in the full model: ascending, each once.</summary>
internal static class FeatureSelection
{
    /// <summary>Checks features to keep and puts them into order.</summary>
    /// <param name="features">In any order.</param>
    /// <param name="count">Features that there are.</param>
    /// <exception cref="ArgumentException">There are none, one is out of range, or one is listed twice.</exception>
    public static int[] Choose(IReadOnlyList<int> features, int count)
    {
        ArgumentNullException.ThrowIfNull(features);
        if (features.Count == 0)
            throw new ArgumentException($"'features' is empty; a pruned transform keeps at least one of its {count} features. List those to keep.", nameof(features));
        int[] chosen = [.. features.Order()];
        for (int i = 0; i < chosen.Length; i++)
        {
            if (chosen[i] < 0 || chosen[i] >= count)
                throw new ArgumentException($"'features' has {chosen[i]}; features are numbered from 0 to {count - 1}. List numbers of that range.", nameof(features));
            if (i > 0 && chosen[i] == chosen[i - 1])
                throw new ArgumentException($"'features' has {chosen[i]} twice; a feature is kept once. List it once.", nameof(features));
        }

        return chosen;
    }

    /// <summary>Numbers in the full model of features that are chosen from a model's own.</summary>
    /// <param name="kept">What the model keeps of the full one; <see langword="null"/>: all.</param>
    /// <param name="chosen">Ascending.</param>
    public static int[] InFull(int[]? kept, int[] chosen) => kept is null ? chosen : Array.ConvertAll(chosen, feature => kept[feature]);

    /// <summary>Checks what a file or a caller says.</summary>
    /// <param name="kept">Numbers in the full model.</param>
    /// <param name="full">Features of the full model.</param>
    /// <exception cref="ArgumentException">One is out of range, or they do not ascend.</exception>
    public static void Check(int[] kept, long full)
    {
        for (int i = 0; i < kept.Length; i++)
        {
            if (kept[i] < (i == 0 ? 0 : kept[i - 1] + 1) || kept[i] >= full)
                throw new ArgumentException($"Kept feature {i} has the number {kept[i]}; numbers must ascend from at least 0 to at most {full - 1}.", nameof(kept));
        }
    }
}

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>Hyperparameters of <see cref="SequentialDetachment"/>.</summary>
internal sealed record DetachmentSettings
{
    /// <summary>
    /// The fraction of the remaining features that one step drops, at least one of them; from 0.001 to
    /// 0.5. Default 0.05.
    /// </summary>
    public double DroppedFraction { get; init; } = 0.05;

    /// <summary>A number of features that is visited in any case, at least 1; <see langword="null"/>: none.</summary>
    public int? StopAt { get; init; }

    /// <summary>
    /// The penalties that leave-one-out chooses from at every step. Default: those of <see cref="RidgeSettings"/>.
    /// </summary>
    public IReadOnlyList<double> Alphas { get; init; } = RidgeSettings.DefaultAlphas;

    /// <summary>Threads to use; 0 means all processors. The result does not depend on it.</summary>
    public int NumberOfThreads { get; init; }

    /// <summary>The numbers of features that are visited, from all down to one.</summary>
    /// <param name="features">Features that there are, at least 1.</param>
    public int[] Sizes(int features)
    {
        Guard.AtLeast(features, 1);
        var sizes = new List<int> { features };
        while (sizes[^1] > 1)
        {
            int next = sizes[^1] - Math.Max(1, (int)(DroppedFraction * sizes[^1]));
            sizes.Add(StopAt is { } stop && stop < sizes[^1] && stop > next ? stop : next);
        }

        return [.. sizes];
    }

    internal void Validate()
    {
        Guard.Within(DroppedFraction, 0.001, 0.5, remedy: "The default is 0.05.");
        Guard.AtLeast(StopAt, 1);
        Guard.AtLeast(NumberOfThreads, 0);
    }
}

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>Ridge regression for several targets at once, its penalty chosen by exact leave-one-out.</summary>
public static class Ridge
{
    /// <summary>Fits one linear model a target.</summary>
    /// <param name="features">[example, feature]. Centred, scaled and weighted in place: its contents are spent afterwards.</param>
    /// <param name="targets">[example, target], row-major.</param>
    /// <param name="exampleWeights">One weight an example, zero or more, not all zero; empty means that all are 1.</param>
    /// <param name="settings">Hyperparameters.</param>
    /// <param name="progress">Called on the calling thread with the fraction done, many times a second; may throw to stop.</param>
    /// <param name="cancellation">Ends the work.</param>
    public static RidgeSolution Solve(FeatureMatrix features, ReadOnlyMemory<double> targets, ReadOnlyMemory<double> exampleWeights, RidgeSettings settings, IProgress<double>? progress = null, CancellationToken cancellation = default)
        => throw new NotImplementedException();
}

namespace Microsoft.ML.SeqConv;

/// <summary>The members of a sequence ensemble and their sizes.</summary>
public enum SequenceEnsemblePreset
{
    /// <summary>
    /// MultiRocket of 10,000 features, Hydra of 16 groups, 2,000 dilated shapelets, and interval quantiles.
    /// </summary>
    Default,

    /// <summary>MiniRocket, Hydra of 16 groups, 1,000 dilated shapelets, and interval quantiles.</summary>
    Fast,

    /// <summary>
    /// MultiRocket and Hydra of the published sizes, 2,000 dilated shapelets, and interval quantiles: twice the time of
    /// <see cref="Default"/>.
    /// </summary>
    Accurate,
}

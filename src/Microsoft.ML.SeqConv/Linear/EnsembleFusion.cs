namespace Microsoft.ML.SeqConv;

/// <summary>How an ensemble of classifiers makes one of them.</summary>
public enum EnsembleFusion
{
    /// <summary>
    /// Decision values are added, each block's times its weight and over its temperature: one linear model over all
    /// features, which can be explained exactly.
    /// </summary>
    Linear,

    /// <summary>
    /// Probabilities are averaged, each block's at its own temperature and with its weight; the average is calibrated
    /// once more. It is not linear in the features.
    /// </summary>
    Probabilities,
}

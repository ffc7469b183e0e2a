namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>What a feature of MultiRocket is.</summary>
/// <param name="OfDifference">Whether the kernel is on the first difference rather than on the series.</param>
/// <param name="Pooling">How the output is pooled.</param>
/// <param name="Bias">
/// Feature of <see cref="MultiRocketModel.Series"/> or of <see cref="MultiRocketModel.Difference"/>: its kernel,
/// dilation and bias.
/// </param>
internal readonly record struct MultiRocketFeature(bool OfDifference, MultiRocketPoolings Pooling, int Bias);

/// <summary>How MultiRocket pools an output and a bias.</summary>
internal enum MultiRocketPoolings
{
    /// <summary>PPV: the proportion of positive values.</summary>
    Proportion,

    /// <summary>LSPV: the longest stretch of positive values.</summary>
    LongestStretch,

    /// <summary>MPV: the mean of positive values.</summary>
    Mean,

    /// <summary>MIPV: the mean of indices of positive values.</summary>
    MeanOfIndices,
}

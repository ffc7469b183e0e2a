namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>What a feature of Hydra is.</summary>
/// <param name="DilationIndex">Index into <see cref="HydraModel.Dilations"/>.</param>
/// <param name="OfDifference">Whether the kernel is on the first difference rather than on the series.</param>
/// <param name="Group">Group of this dilation and representation in the full model.</param>
/// <param name="Kernel">Kernel of the group.</param>
/// <param name="IsMinimum">
/// The number of outputs that are the smallest of the group, rather than the sum of those that are the largest.
/// </param>
internal readonly record struct HydraFeature(int DilationIndex, bool OfDifference, int Group, int Kernel,
    bool IsMinimum);

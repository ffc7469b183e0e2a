namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>What a feature of Rocket is.</summary>
/// <param name="Kernel">Index into <see cref="RocketModel.Kernels"/>.</param>
/// <param name="IsMaximum">The maximum of the kernel's output rather than the proportion of positive values.</param>
internal readonly record struct RocketFeature(int Kernel, bool IsMaximum);

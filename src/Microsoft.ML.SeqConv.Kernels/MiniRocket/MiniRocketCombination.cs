namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>A dilation with a kernel: one convolution, of which several features are made.</summary>
/// <param name="DilationIndex">Which dilation.</param>
/// <param name="Dilation">Points from tap to tap.</param>
/// <param name="Kernel">0 to 83.</param>
/// <param name="Padded">Whether all positions count, or only those whose taps lie in the series.</param>
/// <param name="FirstBias">Index of its first bias; its biases follow one another.</param>
/// <param name="NumberOfBiases">How many it has.</param>
internal readonly record struct MiniRocketCombination(int DilationIndex, int Dilation, int Kernel, bool Padded, int FirstBias, int NumberOfBiases);

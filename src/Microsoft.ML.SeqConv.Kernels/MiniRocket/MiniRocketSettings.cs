namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>Hyperparameters of MiniRocket (Dempster, Schmidt and Webb 2021, arXiv:2012.08791).</summary>
public sealed class MiniRocketSettings
{
    /// <summary>The number of kernels: the ways to choose 3 of 9 taps.</summary>
    internal const int NumberOfKernels = MiniRocketKernel.Count;

    /// <summary>Taps of a kernel.</summary>
    internal const int KernelLength = MiniRocketKernel.Length;

    /// <summary>
    /// The number of features wanted, from 84 to 10,000,000; rounded down to a multiple of 84. Default 10,000,
    /// which gives 9,996.
    /// </summary>
    public int NumberOfFeatures { get; init; } = 10_000;

    /// <summary>The largest number of dilations that a kernel is given, from 1 to 1,000. Default 32.</summary>
    public int MaxDilationsPerKernel { get; init; } = 32;

    /// <summary>
    /// Whether the biases are quantiles over the whole training set rather than over one drawn series for each kernel
    /// and dilation: the deterministic variant MiniRocket-DV. Fitting then needs all series in memory and n times the
    /// work. Default false.
    /// </summary>
    public bool Deterministic { get; init; }

    /// <summary>
    /// Whether series may have lengths of their own. The kernels are then always padded, as in the published
    /// variable-length code; otherwise padding alternates from kernel to kernel. Default false.
    /// </summary>
    public bool Ragged { get; init; }

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    internal void Validate()
    {
        Guard.Within(NumberOfFeatures, 84, 10_000_000);
        Guard.Within(MaxDilationsPerKernel, 1, 1_000);
    }
}

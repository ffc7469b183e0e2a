namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>Hyperparameters of __Name__ (AUTHORS YEAR, arXiv:NUMBER).</summary>
public sealed class __Name__Settings
{
    /// <summary>Taps of a kernel.</summary>
    internal const int KernelLength = 9;

    /// <summary>Kernels, from 1 to 1,000,000. Default 1,000.</summary>
    public int NumberOfKernels { get; init; } = 1_000;

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    internal void Validate()
    {
        Guard.Within(NumberOfKernels, 1, 1_000_000);
    }
}

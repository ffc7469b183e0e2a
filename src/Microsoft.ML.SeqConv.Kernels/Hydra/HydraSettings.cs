namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>Hyperparameters of Hydra (Dempster, Schmidt and Webb 2023, arXiv:2203.13652).</summary>
public sealed class HydraSettings
{
    /// <summary>Taps of a kernel.</summary>
    internal const int KernelLength = 9;

    /// <summary>
    /// Groups of a dilation, from 1 to 4,096: half of them on the series and half on its first difference, an odd one
    /// left out; a single group is on the series. Default 64.
    /// </summary>
    public int NumberOfGroups { get; init; } = 64;

    /// <summary>Kernels that compete in a group, from 2 to 256. Default 8.</summary>
    public int KernelsPerGroup { get; init; } = 8;

    /// <summary>1 where the kernels are on the series alone, 2 where half are on the first difference.</summary>
    internal int Representations => Math.Min(2, NumberOfGroups);

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    internal void Validate()
    {
        Guard.Within(NumberOfGroups, 1, 4_096);
        Guard.Within(KernelsPerGroup, 2, 256);
    }
}

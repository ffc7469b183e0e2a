namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>Hyperparameters of Rocket (Dempster, Petitjean and Webb 2020, arXiv:1910.13051).</summary>
public sealed class RocketSettings
{
    /// <summary>Taps of the shortest kernel.</summary>
    internal const int ShortestKernel = 7;

    /// <summary>Random kernels, from 1 to 10,000,000; each gives two features. Default 10,000.</summary>
    public int NumberOfKernels { get; init; } = 10_000;

    /// <summary>
    /// Whether convolutions are summed in float32, which is about twice as fast, instead of float64. A feature may then
    /// differ in its last digits, and a proportion of positive values where an output is close to zero. Default false.
    /// </summary>
    public bool SinglePrecision { get; init; }

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    internal void Validate()
    {
        Guard.Within(NumberOfKernels, 1, 10_000_000);
    }
}

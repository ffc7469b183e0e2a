namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>Hyperparameters of MultiRocket (Tan, Dempster, Bergmeir and Webb 2022, arXiv:2102.00457).</summary>
public sealed class MultiRocketSettings
{
    /// <summary>Features of one bias: four poolings, of the series and of its first difference.</summary>
    internal const int FeaturesPerBias = 2 * MultiRocketPooling.Count;

    /// <summary>The fewest features: one bias for each of the 84 kernels.</summary>
    internal const int MinFeatures = FeaturesPerBias * MiniRocketKernel.Count;

    /// <summary>
    /// The number of features wanted, from 672 to 10,000,000; rounded down to a multiple of 672. Default 50,000,
    /// which gives 49,728.
    /// </summary>
    public int NumberOfFeatures { get; init; } = 50_000;

    /// <summary>The largest number of dilations that a kernel is given, from 1 to 1,000. Default 32.</summary>
    public int MaxDilationsPerKernel { get; init; } = 32;

    /// <summary>
    /// Whether series may have lengths of their own. The kernels are then always padded, as those of MiniRocket;
    /// otherwise padding alternates from kernel to kernel. Default false.
    /// </summary>
    public bool Ragged { get; init; }

    /// <summary>The kernels of the series, or of the difference.</summary>
    internal MiniRocketSettings OfOneRepresentation
        => new()
        {
            NumberOfFeatures = NumberOfFeatures / FeaturesPerBias,
            MaxDilationsPerKernel = MaxDilationsPerKernel,
            Ragged = Ragged
        };

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    internal void Validate()
    {
        Guard.Within(NumberOfFeatures, MinFeatures, 10_000_000);
        OfOneRepresentation.Validate();
    }
}

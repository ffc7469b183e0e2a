namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>Hyperparameters of dilated shapelets (Guillaume, Vrain and Elloumi 2022, arXiv:2109.13514).</summary>
public sealed class DilatedShapeletsSettings
{
    /// <summary>
    /// Shapelets to draw, from 1 to 1,000,000; of few and short series fewer can be drawn that differ. Default 2,000.
    /// </summary>
    public int NumberOfShapelets { get; init; } = 2_000;

    /// <summary>
    /// Points of a shapelet, from 2 to 1,024; series of fewer than twice as many get shapelets of half their length.
    /// Default 11.
    /// </summary>
    public int ShapeletLength { get; init; } = 11;

    /// <summary>The fraction of shapelets that compare z-normalised windows, from 0 to 1. Default 0.8.</summary>
    public double NormalizedFraction { get; init; } = 0.8;

    /// <summary>
    /// Whether features are limited to the range that they had in training, which is an addition to the published
    /// method. Default true.
    /// </summary>
    public bool LimitToTrainingRange { get; init; } = true;

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    internal void Validate()
    {
        Guard.Within(NumberOfShapelets, 1, 1_000_000);
        Guard.Within(ShapeletLength, 2, 1_024);
        Guard.Within(NormalizedFraction, 0.0, 1.0);
    }
}

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>Hyperparameters of QUANT (Dempster, Schmidt and Webb 2024, arXiv:2308.00928).</summary>
public sealed class IntervalQuantilesSettings
{
    /// <summary>
    /// Levels of intervals, from 1 to 10: a level halves the intervals of the one before. A series has at most as many
    /// levels as it can be halved into whole points. Default 6.
    /// </summary>
    public int Depth { get; init; } = 6;

    /// <summary>Points of an interval for each of its quantiles, from 1 to 1,024. Default 4.</summary>
    public int PointsPerQuantile { get; init; } = 4;

    /// <summary>Whether features become normal scores of their ranks among the training series. Default true.</summary>
    public bool NormalScores { get; init; } = true;

    /// <summary>
    /// Training values that are kept of each feature to rank others among, from 2 to 4,096. Ranks are exact where there
    /// are no more training series. Default 64.
    /// </summary>
    public int MaxKnots { get; init; } = 64;

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    internal void Validate()
    {
        Guard.Within(Depth, 1, 10);
        Guard.Within(PointsPerQuantile, 1, 1_024);
        Guard.Within(MaxKnots, 2, 4_096);
    }
}

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Where the evenly spaced quantiles of a sorted interval lie: between two neighbours, with linear interpolation as
/// PyTorch's <c>quantile</c>. A single quantile is the median. Of several, every second one has the mean subtracted.
/// </summary>
/// <param name="points">Points of the interval.</param>
/// <param name="count">Quantiles, at least 1.</param>
internal sealed class QuantileRanks(int points, int count)
{
    /// <summary>Points of the interval.</summary>
    public int Points { get; } = points;

    /// <summary>Quantiles.</summary>
    public int Count { get; } = count;

    /// <summary>[quantile]: the rank at or below it.</summary>
    public int[] Lower { get; } = [.. Enumerable.Range(0, count).Select(i => Position(points, count, i).Lower)];

    /// <summary>[quantile]: the rank above it; that of the largest point is its own.</summary>
    public int[] Upper { get; } =
        [.. Enumerable.Range(0, count).Select(i => Math.Min(Position(points, count, i).Lower + 1, points - 1))];

    /// <summary>[quantile]: the nearer of the two, which the interpolation starts from.</summary>
    public int[] Nearest { get; } = [.. Enumerable.Range(0, count).Select(i =>
    {
        (int lower, float fraction) = Position(points, count, i);
        return fraction < 0.5f ? lower : Math.Min(lower + 1, points - 1);
    })];

    /// <summary>[quantile]: what the difference of the two is multiplied by and added to the nearest.</summary>
    public float[] Weights { get; } = [.. Enumerable.Range(0, count).Select(i =>
    {
        (_, float fraction) = Position(points, count, i);
        return fraction < 0.5f ? fraction : -(1 - fraction);
    })];

    /// <summary>Whether a quantile has the mean of the interval subtracted.</summary>
    public static bool IsCentred(int quantile) => quantile % 2 == 1;

    /// <summary>The number of quantiles of an interval.</summary>
    /// <param name="points">Points of the interval.</param>
    /// <param name="pointsPerQuantile">Points for each quantile.</param>
    public static int CountOf(int points, int pointsPerQuantile) => 1 + (points - 1) / pointsPerQuantile;

    // In whole numbers: a rank that is a whole number is one exactly.
    private static (int Lower, float Fraction) Position(int points, int count, int quantile)
    {
        (long intervals, long steps) = count == 1 ? (2, 1) : (count - 1, quantile);
        (long lower, long rest) = Math.DivRem(steps * (points - 1), intervals);
        return ((int)lower, (float)rest / intervals);
    }
}

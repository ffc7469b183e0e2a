using System.Runtime.CompilerServices;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Quantiles of a sample by linear interpolation between its order statistics, in float64, as NumPy's
/// default defines them.
/// </summary>
internal static class Quantile
{
    /// <summary>Computes quantiles; the sample is reordered.</summary>
    /// <param name="sample">At least one value, finite.</param>
    /// <param name="probabilities">Each in [0, 1].</param>
    /// <param name="ranks">Scratch: two for each of <paramref name="probabilities"/>.</param>
    /// <param name="quantiles">One for each of <paramref name="probabilities"/>, rounded to float32.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Compute(
        Span<float> sample, ReadOnlySpan<float> probabilities, Span<int> ranks, Span<float> quantiles)
    {
        int last = sample.Length - 1;
        for (int i = 0; i < probabilities.Length; i++)
        {
            (int lower, _) = Position(probabilities[i], last);
            ranks[2 * i] = lower;
            ranks[2 * i + 1] = Math.Min(lower + 1, last);
        }

        Span<int> wanted = ranks[..(2 * probabilities.Length)];
        wanted.Sort();
        OrderStatistics.Place(sample, wanted);
        for (int i = 0; i < probabilities.Length; i++)
        {
            (int lower, double fraction) = Position(probabilities[i], last);
            quantiles[i] = (float)(sample[lower] * (1 - fraction) + sample[Math.Min(lower + 1, last)] * fraction);
        }
    }

    // Percent and back, and ranks from one: the roundings of the published code's compiler, which decide the last bit.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (int Lower, double Fraction) Position(float probability, int last)
    {
        double rank = 1 + last * (probability * 100.0 / 100.0);
        double floor = Math.Floor(rank);
        return ((int)floor - 1, rank - floor);
    }
}

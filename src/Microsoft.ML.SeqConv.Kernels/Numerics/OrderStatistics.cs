using System.Numerics;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Puts chosen order statistics of a sample in their places without sorting the rest: quickselect (Hoare 1961) for many ranks at once. A partition that
/// goes wrong too often is sorted instead, so no input takes quadratic time.
/// </summary>
internal static class OrderStatistics
{
    private const int SortedDirectly = 24;

    /// <summary>Reorders the sample so that <c>sample[r]</c> is its r-th smallest value for every wanted rank r.</summary>
    /// <param name="sample">Values, none NaN.</param>
    /// <param name="ranks">Wanted ranks from 0, ascending; repeats are allowed.</param>
    public static void Place(Span<float> sample, ReadOnlySpan<int> ranks)
        => Place(sample, 0, ranks, 2 * BitOperations.Log2((uint)sample.Length + 1) + 2);

    // The sample is a part of a larger one and begins at rank `first` of it.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Place(Span<float> sample, int first, ReadOnlySpan<int> ranks, int depth)
    {
        while (ranks.Length > 0)
        {
            if (sample.Length <= SortedDirectly)
            {
                InsertionSort(sample);
                return;
            }

            if (depth-- == 0)
            {
                sample.Sort();
                return;
            }

            (int below, int above) = Partition(sample);     // [0, below) <= pivot, [below, above) == pivot, [above, end) >= pivot
            int leftRanks = CountBelow(ranks, first + below);
            int rightRanks = CountBelow(ranks, first + above);
            Place(sample[..below], first, ranks[..leftRanks], depth);
            sample = sample[above..];
            first += above;
            ranks = ranks[rightRanks..];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static (int Below, int Above) Partition(Span<float> sample)
    {
        float x = sample[sample.Length / 4];
        float y = sample[sample.Length / 2];
        float z = sample[sample.Length - 1 - sample.Length / 4];
        float pivot = Math.Max(Math.Min(x, y), Math.Min(Math.Max(x, y), z));
        int i = 0;
        int j = sample.Length - 1;
        while (i <= j)
        {
            while (sample[i] < pivot)
                i++;
            while (sample[j] > pivot)
                j--;
            if (i <= j)
            {
                (sample[i], sample[j]) = (sample[j], sample[i]);
                i++;
                j--;
            }
        }

        return (j + 1, i);
    }

    private static int CountBelow(ReadOnlySpan<int> ascending, int limit)
    {
        int count = 0;
        while (count < ascending.Length && ascending[count] < limit)
            count++;
        return count;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void InsertionSort(Span<float> values)
    {
        for (int i = 1; i < values.Length; i++)
        {
            float value = values[i];
            int j = i;
            for (; j > 0 && values[j - 1] > value; j--)
                values[j] = values[j - 1];
            values[j] = value;
        }
    }
}

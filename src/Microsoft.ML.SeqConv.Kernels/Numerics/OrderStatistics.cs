using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Puts chosen order statistics of a sample in their places without sorting the rest: quickselect (Hoare 1961) for
/// many ranks at once, with Lomuto's partition. A partition that goes wrong too often is sorted instead, so no input
/// takes quadratic time.
/// </summary>
internal static class OrderStatistics
{
    private const int SortedDirectly = 12;

    /// <summary>
    /// Reorders the sample so that <c>sample[r]</c> is its r-th smallest value for every wanted rank r.
    /// </summary>
    /// <param name="sample">Values, none NaN.</param>
    /// <param name="ranks">Wanted ranks from 0, ascending; repeats are allowed.</param>
    public static void Place(Span<float> sample, ReadOnlySpan<int> ranks)
        => Place(sample, 0, ranks, 2 * BitOperations.Log2((uint)sample.Length + 1) + 2);

    // The sample is a part of a larger one and begins at rank `first` of it.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Place(Span<float> sample, int first, ReadOnlySpan<int> ranks, int depth)
    {
        Debug.Assert(ranks.IsEmpty || (ranks[0] >= first && ranks[^1] < first + sample.Length),
            "A rank lies outside the sample.");
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

            float pivot = Pivot(sample);
            int below = MoveBelow(sample, pivot);
            if (below == 0)
            {
                // The pivot is the smallest: what equals it is in its place.
                int equal = MoveUpTo(sample, pivot);
                sample = sample[equal..];
                first += equal;
                ranks = ranks[CountBelow(ranks, first)..];
                continue;
            }

            int leftRanks = CountBelow(ranks, first + below);
            Place(sample[..below], first, ranks[..leftRanks], depth);
            sample = sample[below..];
            first += below;
            ranks = ranks[leftRanks..];
        }
    }

    private static float Pivot(ReadOnlySpan<float> sample)
    {
        float x = sample[sample.Length / 4];
        float y = sample[sample.Length / 2];
        float z = sample[sample.Length - 1 - sample.Length / 4];
        return Math.Max(Math.Min(x, y), Math.Min(Math.Max(x, y), z));
    }

    /// <summary>
    /// Moves what is smaller than the pivot to the front. Without a branch on values: half of such branches
    /// would be mispredicted.
    /// </summary>
    /// <returns>How many values are smaller.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int MoveBelow(Span<float> sample, float pivot)
    {
        ref float values = ref MemoryMarshal.GetReference(sample);
        int count = 0;
        for (int i = 0; i < sample.Length; i++)
        {
            float value = Unsafe.Add(ref values, i);
            Unsafe.Add(ref values, i) = Unsafe.Add(ref values, count);
            Unsafe.Add(ref values, count) = value;
            count += value < pivot ? 1 : 0;
        }

        return count;
    }

    /// <summary>As <see cref="MoveBelow"/>, for what is not larger than the pivot.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int MoveUpTo(Span<float> sample, float pivot)
    {
        ref float values = ref MemoryMarshal.GetReference(sample);
        int count = 0;
        for (int i = 0; i < sample.Length; i++)
        {
            float value = Unsafe.Add(ref values, i);
            Unsafe.Add(ref values, i) = Unsafe.Add(ref values, count);
            Unsafe.Add(ref values, count) = value;
            count += value <= pivot ? 1 : 0;
        }

        return count;
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

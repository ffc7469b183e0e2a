using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Sorts and merges keys without a branch on values, of which half would be mispredicted: short runs by their ranks,
/// counted on vectors, and longer ones by merging from both ends at once.
/// </summary>
internal static class KeySort
{
    /// <summary>Keys that may be read past the end of a run.</summary>
    public const int Spare = ShortRun;

    private const int ShortRun = 16;

    // At index ShortRun + n: -1 where n is 0 or more.
    private static readonly int[] Steps =
        [.. Enumerable.Range(-ShortRun, 3 * ShortRun).Select(n => n >= 0 ? -1 : 0)];

    /// <summary>Sorts keys.</summary>
    /// <param name="keys">Followed by <see cref="Spare"/> readable keys.</param>
    /// <param name="count">At least 1.</param>
    /// <param name="sorted">Gets them.</param>
    /// <param name="scratch">As many, to work in.</param>
    public static void Sort(ref int keys, int count, ref int sorted, ref int scratch)
    {
        if (count <= ShortRun)
        {
            SortShort(ref keys, count, ref sorted);
            return;
        }

        int half = count / 2;
        Sort(ref keys, half, ref scratch, ref sorted);
        ref int second = ref Unsafe.Add(ref scratch, half);
        Sort(ref Unsafe.Add(ref keys, half), count - half, ref second, ref Unsafe.Add(ref sorted, half));
        Merge(ref scratch, half, ref second, count - half, ref sorted);
    }

    /// <summary>Merges two sorted runs.</summary>
    /// <param name="a">The first run.</param>
    /// <param name="countOfA">Its keys.</param>
    /// <param name="b">The second run.</param>
    /// <param name="countOfB">Its keys.</param>
    /// <param name="merged">Gets both; apart from them.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Merge(ref int a, int countOfA, ref int b, int countOfB, ref int merged)
    {
        // As many keys as the shorter run has can be taken from either end of both without a look at their ends. Of
        // equal keys those of the first run come first.
        int both = Math.Min(countOfA, countOfB);
        (nint i, nint j) = (0, 0);
        (nint p, nint q) = (countOfA - 1, countOfB - 1);
        nint last = countOfA + countOfB - 1;
        for (nint k = 0; k < both; k++)
        {
            int x = Unsafe.Add(ref a, i);
            int y = Unsafe.Add(ref b, j);
            nint second = (nint)(((long)y - x) >> 63);      // -1 where y is smaller
            Unsafe.Add(ref merged, k) = x ^ ((x ^ y) & (int)second);
            i += 1 + second;
            j -= second;

            int u = Unsafe.Add(ref a, p);
            int v = Unsafe.Add(ref b, q);
            nint first = (nint)(((long)v - u) >> 63);       // -1 where u is larger
            Unsafe.Add(ref merged, last - k) = v ^ ((u ^ v) & (int)first);
            p += first;
            q -= 1 + first;
        }

        for (nint k = both; k <= last - both; k++)
        {
            bool first = j > q || (i <= p && Unsafe.Add(ref a, i) <= Unsafe.Add(ref b, j));
            Unsafe.Add(ref merged, k) = first ? Unsafe.Add(ref a, i++) : Unsafe.Add(ref b, j++);
        }
    }

    // The rank of a key is the number of keys that are smaller, and of equal ones before it.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void SortShort(ref int keys, int count, ref int sorted)
    {
        Debug.Assert(count <= ShortRun, "The run is too long.");
        ref int steps = ref MemoryMarshal.GetArrayDataReference(Steps);
        var low = Vector256.LoadUnsafe(ref keys);
        var high = Vector256.LoadUnsafe(ref keys, (nuint)Vector256<int>.Count);
        Vector256<int> ranksOfLow = Vector256<int>.Zero;
        Vector256<int> ranksOfHigh = Vector256<int>.Zero;
        for (int i = 0; i < count; i++)
        {
            // A key counts for an equal one after it: there it is compared as if it were one smaller.
            var key = Vector256.Create(Unsafe.Add(ref keys, i));
            nuint step = (nuint)(ShortRun - 1 - i);
            ranksOfLow -= Vector256.GreaterThan(low, key + Vector256.LoadUnsafe(ref steps, step));
            ranksOfHigh -= Vector256.GreaterThan(
                high, key + Vector256.LoadUnsafe(ref steps, step + (nuint)Vector256<int>.Count));
        }

        int* ranks = stackalloc int[ShortRun];
        ranksOfLow.Store(ranks);
        ranksOfHigh.Store(ranks + Vector256<int>.Count);
        for (int i = 0; i < count; i++)
            Unsafe.Add(ref sorted, ranks[i]) = Unsafe.Add(ref keys, i);
    }
}

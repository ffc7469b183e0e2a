using System.Numerics;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// The windows of one kind that may still become a shapelet. After a draw all windows are taken that share half of
/// their points with it, so that shapelets differ.
/// </summary>
internal sealed class FreeWindows
{
    private readonly int _dilation;
    private readonly int _reach;
    private readonly int[] _starts;     // [series]
    private readonly Dictionary<int, HashSet<int>> _taken = [];

    // A Fenwick tree: node i, from 1, holds the free windows of the series from i - (i & -i) to i - 1, so that a window
    // is found by its rank among all in as many steps as the number of series has binary digits.
    private readonly long[] _free;

    /// <summary>All windows are free.</summary>
    /// <param name="lengths">[series]: points a channel.</param>
    /// <param name="classes">[series]: below zero: it has none. Empty where all have.</param>
    /// <param name="dilation">Points from one point of a window to the next.</param>
    /// <param name="points">Points of a window.</param>
    /// <param name="continues">Whether shorter series, continued by their last point, have one.</param>
    public FreeWindows(
        ReadOnlySpan<int> lengths, ReadOnlySpan<int> classes, int dilation, int points, bool continues)
    {
        _dilation = dilation;
        _reach = points - Math.Max(1, points / 2);
        _starts = new int[lengths.Length];
        _free = new long[lengths.Length + 1];
        for (int i = 0; i < lengths.Length; i++)
        {
            long starts = Math.Max(continues ? 1 : 0, lengths[i] - (points - 1) * (long)dilation);
            _starts[i] = classes.IsEmpty || classes[i] >= 0 ? (int)starts : 0;
            _free[i + 1] += _starts[i];
            Count += _starts[i];
            int above = i + 1 + ((i + 1) & -(i + 1));
            if (above < _free.Length)
                _free[above] += _free[i + 1];
        }
    }

    /// <summary>Windows that are free.</summary>
    public long Count { get; private set; }

    /// <summary>Draws one of them, each as probable as any other, and takes it.</summary>
    /// <returns>Its series and first point; <see langword="null"/> where none is free.</returns>
    public (int Series, int Start)? Draw(SeededRandom random)
    {
        if (Count == 0)
            return null;
        int series = Find((long)(random.NextDouble() * Count), out long rank);
        int start = (int)rank;
        if (_taken.TryGetValue(series, out HashSet<int>? taken))
        {
            start = -1;
            for (long left = rank; left >= 0; left--)
            {
                do
                    start++;
                while (taken.Contains(start));
            }
        }

        Take(series, start);
        return (series, start);
    }

    // The series that holds the free window of a rank among all, and its rank within the series.
    private int Find(long rank, out long within)
    {
        int series = 0;
        for (int step = 1 << BitOperations.Log2((uint)_starts.Length); step > 0; step /= 2)
        {
            if (series + step >= _free.Length || _free[series + step] > rank)
                continue;
            series += step;
            rank -= _free[series];
        }

        within = rank;
        return series;
    }

    private void Take(int series, int start)
    {
        if (!_taken.TryGetValue(series, out HashSet<int>? taken))
            _taken[series] = taken = [];
        int before = taken.Count;
        for (long j = 1 - _reach; j < _reach; j++)
        {
            long window = start + j * _dilation;
            if (window >= 0 && window < _starts[series])
                taken.Add((int)window);
        }

        int newlyTaken = taken.Count - before;
        Count -= newlyTaken;
        for (int node = series + 1; node < _free.Length; node += node & -node)
            _free[node] -= newlyTaken;
    }
}

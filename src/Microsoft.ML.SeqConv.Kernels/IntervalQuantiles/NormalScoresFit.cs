namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Gathers training features for <see cref="NormalScores"/>. Where all rows would take too much memory, rows that are
/// spread evenly over the training series stand for them.
/// </summary>
internal sealed class NormalScoresFit
{
    /// <summary>Values that are held at most: 256 MiB.</summary>
    public const long MaxValues = 1L << 26;

    private const int ColumnsAtOnce = 256;

    private readonly int _features;
    private readonly int _maxKnots;
    private readonly HashSet<int>? _chosen;     // null: all rows
    private readonly List<float[]> _held = [];
    private int _rows;

    /// <param name="features">Features of a row.</param>
    /// <param name="rows">Training rows that will be added.</param>
    /// <param name="maxKnots">Knots of a feature at most.</param>
    /// <param name="seed">Seed of the choice of rows.</param>
    /// <param name="maxValues">Values that are held at most, though no fewer rows than knots.</param>
    public NormalScoresFit(int features, int rows, int maxKnots, ulong seed, long maxValues = MaxValues)
    {
        _features = features;
        _maxKnots = maxKnots;
        long held = Math.Max(maxKnots, maxValues / features);
        if (rows > held)
            _chosen = Choose(rows, (int)held, seed);
    }

    /// <summary>The features of training series, held where their rows are chosen.</summary>
    /// <param name="model">Gives features without scores.</param>
    /// <param name="series">Series.</param>
    /// <param name="numberOfThreads">Threads to use; 0 means all processors. The result does not depend on it.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <returns>[series, feature] of the rows that are held: without scores.</returns>
    public ReadOnlySpan<float> Add(SeriesFeaturizer model, SeriesSet series, int numberOfThreads = 0,
        CancellationToken cancellation = default)
    {
        int first = _rows;
        _rows += series.Count;
        float[][] chosen = [.. Enumerable.Range(0, series.Count)
            .Where(row => _chosen is null || _chosen.Contains(first + row)).Select(row => series[row].ToArray())];
        if (chosen.Length == 0)
            return [];
        var features = new float[checked(chosen.Length * _features)];
        model.Transform(new SeriesSet(chosen, series.NumberOfChannels), features, numberOfThreads, cancellation);
        for (int row = 0; row < chosen.Length; row++)
            _held.Add(features[(row * _features)..((row + 1) * _features)]);
        return features;
    }

    /// <summary>The scores of all rows so far.</summary>
    /// <param name="numberOfThreads">Threads to use; 0 means all processors. The result does not depend on it.</param>
    /// <exception cref="InvalidOperationException">There are no rows.</exception>
    public NormalScores Solve(int numberOfThreads = 0)
    {
        if (_held.Count == 0)
            throw new InvalidOperationException("There are no rows; normal scores need at least one.");
        int perFeature = Math.Min(_held.Count, _maxKnots);
        var knots = new float[checked(_features * perFeature)];
        var options = new ParallelOptions
        {
            MaxDegreeOfParallelism = numberOfThreads == 0 ? Environment.ProcessorCount : numberOfThreads,
        };
        Parallel.For(0, (_features + ColumnsAtOnce - 1) / ColumnsAtOnce, options, block =>
        {
            int last = Math.Min(_features, (block + 1) * ColumnsAtOnce);
            var columns = new float[(last - block * ColumnsAtOnce) * _held.Count];
            for (int row = 0; row < _held.Count; row++)
            {
                for (int feature = block * ColumnsAtOnce; feature < last; feature++)
                    columns[(feature - block * ColumnsAtOnce) * _held.Count + row] = Finite(_held[row][feature]);
            }

            for (int feature = block * ColumnsAtOnce; feature < last; feature++)
            {
                Span<float> column =
                    columns.AsSpan((feature - block * ColumnsAtOnce) * _held.Count, _held.Count);
                column.Sort();
                Pick(column, knots.AsSpan(feature * perFeature, perFeature));
            }
        });
        return new NormalScores(knots, perFeature);
    }

    /// <summary>Evenly spaced order statistics, the smallest and the largest among them.</summary>
    /// <param name="sorted">Ascending.</param>
    /// <param name="knots">At most as many.</param>
    internal static void Pick(ReadOnlySpan<float> sorted, Span<float> knots)
    {
        for (int i = 0; i < knots.Length; i++)
        {
            long steps = Math.Max(1, knots.Length - 1);
            knots[i] = sorted[(int)((2L * i * (sorted.Length - 1) + steps) / (2 * steps))];
        }
    }

    // One row of each of as many equal parts of all rows.
    private static HashSet<int> Choose(int rows, int count, ulong seed)
    {
        var random = new SeededRandom(seed);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            int first = (int)((long)rows * i / count);
            return first + random.NextInt32((int)((long)rows * (i + 1) / count) - first);
        })];
    }

    // Values beyond the range that features are finite for.
    private static float Finite(float value)
        => float.IsNaN(value) ? 0 : Math.Clamp(value, -float.MaxValue, float.MaxValue) + 0f;
}

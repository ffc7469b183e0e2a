using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>The sums of each of several columns of features over the same rows, one ridge problem each.</summary>
internal sealed class RidgeSums : IDisposable
{
    private readonly RidgeStatistics[] _columns;

    private RidgeSums(RidgeStatistics[] columns) => _columns = columns;

    /// <summary>Rows of positive weight.</summary>
    public long Count => _columns[0].Count;

    /// <summary>Targets of a row.</summary>
    public int NumberOfTargets => _columns[0].NumberOfTargets;

    /// <summary>[column]: its features.</summary>
    public int[] NumbersOfFeatures => Array.ConvertAll(_columns, column => column.NumberOfFeatures);

    /// <summary>Starts without rows.</summary>
    /// <param name="numbersOfFeatures">[column].</param>
    /// <param name="numberOfTargets">Targets of a row.</param>
    public static RidgeSums Of(int[] numbersOfFeatures, int numberOfTargets)
        => Make(numbersOfFeatures.Length,
            column => new RidgeStatistics(numbersOfFeatures[column], numberOfTargets, mergesExactly: true));

    /// <summary>Adds rows.</summary>
    /// <param name="rows">[row, feature], of all columns.</param>
    /// <param name="targets">[row, target], row-major.</param>
    /// <param name="weights">[row], or empty.</param>
    /// <param name="numberOfThreads">Threads to use; 0 means all processors.</param>
    public void Add(FeatureMatrix rows, double[] targets, ReadOnlySpan<double> weights, int numberOfThreads)
    {
        int start = 0;
        foreach (RidgeStatistics column in _columns)
        {
            using FeatureMatrix? own = _columns.Length == 1 ? null : new FeatureMatrix(column.NumberOfFeatures);
            if (own is not null)
                rows.CopyColumns(start, own);
            column.Add(own ?? rows, targets, weights, numberOfThreads);
            start += column.NumberOfFeatures;
        }
    }

    /// <summary>Adds other rows' sums of the same columns, which are not changed.</summary>
    public void Merge(RidgeSums other)
    {
        for (int column = 0; column < _columns.Length; column++)
            _columns[column].Merge(other._columns[column]);
    }

    /// <summary>Solves the problem of each column.</summary>
    /// <param name="options">Hyperparameters.</param>
    /// <param name="monitor">Gets progress and warnings.</param>
    public RidgeSolution[] Solve(RidgeOptions options, FitMonitor monitor)
    {
        var solutions = new RidgeSolution[_columns.Length];
        monitor.Begin("solving", "parts", solutions.Length);
        for (int column = 0; column < solutions.Length; column++)
        {
            solutions[column] =
                Ridge.Solve(_columns[column], options.Settings(), progress: monitor.AsFraction(column));
            RidgeFit.WarnOfCondition(solutions[column], options.FeatureColumns[column], monitor);
        }

        return solutions;
    }

    // *** Binary format ***
    // the sums of each column, see RidgeStatistics; how many there are is known before
    public void Write(BinaryWriter writer)
    {
        foreach (RidgeStatistics column in _columns)
            column.Write(writer);
    }

    /// <exception cref="FormatException">The sums break a rule, or are not of the same rows.</exception>
    public static RidgeSums Read(BinaryReader reader, int numberOfColumns)
    {
        RidgeSums sums = Make(numberOfColumns, _ => RidgeStatistics.Read(reader));
        if (Array.TrueForAll(sums._columns, column => column.Count == sums.Count
            && column.NumberOfTargets == sums.NumberOfTargets && column.MergesExactly))
            return sums;
        sums.Dispose();
        throw new FormatException("The sums of its columns are not of the same rows and targets.");
    }

    public void Dispose() => Dispose(_columns);

    private static RidgeSums Make(int numberOfColumns, Func<int, RidgeStatistics> make)
    {
        var columns = new List<RidgeStatistics>();
        try
        {
            for (int column = 0; column < numberOfColumns; column++)
                columns.Add(make(column));
            return new([.. columns]);
        }
        catch
        {
            Dispose(columns);
            throw;
        }
    }

    private static void Dispose(IEnumerable<RidgeStatistics> columns)
    {
        foreach (RidgeStatistics column in columns)
            column.Dispose();
    }
}

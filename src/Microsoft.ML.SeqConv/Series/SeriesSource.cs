using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// The training series of a fit, read from a data view. The first pass checks every row and finds number and lengths;
/// later passes hand over the rows that a model asks for, so that memory grows with the model, not with the data.
/// </summary>
internal sealed class SeriesSource
{
    private const int RowsPerReport = 64;

    private readonly List<int> _lengths = [];
    private readonly DataViewSchema.Column _column;
    private SeriesPreparation _preparation;

    /// <exception cref="InvalidOperationException">
    /// There are no rows, or a row breaks a rule of the preparation.
    /// </exception>
    public SeriesSource(IDataView data, DataViewSchema.Column column, SeriesPreparation preparation,
        FitMonitor monitor, int threads)
    {
        Data = data;
        _column = column;
        _preparation = preparation;
        Monitor = monitor;
        Threads = threads;

        monitor.Begin("checking series", "series", data.GetRowCount());
        Spreads = new ChannelSpreads(preparation.Shape.Channels);
        foreach (int length in Read(Survey))
        {
            _lengths.Add(length);
            MaximumLength = Math.Max(MaximumLength, length);
        }

        if (Count == 0)
            throw new InvalidOperationException($"Column '{column.Name}' has no rows; a fit needs at least one series. "
                + "Check the data view or its filters.");
    }

    /// <summary>How far channels move.</summary>
    public ChannelSpreads Spreads { get; }

    /// <summary>Makes channels zero in all readings from now on.</summary>
    /// <param name="unused">Numbers of channels, ascending.</param>
    /// <returns>The preparation that does so.</returns>
    public SeriesPreparation LeaveOut(int[] unused) => _preparation = _preparation with { UnusedChannels = unused };

    /// <summary>What the series are read from.</summary>
    public IDataView Data { get; }

    /// <summary>Points a channel of each series.</summary>
    public IReadOnlyList<int> Lengths => _lengths;

    /// <summary>Number of series.</summary>
    public int Count => _lengths.Count;

    /// <summary>Points a channel of the longest series.</summary>
    public int MaximumLength { get; private set; }

    public SeriesShape Shape => _preparation.Shape;

    public FitMonitor Monitor { get; }

    public int Threads { get; }

    /// <summary>Reads chosen series.</summary>
    /// <param name="indices">Rows to hand over, in any order, with repetition.</param>
    /// <param name="positions">For each of <paramref name="indices"/> its series' place in the result.</param>
    public SeriesSet Gather(ReadOnlySpan<int> indices, out int[] positions)
    {
        int[] rows = [.. indices.ToArray().Distinct().Order()];
        var placeOf = new Dictionary<int, int>(rows.Length);
        for (int i = 0; i < rows.Length; i++)
            placeOf.Add(rows[i], i);
        positions = new int[indices.Length];
        for (int i = 0; i < indices.Length; i++)
            positions[i] = placeOf[indices[i]];

        Monitor.Begin("reading series", "series", rows[^1] + 1);
        var series = new List<float[]>(rows.Length);
        foreach (float[]? chosen in Read((row, series) => placeOf.ContainsKey(row.Number) ? series.ToArray() : null))
        {
            if (chosen is not null)
                series.Add(chosen);
            if (series.Count == rows.Length)
                break;
        }

        return new SeriesSet(series, Shape.Channels);
    }

    /// <summary>Reads all series into memory.</summary>
    public SeriesSet GatherAll()
    {
        Monitor.Begin("reading series", "series", Count);
        return new SeriesSet([.. Read((_, series) => series.ToArray())], Shape.Channels);
    }

    /// <summary>Reads all series, some at once, and the ids of their rows.</summary>
    /// <param name="size">Series in each set but the last.</param>
    public IEnumerable<(SeriesSet Series, DataViewRowId[] Ids)> Batches(int size)
        => Read((row, series) => (Series: series.ToArray(), row.Id)).Chunk(size).Select(rows => (
            new SeriesSet(Array.ConvertAll(rows, row => row.Series), Shape.Channels),
            Array.ConvertAll(rows, row => row.Id)));

    private int Survey(Row row, ReadOnlySpan<float> series)
    {
        Spreads.Add(series);
        return series.Length / Shape.Channels;
    }

    private delegate T SeriesSelector<T>(Row row, ReadOnlySpan<float> series);

    private IEnumerable<T> Read<T>(SeriesSelector<T> select)
    {
        using DataViewRowCursor cursor = Data.GetRowCursor([_column]);
        ValueGetter<DataViewRowId> getId = cursor.GetIdGetter();
        DataViewRowId id = default;
        var reader = new SeriesReader(_column.Name, _preparation, getId);
        ValueGetter<VBuffer<float>> getSeries = cursor.GetGetter<VBuffer<float>>(_column);
        VBuffer<float> source = default;
        for (int row = 0; cursor.MoveNext(); row++)
        {
            getSeries(ref source);
            getId(ref id);
            yield return select(new(row, id), reader.Read(source));
            if (row % RowsPerReport == 0)
                Monitor.Report(row);
        }
    }

    /// <summary>A row of the view.</summary>
    private readonly record struct Row(int Number, DataViewRowId Id);
}

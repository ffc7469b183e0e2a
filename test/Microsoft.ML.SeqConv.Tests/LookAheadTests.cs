using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.SeqConv.TestKit;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.Interop;

/// <summary>A cursor that computes many rows at once must be seen in its speed alone.</summary>
public sealed class LookAheadTests
{
    private const int Length = 40;

    private readonly MLContext _context = new(seed: 1);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(20)]
    [InlineData(333)]
    public void Rows_come_in_order_with_all_their_columns(int count)
    {
        List<SeriesRow> rows = SineWaves.Make(Math.Max(count, 3), Length, ragged: true);
        IDataView data = SineWaves.View(_context, rows);
        MiniRocketTransformer transformer = Fit(data);
        PredictionEngine<SeriesRow, FeatureRow> rowByRow = _context.Model.CreatePredictionEngine<SeriesRow, FeatureRow>(
            transformer, inputSchema: data.Schema);

        IDataView view = transformer.Transform(SineWaves.View(_context, rows.Take(count)));
        int row = 0;
        foreach (OutputRow output in _context.Data.CreateEnumerable<OutputRow>(view, reuseRowObject: false))
        {
            SeriesRow expected = rows[row++];
            Assert.Equal(expected.Series, output.Series);
            Assert.Equal((expected.Label, expected.Flag, expected.Target), (output.Label, output.Flag, output.Target));
            Assert.Equal(rowByRow.Predict(expected).Features, output.Features);
        }

        Assert.Equal(count, row);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 3)]
    public void No_more_threads_compute_than_are_asked_for(int threads, int most)
    {
        var counting = new CountingSlots();
        IDataView data = SineWaves.View(_context, SineWaves.Make(600, Length), Length);
        var limits = new LookAheadLimits(sizeof(float)) { NumberOfThreads = threads };
        using var cursor = new LookAheadCursor(
            () => { }, data.GetRowCursor(data.Schema), data.Schema,
            _ => [counting.Over(data.Schema[0])], limits);
        while (cursor.MoveNext())
        {
        }

        Assert.InRange(counting.Most, 1, most);
    }

    [Theory]
    [InlineData(4L, 4, 9)]                  // one is walked through, one a thread is computed, one a thread waits
    [InlineData(40_000L, 64, 104)]          // 64 MiB of 16 rows of 40 kB
    [InlineData(10_000_000L, 64, 3)]        // never fewer than three ranges
    [InlineData(4L, 1, 3)]
    public void What_is_computed_ahead_is_bounded(long bytesPerRow, int threads, int ranges)
        => Assert.Equal(ranges, new LookAheadLimits(bytesPerRow) { NumberOfThreads = threads }.Ranges);

    [Fact]
    public void A_fitted_transform_computes_on_the_threads_of_its_options()
    {
        IDataView data = SineWaves.View(_context, SineWaves.Make(20, Length), Length);
        MiniRocketTransformer transformer = _context.Transforms.MiniRocket(
            "Features", new MiniRocketEstimator.Options { Seed = 1, NumberOfThreads = 1 }, "Series").Fit(data);
        Assert.Equal(
            Fit(data).Transform(data).GetColumn<float[]>("Features"),
            transformer.Transform(data).GetColumn<float[]>("Features"));
        Assert.Equal(1, transformer.NumberOfThreads);
        using var file = new MemoryStream();
        _context.Model.Save(transformer, data.Schema, file);
        Assert.Null(((MiniRocketTransformer)_context.Model.Load(file, out _)).NumberOfThreads);
    }

    [Fact]
    public void Rows_that_are_not_wanted_are_passed_over_and_not_computed()
    {
        List<SeriesRow> rows = SineWaves.Make(200, Length);
        IDataView data = SineWaves.View(_context, rows, Length);
        MiniRocketTransformer transformer = Fit(data);
        float[][] all = [.. transformer.Transform(data).GetColumn<float[]>("Features")];
        foreach (SeriesRow row in rows.Where((_, i) => i % 7 != 3))
            row.Series[0] = float.NaN;      // an error where it is computed
        var view = (LookAheadView)transformer.Transform(data);
        using DataViewRowCursor cursor = view.GetRowCursor([view.Schema["Features"]], position => position % 7 == 3);
        ValueGetter<VBuffer<float>> getFeatures = cursor.GetGetter<VBuffer<float>>(view.Schema["Features"]);
        VBuffer<float> features = default;
        for (int position = 3; position < rows.Count; position += 7)
        {
            Assert.True(cursor.MoveNext());
            Assert.Equal(position, cursor.Position);
            getFeatures(ref features);
            Assert.Equal(all[position], features.DenseValues());
        }

        Assert.False(cursor.MoveNext());
    }

    [Fact]
    public void A_computed_column_that_hides_another_leaves_the_columns_after_it_as_they_are()
    {
        IDataView data = SineWaves.View(_context, SineWaves.Make(30, Length), Length);
        IDataView first = _context.Transforms.MiniRocket("Features", "Series", numberOfFeatures: 84, seed: 1)
            .Append(_context.Transforms.CopyColumns("First", "Features")).Fit(data).Transform(data);
        // as many features
        RocketTransformer rocket = _context.Transforms.Rocket("Features", "Series",
            numberOfKernels: 42, seed: 1).Fit(data);
        IDataView both = rocket.Transform(first);
        Assert.Equal(first.GetColumn<float[]>("First"), both.GetColumn<float[]>("First"));
        Assert.Equal(rocket.Transform(data).GetColumn<float[]>("Features"), both.GetColumn<float[]>("Features"));
        using DataViewRowCursor cursor = both.GetRowCursor(both.Schema);
        Assert.True(cursor.MoveNext());
        ValueGetter<VBuffer<float>> getHidden = cursor.GetGetter<VBuffer<float>>(
            both.Schema.First(column => column.Name == "Features" && column.IsHidden));
        VBuffer<float> hidden = default;
        getHidden(ref hidden);
        Assert.Equal(first.GetColumn<float[]>("Features").First(), hidden.DenseValues());
    }

    [Fact]
    public void A_bad_row_is_named_where_it_is_asked_for_and_loses_no_other()
    {
        List<SeriesRow> rows = SineWaves.Make(100, Length);
        MiniRocketTransformer transformer = Fit(SineWaves.View(_context, rows, Length));
        rows[50].Series[7] = float.NaN;
        IDataView view = transformer.Transform(SineWaves.View(_context, rows, Length));

        using DataViewRowCursor cursor = view.GetRowCursor(view.Schema);
        ValueGetter<VBuffer<float>> getFeatures = cursor.GetGetter<VBuffer<float>>(view.Schema["Features"]);
        ValueGetter<ReadOnlyMemory<char>> getLabel = cursor.GetGetter<ReadOnlyMemory<char>>(view.Schema["Label"]);
        VBuffer<float> features = default;
        ReadOnlyMemory<char> label = default;
        for (int row = 0; row < rows.Count; row++)
        {
            Assert.True(cursor.MoveNext());
            getLabel(ref label);
            Assert.Equal(rows[row].Label, label.ToString());
            if (row != 50)
            {
                getFeatures(ref features);
                continue;
            }

            InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => getFeatures(ref features));
            Assert.Equal("Column 'Series' has NaN at point 7 of channel 0 in row 50; a missing value is an error. "
                + "Set MissingValues to Interpolate or Zero, or replace it before.", error.Message);
        }

        Assert.False(cursor.MoveNext());
    }

    [Fact]
    public void A_source_that_fails_is_heard_after_the_rows_before()
    {
        List<SeriesRow> rows = SineWaves.Make(100, Length);
        MiniRocketTransformer transformer = Fit(SineWaves.View(_context, rows, Length));
        IDataView view = transformer.Transform(SineWaves.View(_context, FailAfter(rows, 30), Length));

        using DataViewRowCursor cursor = view.GetRowCursor([view.Schema["Features"]]);
        for (int row = 0; row < 30; row++)
            Assert.True(cursor.MoveNext());
        Assert.Equal("The sensor is gone.",
            Assert.ThrowsAny<Exception>(() => cursor.MoveNext()).GetBaseException().Message);
    }

    [Fact]
    public void A_caller_who_wants_one_row_does_not_wait_for_many()
    {
        List<SeriesRow> rows = SineWaves.Make(1000, Length);
        MiniRocketTransformer transformer = Fit(SineWaves.View(_context, rows, Length));
        int read = 0;
        IDataView view = transformer.Transform(SineWaves.View(_context, rows.Select(row => (read++, row).row), Length));

        using (DataViewRowCursor cursor = view.GetRowCursor([view.Schema["Features"]]))
            Assert.True(cursor.MoveNext());
        Assert.InRange(read, 1, 40);
    }

    [Fact]
    public void A_column_that_is_not_asked_for_costs_nothing()
    {
        List<SeriesRow> rows = SineWaves.Make(20, Length);
        MiniRocketTransformer transformer = Fit(SineWaves.View(_context, rows, Length));
        rows[3].Series[0] = float.PositiveInfinity;
        IDataView view = transformer.Transform(SineWaves.View(_context, rows, Length));

        using DataViewRowCursor cursor = view.GetRowCursor([view.Schema["Label"]]);
        Assert.False(cursor.IsColumnActive(view.Schema["Features"]));
        Assert.Equal(rows.Select(row => row.Label), view.GetColumn<string>("Label"));
    }

    [Fact]
    public void A_wrong_use_is_refused()
    {
        List<SeriesRow> rows = SineWaves.Make(20, Length);
        MiniRocketTransformer transformer = Fit(SineWaves.View(_context, rows, Length));
        IDataView view = transformer.Transform(SineWaves.View(_context, rows, Length));
        using DataViewRowCursor cursor = view.GetRowCursor([view.Schema["Features"]]);

        Assert.StartsWith("Column 'Label' is not active",
            Assert.Throws<ArgumentOutOfRangeException>(
                () => cursor.GetGetter<ReadOnlyMemory<char>>(view.Schema["Label"])).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<float>(view.Schema["Features"]));
        VBuffer<float> features = default;
        ValueGetter<VBuffer<float>> getFeatures = cursor.GetGetter<VBuffer<float>>(view.Schema["Features"]);
        Assert.Throws<InvalidOperationException>(() => getFeatures(ref features));
    }

    [Fact]
    public void Cancelling_the_context_stops_midway()
    {
        List<SeriesRow> rows = SineWaves.Make(2000, Length);
        IDataView data = SineWaves.View(_context, rows, Length);
        IDataView view = Fit(data).Transform(data);

        using var source = new CancellationTokenSource();
        using IDisposable registration = _context.CancelOn(source.Token);
        using DataViewRowCursor cursor = view.GetRowCursor([view.Schema["Features"]]);
        Assert.True(cursor.MoveNext());
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() =>
        {
            while (cursor.MoveNext())
            {
            }
        });
    }

    [Fact]
    public void Nothing_is_allocated_for_a_row()
    {
        List<SeriesRow> rows = SineWaves.Make(3000, Length);
        IDataView data = SineWaves.View(_context, rows, Length);
        IDataView view = Fit(data).Transform(data);
        DataViewSchema.Column column = view.Schema["Features"];
        using DataViewRowCursor cursor = view.GetRowCursor([column]);
        ValueGetter<VBuffer<float>> getFeatures = cursor.GetGetter<VBuffer<float>>(column);
        VBuffer<float> features = default;
        Read(500);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Read(2000);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        // A task for every sixteen rows; that its work allocates nothing is tested beside it. A row of features
        // would be 40,000 bytes.
        Assert.InRange(allocated / 2000, 0, 100);

        void Read(int count)
        {
            for (int row = 0; row < count; row++)
            {
                Assert.True(cursor.MoveNext());
                getFeatures(ref features);
            }
        }
    }

    private MiniRocketTransformer Fit(IDataView data)
        => _context.Transforms.MiniRocket("Features", "Series", seed: 1).Fit(data);

    private static IEnumerable<SeriesRow> FailAfter(List<SeriesRow> rows, int count)
    {
        foreach (SeriesRow row in rows.Take(count))
            yield return row;
        throw new IOException("The sensor is gone.");
    }

    private sealed class FeatureRow
    {
        public float[] Features { get; set; } = [];
    }

    private sealed class OutputRow
    {
        public float[] Series { get; set; } = [];

        public float[] Features { get; set; } = [];

        public string Label { get; set; } = "";

        public bool Flag { get; set; }

        public float Target { get; set; }
    }

    /// <summary>Counts how many threads compute at once.</summary>
    private sealed class CountingSlots
    {
        private int _now;
        private int _most;

        public int Most => _most;

        public RowSlots Over(DataViewSchema.Column column) => new Slots(column, this);

        private sealed class Slots(DataViewSchema.Column column, CountingSlots counting) : RowSlots(column)
        {
            public override void Read(int slot)
            {
            }

            public override void Compute(int first, int count)
            {
                int now = Interlocked.Increment(ref counting._now);
                for (int most = counting._most; now > most; most = counting._most)
                    Interlocked.CompareExchange(ref counting._most, now, most);
                Thread.Sleep(1);
                Interlocked.Decrement(ref counting._now);
            }

            public override Delegate Getter(Func<int> slot) => throw new NotSupportedException();
        }
    }
}

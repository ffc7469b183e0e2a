using Microsoft.ML.Data;

namespace Microsoft.ML.SeqConv.TestKit;

/// <summary>A view that counts the cursors over it that are not disposed.</summary>
internal sealed class CountingView(IDataView source) : IDataView
{
    private int _open;

    public int Open => Volatile.Read(ref _open);

    public int Opened { get; private set; }

    public bool CanShuffle => source.CanShuffle;

    public DataViewSchema Schema => source.Schema;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
        => Count(source.GetRowCursor(columnsNeeded, rand));

    public DataViewRowCursor[] GetRowCursorSet(
        IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
        => [.. source.GetRowCursorSet(columnsNeeded, n, rand).Select(Count)];

    private CountedCursor Count(DataViewRowCursor cursor)
    {
        Interlocked.Increment(ref _open);
        Opened++;
        return new CountedCursor(cursor, () => Interlocked.Decrement(ref _open));
    }

    private sealed class CountedCursor(DataViewRowCursor cursor, Action disposed) : DataViewRowCursor
    {
        private bool _isDisposed;

        public override long Position => cursor.Position;

        public override long Batch => cursor.Batch;

        public override DataViewSchema Schema => cursor.Schema;

        public override bool MoveNext() => cursor.MoveNext();

        public override bool IsColumnActive(DataViewSchema.Column column) => cursor.IsColumnActive(column);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
            => cursor.GetGetter<TValue>(column);

        public override ValueGetter<DataViewRowId> GetIdGetter() => cursor.GetIdGetter();

        protected override void Dispose(bool disposing)
        {
            if (disposing && !_isDisposed)
            {
                _isDisposed = true;
                cursor.Dispose();
                disposed();
            }

            base.Dispose(disposing);
        }
    }
}

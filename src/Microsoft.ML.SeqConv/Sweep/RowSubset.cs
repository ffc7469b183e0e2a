using System.Collections;
using Microsoft.ML.Data;

namespace Microsoft.ML.SeqConv;

/// <summary>Some rows of a data view, in its order.</summary>
/// <param name="source">The rows; each cursor of it gives them in one order.</param>
/// <param name="kept">Whether a row is kept, by its position.</param>
internal sealed class RowSubset(IDataView source, BitArray kept) : IDataView
{
    public DataViewSchema Schema => source.Schema;

    public bool CanShuffle => false;

    public long? GetRowCount() => kept.Cast<bool>().LongCount(keep => keep);

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
        => new Cursor(source.GetRowCursor(columnsNeeded), kept);

    public DataViewRowCursor[] GetRowCursorSet(
        IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
        => [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(DataViewRowCursor source, BitArray kept) : DataViewRowCursor
    {
        private long _position = -1;

        public override long Position => _position;

        public override long Batch => 0;

        public override DataViewSchema Schema => source.Schema;

        public override bool IsColumnActive(DataViewSchema.Column column) => source.IsColumnActive(column);

        public override bool MoveNext()
        {
            while (source.MoveNext())
            {
                if (kept[(int)source.Position])
                {
                    _position++;
                    return true;
                }
            }

            _position = -1;
            return false;
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() => source.GetIdGetter();

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
            => source.GetGetter<TValue>(column);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                source.Dispose();
            base.Dispose(disposing);
        }
    }
}

using Microsoft.ML.Data;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// A file of labelled series as a data view with the columns <c>Series</c> and <c>Label</c>. Making it reads the whole
/// file once, to check it and to find its shape; cursors then stream it row by row.
/// </summary>
internal sealed class SeriesFileView : IDataView
{
    private const string SeriesColumn = "Series";
    private const string LabelColumn = "Label";

    private readonly Func<SeriesFileReader> _open;
    private readonly LabelKind _labelKind;
    private readonly int _channels;
    private readonly int _length;       // 0: ragged
    private readonly bool _dropsLastCell;
    private readonly bool _cutsTrailingMissing;
    private readonly long _rows;

    /// <exception cref="FormatException">A row breaks a rule, or there are no rows to tell the shape.</exception>
    public SeriesFileView(string path, Func<SeriesFileReader> open, SeriesFileOptions options)
    {
        _open = open;
        using SeriesFileReader reader = open();
        _labelKind = reader.LabelKind;
        _channels = reader.DeclaredChannels;
        int declared = reader.DeclaredLength;
        var lengths = new LengthSurvey();
        for (; reader.Read(); _rows++)
        {
            if (_rows == 0)
                _channels = reader.Channels;
            else if (reader.Channels != _channels)
                throw new FormatException($"{path}: row {_rows} has {reader.Channels} channels, "
                    + $"those before have {_channels}; all series of a file must have the same channels.");
            lengths.Add(
                reader.Values.Length / reader.Channels,
                reader.MayPad ? reader.CountTrailingMissing() : 0,
                reader.EndsInSeparator);
        }

        _dropsLastCell = lengths.AllEndInSeparator;
        _cutsTrailingMissing = reader.MayPad && lengths.IsPadded(options);
        _length = reader.IsDeclaredRagged ? 0 : _rows == 0 ? declared : lengths.Common(_cutsTrailingMissing);
        if (_rows == 0 && _channels == 0)
            throw new FormatException($"{path}: the file has no rows, and its header does not tell the number of "
                + "channels. It is empty or cut short.");
        Path = path;
        Schema = MakeSchema();
    }

    public string Path { get; }

    public DataViewSchema Schema { get; }

    public bool CanShuffle => false;

    public long? GetRowCount() => _rows;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
        => new Cursor(this, [.. columnsNeeded.Select(column => column.Index)]);

    public DataViewRowCursor[] GetRowCursorSet(
        IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
        => [GetRowCursor(columnsNeeded, rand)];

    private SeriesFileReader Open()
    {
        SeriesFileReader reader = _open();
        reader.DropsLastCell = _dropsLastCell;
        reader.CutsTrailingMissing = _cutsTrailingMissing;
        return reader;
    }

    private DataViewSchema MakeSchema()
    {
        VectorDataViewType series = (_channels, _length) switch
        {
            (1, 0) => new(NumberDataViewType.Single),
            (1, _) => new(NumberDataViewType.Single, _length),
            _ => new(NumberDataViewType.Single, _channels, _length),
        };
        var builder = new DataViewSchema.Builder();
        builder.AddColumn(SeriesColumn, series);
        builder.AddColumn(LabelColumn,
            _labelKind == LabelKind.Target ? NumberDataViewType.Single : TextDataViewType.Instance);
        return builder.ToSchema();
    }

    private sealed class Cursor(SeriesFileView view, int[] active) : DataViewRowCursor
    {
        private readonly SeriesFileReader _reader = view.Open();
        private long _position = -1;
        private bool _isDone;

        public override long Position => _position;

        public override long Batch => 0;

        public override DataViewSchema Schema => view.Schema;

        public override bool IsColumnActive(DataViewSchema.Column column) => active.Contains(column.Index);

        public override bool MoveNext()
        {
            if (_isDone || !_reader.Read())
            {
                _isDone = true;
                _position = -1;
                return false;
            }

            _position++;
            int length = _reader.Values.Length / _reader.Channels;
            if (_reader.Channels != view._channels || (view._length > 0 && length != view._length))
                throw new FormatException($"{view.Path}: row {_position} has another shape than when the file was "
                    + "opened. The file was changed; open it again.");
            return true;
        }

        public override ValueGetter<DataViewRowId> GetIdGetter()
            => (ref DataViewRowId id) => id = new DataViewRowId((ulong)_position, 0);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            if (!IsColumnActive(column))
                throw new ArgumentOutOfRangeException(nameof(column),
                    $"Column '{column.Name}' was not asked for when the cursor was made.");
            Delegate getter = column.Name switch
            {
                SeriesColumn => (ValueGetter<VBuffer<float>>)GetSeries,
                _ when view._labelKind == LabelKind.Target
                    => (ValueGetter<float>)((ref float value) => value = _reader.Target),
                _ => (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> value) =>
                    value = _reader.Class.AsMemory()),
            };
            return getter as ValueGetter<TValue> ?? throw new InvalidOperationException(
                $"Column '{column.Name}' is {column.Type}, not {typeof(TValue)}.");
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _reader.Dispose();
            base.Dispose(disposing);
        }

        private void GetSeries(ref VBuffer<float> value)
        {
            VBufferEditor<float> editor = VBufferEditor.Create(ref value, _reader.Values.Length);
            _reader.Values.CopyTo(editor.Values);
            value = editor.Commit();
        }
    }
}

using System.Runtime.ExceptionServices;
using Microsoft.ML.Data;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// A cursor that computes columns on several threads, ahead of its caller. Rows are read into slots, a range of slots
/// is computed on one thread, and while the caller walks through one range others are computed. Slots are used again,
/// so that memory does not grow with the number of rows and nothing is allocated for a row;
/// <see cref="LookAheadLimits"/> bounds it.
/// <para>
/// The order of rows is the source's. What goes wrong with a row is thrown where that row is asked for, after all rows
/// before it. The cursor begins with one short range and looks further ahead with every range that is used up, so that
/// a caller who wants a few rows does not wait for many.
/// </para>
/// </summary>
internal sealed class LookAheadCursor : DataViewRowCursor
{
    private const int FirstRangeRows = 4;
    // passed over between looks at whether the fit was cancelled
    private const int RowsPerCancellationCheck = 1024;

    private readonly Action _throwIfCancelled;
    private readonly DataViewRowCursor _source;
    private readonly ValueGetter<DataViewRowId> _getSourceId;
    private readonly RowSlots?[] _columns;      // by column index; null where not active
    private readonly RowSlots[] _active;
    private readonly DataViewRowId[] _ids;
    private readonly long[] _positions;
    private readonly Func<long, bool>? _isWanted;
    private readonly Queue<RowRange> _ahead = new();
    private readonly int _ranges;
    private readonly int _rangeRows;
    private readonly TaskScheduler _computing;
    private readonly CancellationTokenSource _disposal = new();
    private RowRange _current;
    private int _begun;
    private int _row = -1;
    private long _position = -1;
    private long _sourcePosition = -1;
    private bool _sourceEnded;
    private bool _disposed;

    /// <param name="throwIfCancelled">Throws when the work was cancelled.</param>
    /// <param name="source">The rows; disposed with this cursor.</param>
    /// <param name="schema">This cursor's columns: those of the source and computed ones.</param>
    /// <param name="columns">Makes the slots of the active columns, given their number.</param>
    /// <param name="limits">How far it looks ahead, and on how many threads.</param>
    /// <param name="isWanted">
    /// Whether the row of the source at a position is wanted; others are passed over before anything is computed.
    /// Positions are those of the source. Default: all are.
    /// </param>
    public LookAheadCursor(
        Action throwIfCancelled, DataViewRowCursor source, DataViewSchema schema,
        Func<int, IEnumerable<RowSlots>> columns,
        LookAheadLimits limits, Func<long, bool>? isWanted = null)
    {
        _isWanted = isWanted;
        _rangeRows = limits.RangeRows;
        _ranges = limits.Ranges;
        _computing = new ConcurrentExclusiveSchedulerPair(TaskScheduler.Default, limits.Threads).ConcurrentScheduler;
        _throwIfCancelled = throwIfCancelled;
        _source = source;
        Schema = schema;
        _getSourceId = source.GetIdGetter();
        _ids = new DataViewRowId[_ranges * _rangeRows];
        _positions = new long[_ids.Length];
        _active = [.. columns(_ids.Length)];
        _columns = new RowSlots?[schema.Count];
        foreach (RowSlots slots in _active)
            _columns[slots.Column.Index] = slots;
    }

    public override DataViewSchema Schema { get; }

    public override long Position => _position;

    public override long Batch => 0;

    public override bool IsColumnActive(DataViewSchema.Column column)
        => column.Index < _columns.Length && _columns[column.Index] is not null;

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!IsColumnActive(column))
            throw new ArgumentOutOfRangeException(nameof(column),
                $"Column '{column.Name}' is not active in this cursor. Name it among the columns needed.");
        return _columns[column.Index]!.Getter(() => Slot) as ValueGetter<TValue>
            ?? throw new InvalidOperationException(
                $"Column '{column.Name}' gives {column.Type.RawType}, not {typeof(TValue)}.");
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = _ids[Slot];

    public override bool MoveNext()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        while (++_row >= _current.Count)
        {
            _current.Failure?.Throw();
            _throwIfCancelled();
            LookAhead();
            if (!_ahead.TryDequeue(out RowRange next))
            {
                _row = _current.Count - 1;
                _position = -1;
                _current = _current with { Count = 0 };
                return false;
            }

            next.Computation.GetAwaiter().GetResult();
            _current = next;
            _row = -1;
        }

        _position = _positions[Slot];
        return true;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            _disposal.Cancel();
            // What runs still writes to slots; it ends soon, and how does not matter any more.
            foreach (RowRange range in _ahead)
                range.Computation.ContinueWith(static _ => { }, TaskScheduler.Default).Wait();
            _disposal.Dispose();
            _source.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Slot => _row >= 0 && _row < _current.Count
        ? _current.First + _row
        : throw new InvalidOperationException(
            "The cursor stands on no row. Call MoveNext first, until it returns false.");

    /// <summary>Begins up to two ranges, in the slots that the caller has left.</summary>
    private void LookAhead()
    {
        for (int i = 0; i < 2 && _ahead.Count < _ranges && !_sourceEnded; i++)
            _ahead.Enqueue(Begin(_begun % _ranges * _rangeRows, _begun++ == 0 ? FirstRangeRows : _rangeRows));
    }

    /// <summary>Reads a range and begins to compute it.</summary>
    private RowRange Begin(int first, int rows)
    {
        int count = 0;
        ExceptionDispatchInfo? failure = null;
        try
        {
            for (; count < rows && MoveToWanted(); count++)
            {
                _getSourceId(ref _ids[first + count]);
                _positions[first + count] = _sourcePosition;
                foreach (RowSlots slots in _active)
                    slots.Read(first + count);
            }
        }
        catch (Exception exception)
        {
            failure = ExceptionDispatchInfo.Capture(exception);
        }

        _sourceEnded = count < rows;
        CancellationToken disposal = _disposal.Token;
        return new(first, count, failure, Task.Factory.StartNew(
            () =>
            {
                foreach (RowSlots slots in _active)
                    slots.Compute(first, count);
            },
            disposal, TaskCreationOptions.DenyChildAttach, _computing));
    }

    private bool MoveToWanted()
    {
        while (_source.MoveNext())
        {
            _sourcePosition++;
            if (_isWanted is null || _isWanted(_sourcePosition))
                return true;
            if (_sourcePosition % RowsPerCancellationCheck == 0)
                _throwIfCancelled();
        }

        return false;
    }

    /// <summary>Rows in consecutive slots.</summary>
    /// <param name="First">The slot of the first.</param>
    /// <param name="Count">Number of rows.</param>
    /// <param name="Failure">Why the source has no more rows, where that is no end.</param>
    /// <param name="Computation">Ends when the rows are computed.</param>
    private readonly record struct RowRange(int First, int Count, ExceptionDispatchInfo? Failure, Task Computation);
}

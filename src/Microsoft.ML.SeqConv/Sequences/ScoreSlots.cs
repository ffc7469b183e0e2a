using System.Runtime.ExceptionServices;
using Microsoft.ML.Data;

namespace Microsoft.ML.SeqConv;

/// <summary>Scores of sequences.</summary>
internal sealed class ScoreSlots : RowSlots
{
    private readonly SequenceRows _rows;
    private readonly LabelValues? _classes;
    private readonly float[][] _scores;
    private readonly ExceptionDispatchInfo?[] _failures;

    public ScoreSlots(DataViewSchema.Column column, SequenceRows rows, LabelValues? classes, int capacity)
        : base(column)
    {
        _rows = rows;
        _classes = classes;
        _failures = new ExceptionDispatchInfo?[capacity];
        _scores = new float[capacity][];
        for (int slot = 0; slot < capacity; slot++)
            _scores[slot] = new float[classes?.Names.Length ?? 1];
    }

    public override void Read(int slot)
    {
        _failures[slot] = null;
        try
        {
            _rows.Read(slot);
        }
        catch (Exception failure)
        {
            _failures[slot] = ExceptionDispatchInfo.Capture(failure);
        }
    }

    public override void Compute(int first, int count)
    {
        int[] whole = [.. Enumerable.Range(first, count).Where(slot => _failures[slot] is null)];
        if (whole.Length > 0)
            _rows.Score(whole, _scores);
    }

    public override Delegate Getter(Func<int> slot) => Getter(Column, slot);

    public Delegate Getter(DataViewSchema.Column column, Func<int> slot)
        => ScoreColumns.Getter(_classes, column.Name == DefaultColumnNames.PredictedLabel ? 0 : 1, () =>
        {
            int current = slot();
            _failures[current]?.Throw();
            return _scores[current];
        });
}

/// <summary>Another column of the same scores.</summary>
internal sealed class DerivedSlots(DataViewSchema.Column column, ScoreSlots scores) : RowSlots(column)
{
    public override void Read(int slot)
    {
    }

    public override Delegate Getter(Func<int> slot) => scores.Getter(Column, slot);
}

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>The vectorised transform of one series, or of as many series of one length as a vector has lanes.</summary>
internal abstract class LaneWorker
{
    /// <summary>Copies a series into a lane. All that are loaded have one length.</summary>
    public abstract void Load(ReadOnlySpan<float> series, int lane);

    /// <summary>Transforms the loaded series: row i of the result is that of lane i.</summary>
    public abstract void Transform(FeatureRows features);
}

/// <summary>Where features go: one row, or several.</summary>
internal readonly ref struct FeatureRows
{
    private readonly Span<float> _row;
    private readonly ReadOnlySpan<Memory<float>> _rows;

    public FeatureRows(Span<float> row)
    {
        _row = row;
        Count = 1;
    }

    public FeatureRows(ReadOnlySpan<Memory<float>> rows)
    {
        _rows = rows;
        Count = rows.Length;
    }

    public int Count { get; }

    public Span<float> this[int index] => _rows.IsEmpty ? _row : _rows[index].Span;
}

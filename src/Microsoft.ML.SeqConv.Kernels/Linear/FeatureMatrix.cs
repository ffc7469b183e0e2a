using System.Runtime.InteropServices;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Rows of features outside the managed heap, grown row by row: the one copy of the training features that ridge makes
/// and works on in place. A row starts at a multiple of 64 bytes and is padded with zeros to a multiple of 16 values,
/// so that loops need no tail.
/// </summary>
public sealed unsafe class FeatureMatrix : IDisposable
{
    private const int Alignment = 64;
    private const int RowsPerSlab = 64;

    private readonly List<nint> _slabs = [];
    private bool _disposed;

    /// <summary>Makes an empty matrix.</summary>
    /// <param name="columnCount">Features a row, at least 1.</param>
    public FeatureMatrix(int columnCount)
    {
        Guard.AtLeast(columnCount, 1);
        ColumnCount = columnCount;
        Stride = (columnCount + 15) & ~15;
    }

    /// <summary>Frees the memory when the matrix was not disposed.</summary>
    ~FeatureMatrix() => Free();

    /// <summary>Features a row.</summary>
    public int ColumnCount { get; }

    /// <summary>Rows added so far.</summary>
    public int RowCount { get; private set; }

    /// <summary>Values from one row to the next within the padded layout.</summary>
    internal int Stride { get; }

    /// <summary>Adds a row of zeros and gives its features to be written.</summary>
    public Span<float> AddRow()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (RowCount == _slabs.Count * RowsPerSlab)
        {
            nuint bytes = (nuint)RowsPerSlab * (nuint)Stride * sizeof(float);
            void* slab = NativeMemory.AlignedAlloc(bytes, Alignment);
            NativeMemory.Clear(slab, bytes);
            _slabs.Add((nint)slab);
            GC.AddMemoryPressure((long)bytes);
        }

        Span<float> row = this[RowCount++];
        row.Clear();
        return row;
    }

    /// <summary>Forgets the rows and keeps their memory for others.</summary>
    public void Clear() => RowCount = 0;

    /// <summary>The features of one row.</summary>
    public Span<float> this[int row] => new(RowPointer(row), ColumnCount);

    /// <summary>Copies some columns of all rows.</summary>
    /// <param name="first">The first of them.</param>
    /// <param name="destination">Gets the rows after its own; it has as many columns as are copied.</param>
    internal void CopyColumns(int first, FeatureMatrix destination)
    {
        for (int row = 0; row < RowCount; row++)
            this[row].Slice(first, destination.ColumnCount).CopyTo(destination.AddRow());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    internal float* RowPointer(int row)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)RowCount, nameof(row));
        return (float*)_slabs[row / RowsPerSlab] + (long)(row % RowsPerSlab) * Stride;
    }

    private void Free()
    {
        if (_disposed)
            return;
        _disposed = true;
        foreach (nint slab in _slabs)
        {
            NativeMemory.AlignedFree((void*)slab);
            GC.RemoveMemoryPressure((long)RowsPerSlab * Stride * sizeof(float));
        }

        _slabs.Clear();
    }
}

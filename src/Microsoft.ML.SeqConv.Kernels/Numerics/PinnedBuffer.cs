namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>Zeroed memory that does not move, for loops over pointers. Freed by the garbage collector; it holds no handle to dispose.</summary>
internal sealed unsafe class PinnedBuffer<T>
    where T : unmanaged
{
    private readonly T[] _values;

    public PinnedBuffer(long length)
    {
        if (length > Array.MaxLength)
            throw new ArgumentOutOfRangeException(nameof(length), length, $"A buffer of {length} values is larger than an array can be; shorten the series.");
        _values = GC.AllocateArray<T>((int)length, pinned: true);
        fixed (T* start = _values)
            Pointer = start;
    }

    public T* Pointer { get; }

    public Span<T> Span => _values;
}

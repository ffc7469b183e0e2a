namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Zeroed memory that does not move, for loops over pointers. It starts at a cache line, so that a vector of neighbours
/// at a multiple of its width lies in one. Freed by the garbage collector; it holds no handle to dispose.
/// </summary>
internal sealed unsafe class PinnedBuffer<T>
    where T : unmanaged
{
    private const int LineBytes = 64;

    private readonly T[] _values;
    private readonly int _start;
    private readonly int _length;

    public PinnedBuffer(long length)
    {
        int spare = LineBytes / sizeof(T);
        if (length > Array.MaxLength - spare)
            throw new ArgumentOutOfRangeException(nameof(length), length,
                $"A buffer of {length} values is larger than an array can be; shorten the series.");
        _values = GC.AllocateArray<T>((int)length + spare, pinned: true);
        _length = (int)length;
        fixed (T* values = _values)
        {
            _start = (int)((LineBytes - (nint)values % LineBytes) % LineBytes / sizeof(T));
            Pointer = values + _start;
        }
    }

    public T* Pointer { get; }

    public Span<T> Span => _values.AsSpan(_start, _length);

    /// <summary>Whether values lie in the buffer, for the assertions of unsafe loops.</summary>
    /// <param name="first">The first value.</param>
    /// <param name="count">The number of values.</param>
    public bool Holds(T* first, long count) => count >= 0 && first >= Pointer && first + count <= Pointer + _length;
}

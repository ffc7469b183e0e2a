using System.Runtime.InteropServices;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>Zeroed doubles outside the managed heap, aligned for vectors; may hold more than an array can.</summary>
internal sealed unsafe class AlignedBuffer : IDisposable
{
    private readonly long _bytes;

    internal AlignedBuffer(long count)
    {
        _bytes = checked(count * sizeof(double));
        Pointer = (double*)NativeMemory.AlignedAlloc((nuint)_bytes, 64);
        NativeMemory.Clear(Pointer, (nuint)_bytes);
        GC.AddMemoryPressure(_bytes);
    }

    ~AlignedBuffer() => Free();

    internal double* Pointer { get; private set; }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    /// <summary>Whether values lie in the buffer, for the assertions of unsafe loops.</summary>
    /// <param name="first">The first value.</param>
    /// <param name="count">The number of values.</param>
    internal bool Holds(double* first, long count)
        => count >= 0 && first >= Pointer && first + count <= Pointer + _bytes / sizeof(double);

    internal void Clear() => NativeMemory.Clear(Pointer, (nuint)_bytes);

    private void Free()
    {
        if (Pointer == null)
            return;
        NativeMemory.AlignedFree(Pointer);
        Pointer = null;
        GC.RemoveMemoryPressure(_bytes);
    }
}

using System.Runtime.InteropServices;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>A square matrix of float64 outside the managed heap, row-major; rows are padded with zeros to whole vectors.</summary>
internal sealed unsafe class SquareMatrix : IDisposable
{
    private const int Alignment = 64;

    private nint _memory;

    public SquareMatrix(int size)
    {
        Size = size;
        Stride = (size + 7) & ~7;
        nuint bytes = (nuint)size * (nuint)Stride * sizeof(double);
        _memory = (nint)NativeMemory.AlignedAlloc(Math.Max(bytes, Alignment), Alignment);
        NativeMemory.Clear((void*)_memory, bytes);
        GC.AddMemoryPressure((long)bytes);
    }

    ~SquareMatrix() => Free();

    public int Size { get; }

    /// <summary>Values from one row to the next.</summary>
    public long Stride { get; }

    public double* Pointer => (double*)_memory;

    public double* Row(int row) => Pointer + row * Stride;

    /// <summary>One pointer a row.</summary>
    public nint[] RowPointers()
    {
        var rows = new nint[Size];
        for (int i = 0; i < Size; i++)
            rows[i] = (nint)Row(i);
        return rows;
    }

    /// <summary>Puts zeros everywhere.</summary>
    public void Clear() => NativeMemory.Clear((void*)_memory, (nuint)Size * (nuint)Stride * sizeof(double));

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (_memory == 0)
            return;
        NativeMemory.AlignedFree((void*)_memory);
        GC.RemoveMemoryPressure(Size * Stride * sizeof(double));
        _memory = 0;
    }
}

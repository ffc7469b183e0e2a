using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Sums of buffers. Whole vectors are read and written, past the last position too, so buffers have room
/// for one vector more.
/// </summary>
internal static unsafe class Elementwise
{
    /// <summary>sum = left + right.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Add(float* left, float* right, float* sum, int length, KernelPath path)
    {
        Debug.Assert(length >= 0, "The length is negative.");
        nint t = 0;
        if (path == KernelPath.Vector512)
        {
            for (; t <= length - Vector512<float>.Count; t += Vector512<float>.Count)
                Vector512.Store(Vector512.Load(left + t) + Vector512.Load(right + t), sum + t);
        }

        for (; t < length; t += Vector<float>.Count)
            Vector.Store(Vector.Load(left + t) + Vector.Load(right + t), sum + t);
    }

    /// <summary>total += left + right.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void AddTo(float* total, float* left, float* right, int length)
    {
        Debug.Assert(length >= 0, "The length is negative.");
        for (nint t = 0; t < length; t += Vector<float>.Count)
            Vector.Store(Vector.Load(total + t) + (Vector.Load(left + t) + Vector.Load(right + t)), total + t);
    }
}

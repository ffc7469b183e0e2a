using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>The output of a convolution, given a vector at a time, so that its last sum need not be stored.</summary>
internal unsafe interface IConvolutionOutput<TSelf>
    where TSelf : struct, IConvolutionOutput<TSelf>
{
    /// <summary>The outputs at positions t, t + 1, ...</summary>
    Vector<float> At(nint t);

    /// <summary>The sixteen outputs from position t.</summary>
    Vector512<float> WideAt(nint t);

    /// <summary>The outputs from a position on.</summary>
    TSelf From(nint position);
}

/// <summary>An output that is the sum of two buffers.</summary>
internal readonly unsafe struct SumOfTwo(float* left, float* right) : IConvolutionOutput<SumOfTwo>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<float> At(nint t) => Vector.Load(left + t) + Vector.Load(right + t);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> WideAt(nint t) => Vector512.Load(left + t) + Vector512.Load(right + t);

    public SumOfTwo From(nint position) => new(left + position, right + position);
}

/// <summary>An output that is the sum of four buffers, added from the first on.</summary>
internal readonly unsafe struct SumOfFour(float* first, float* second, float* third, float* fourth)
    : IConvolutionOutput<SumOfFour>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<float> At(nint t)
        => Vector.Load(first + t) + Vector.Load(second + t) + Vector.Load(third + t) + Vector.Load(fourth + t);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> WideAt(nint t)
        => Vector512.Load(first + t) + Vector512.Load(second + t)
            + Vector512.Load(third + t) + Vector512.Load(fourth + t);

    public SumOfFour From(nint position)
        => new(first + position, second + position, third + position, fourth + position);
}

/// <summary>An output in one buffer.</summary>
internal readonly unsafe struct Stored(float* values) : IConvolutionOutput<Stored>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<float> At(nint t) => Vector.Load(values + t);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> WideAt(nint t) => Vector512.Load(values + t);

    public Stored From(nint position) => new(values + position);
}

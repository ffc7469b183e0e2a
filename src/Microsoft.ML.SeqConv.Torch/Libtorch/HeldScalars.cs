using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Numbers as arguments of libtorch, held to the end of a block. TorchSharp reads only the native handle of a
/// <see cref="Scalar"/>; where nothing else refers to the object, its finalizer may free the number before libtorch has
/// read it. No other type of this library makes a scalar or calls a method of TorchSharp that makes one.
/// </summary>
internal sealed class HeldScalars : IDisposable
{
    private readonly List<Scalar> _held = [];

    public Scalar Of(double value) => Hold(value);

    public Scalar Of(long value) => Hold(value);

    /// <summary>The sum of two tensors; TorchSharp's operator makes a scalar that nothing holds.</summary>
    public static Tensor Sum(Tensor left, Tensor right)
    {
        using var held = new HeldScalars();
        return left.add(right, held.Of(1L));
    }

    /// <summary>The square of each value.</summary>
    public static Tensor Square(Tensor x)
    {
        using var held = new HeldScalars();
        return x.pow(held.Of(2L));
    }

    /// <summary>log(1 + exp(x)); x itself above 20, as libtorch's own.</summary>
    public static Tensor Softplus(Tensor x)
    {
        using var scope = NewDisposeScope();
        using var held = new HeldScalars();
        Scalar threshold = held.Of(20L);
        return where(x.gt(threshold), x, x.clamp_max(threshold).exp().log1p()).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        foreach (Scalar scalar in _held)
            scalar.Dispose();
        _held.Clear();
    }

    private Scalar Hold(Scalar scalar)
    {
        _held.Add(scalar);
        return scalar;
    }
}

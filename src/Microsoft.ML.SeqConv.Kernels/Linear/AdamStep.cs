using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// One step of Adam (Kingma and Ba 2015, arXiv:1412.6980) with the constants of its paper, in the order of
/// operations of PyTorch:
/// m += (g - m) (1 - beta1); v = beta2 v + (1 - beta2) g^2; w -= rate / (1 - beta1^t) m / (sqrt(v) / sqrt(1 -
/// beta2^t) + epsilon).
/// </summary>
internal readonly unsafe struct AdamStep
{
    private const float Beta1 = 0.9f;
    private const float Beta2 = 0.999f;
    private const float Epsilon = 1e-8f;

    private readonly float _rate;
    private readonly float _scale;

    /// <param name="rate">The learning rate.</param>
    /// <param name="step">Counts from 1.</param>
    internal AdamStep(double rate, long step)
    {
        _rate = (float)(rate / (1 - Math.Pow(0.9, step)));
        _scale = (float)(1 / Math.Sqrt(1 - Math.Pow(0.999, step)));
    }

    /// <summary>Moves weights.</summary>
    /// <param name="weights">[count].</param>
    /// <param name="first">[count]: running means of the gradient.</param>
    /// <param name="second">[count]: running means of its square.</param>
    /// <param name="gradient">[count].</param>
    /// <param name="count">A multiple of 8.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal void Apply(float* weights, float* first, float* second, float* gradient, int count)
    {
        Debug.Assert(count >= 0 && count % Vector256<float>.Count == 0, "The weights are not whole vectors.");
        var rate = Vector256.Create(_rate);
        var scale = Vector256.Create(_scale);
        for (nint j = 0; j < count; j += Vector256<float>.Count)
        {
            var g = Vector256.Load(gradient + j);
            var m = Vector256.Load(first + j);
            m += (g - m) * (1 - Beta1);
            m.Store(first + j);
            var v = Vector256.Load(second + j) * Beta2 + g * g * (1 - Beta2);
            v.Store(second + j);
            (Vector256.Load(weights + j) - rate * m / (Vector256.Sqrt(v) * scale + Vector256.Create(Epsilon)))
                .Store(weights + j);
        }
    }
}

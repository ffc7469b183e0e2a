using System.Numerics;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>The logistic function and the hyperbolic tangent of vectors, within 3e-7 of the exact values.</summary>
internal static class Logistic
{
    // Beyond, e^x is no normal number; the functions are 0 and 1 to the last bit long before.
    private const float Range = 87;

    /// <summary>1 / (1 + e^-x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Sigmoid(Vector<float> x) => Vector<float>.One / (Vector<float>.One + Exponential(-x));

    /// <summary>2 sigmoid(2x) - 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Tanh(Vector<float> x) => new Vector<float>(2) * Sigmoid(x + x) - Vector<float>.One;

    // e^x = 2^n e^r with n the nearest whole number to x / ln 2; e^r by its series to the seventh power, which is exact
    // to float32 for |r| <= ln 2 / 2. ln 2 is taken off in two parts, so that nothing is lost.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> Exponential(Vector<float> x)
    {
        x = Vector.Min(Vector.Max(x, new Vector<float>(-Range)), new Vector<float>(Range));
        Vector<float> rounding = new(12582912f);       // 1.5 * 2^23: adding it leaves whole numbers
        Vector<float> n = x * new Vector<float>(1.44269504f) + rounding - rounding;
        Vector<float> r = x - n * new Vector<float>(0.693359375f) + n * new Vector<float>(2.12194440e-4f);
        Vector<float> series = new(1f / 5040);
        series = series * r + new Vector<float>(1f / 720);
        series = series * r + new Vector<float>(1f / 120);
        series = series * r + new Vector<float>(1f / 24);
        series = series * r + new Vector<float>(1f / 6);
        series = series * r + new Vector<float>(0.5f);
        series = series * r + Vector<float>.One;
        series = series * r + Vector<float>.One;
        Vector<int> exponent = Vector.ShiftLeft(Vector.ConvertToInt32(n) + new Vector<int>(127), 23);
        return series * Vector.AsVectorSingle(exponent);
    }
}

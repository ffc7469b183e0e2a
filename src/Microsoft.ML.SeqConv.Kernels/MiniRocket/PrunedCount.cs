using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Counts for one kernel with one bias, or for two such kernels at once, how many outputs exceed the bias: what a
/// pruned model has most of. An output is alpha + gamma_a + gamma_b + gamma_c, added from the left, and never stored.
/// Two kernels at once read alpha once, and gamma_a too where it is the same. A lane is as for
/// <see cref="PositiveCount"/>; the values that do not fill a vector are left to it.
/// </summary>
internal static unsafe class PrunedCount
{
    /// <summary>One kernel.</summary>
    /// <returns>The values counted: those that fill vectors.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static int One(float* alpha, float* a, float* b, float* c, int values, float bias, Vector<int>* count)
    {
        Debug.Assert(values >= 0, "The number of values is negative.");
        var limit = new Vector<float>(bias);
        Vector<int> even = *count;
        Vector<int> odd = Vector<int>.Zero;
        nint t = 0;
        for (; t <= values - 2 * Vector<float>.Count; t += 2 * Vector<float>.Count)
        {
            even -= Vector.GreaterThan(
                Vector.Load(alpha + t) + Vector.Load(a + t) + Vector.Load(b + t) + Vector.Load(c + t), limit);
            nint next = t + Vector<float>.Count;
            odd -= Vector.GreaterThan(
                Vector.Load(alpha + next) + Vector.Load(a + next) + Vector.Load(b + next)
                + Vector.Load(c + next), limit);
        }

        for (; t <= values - Vector<float>.Count; t += Vector<float>.Count)
            even -= Vector.GreaterThan(
                Vector.Load(alpha + t) + Vector.Load(a + t) + Vector.Load(b + t) + Vector.Load(c + t), limit);
        *count = even + odd;
        return (int)t;
    }

    /// <summary>Two kernels of one dilation.</summary>
    /// <returns>The values counted: those that fill vectors.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static int Two(float* alpha, float* a0, float* b0, float* c0, float* a1, float* b1, float* c1, int values,
        float bias0, float bias1, Vector<int>* count0, Vector<int>* count1)
    {
        Debug.Assert(values >= 0, "The number of values is negative.");
        var limit0 = new Vector<float>(bias0);
        var limit1 = new Vector<float>(bias1);
        Vector<int> counted0 = *count0;
        Vector<int> counted1 = *count1;
        nint t = 0;
        for (; t <= values - Vector<float>.Count; t += Vector<float>.Count)
        {
            Vector<float> sum = Vector.Load(alpha + t);
            counted0 -= Vector.GreaterThan(
                sum + Vector.Load(a0 + t) + Vector.Load(b0 + t) + Vector.Load(c0 + t), limit0);
            counted1 -= Vector.GreaterThan(
                sum + Vector.Load(a1 + t) + Vector.Load(b1 + t) + Vector.Load(c1 + t), limit1);
        }

        *count0 = counted0;
        *count1 = counted1;
        return (int)t;
    }

    /// <summary>Two kernels of one dilation that begin with the same tap.</summary>
    /// <returns>The values counted: those that fill vectors.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static int TwoFromOneTap(float* alpha, float* a, float* b0, float* c0, float* b1, float* c1, int values,
        float bias0, float bias1, Vector<int>* count0, Vector<int>* count1)
    {
        Debug.Assert(values >= 0, "The number of values is negative.");
        var limit0 = new Vector<float>(bias0);
        var limit1 = new Vector<float>(bias1);
        Vector<int> counted0 = *count0;
        Vector<int> counted1 = *count1;
        nint t = 0;
        for (; t <= values - Vector<float>.Count; t += Vector<float>.Count)
        {
            Vector<float> sum = Vector.Load(alpha + t) + Vector.Load(a + t);
            counted0 -= Vector.GreaterThan(sum + Vector.Load(b0 + t) + Vector.Load(c0 + t), limit0);
            counted1 -= Vector.GreaterThan(sum + Vector.Load(b1 + t) + Vector.Load(c1 + t), limit1);
        }

        *count0 = counted0;
        *count1 = counted1;
        return (int)t;
    }
}

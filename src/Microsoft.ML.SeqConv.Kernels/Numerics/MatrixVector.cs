using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>Products of a matrix and a vector.</summary>
internal static class MatrixVector
{
    private const int VectorsAtOnce = 4;        // sums that stay in registers

    /// <summary>Adds to a vector: sum[o] += matrix[i, o] * vector[i] for all i, in order.</summary>
    /// <param name="matrix">[input, output], row-major.</param>
    /// <param name="vector">[input].</param>
    /// <param name="sum">[output].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(ReadOnlySpan<float> matrix, ReadOnlySpan<float> vector, Span<float> sum)
    {
        int outputs = sum.Length;
        if (matrix.Length != vector.Length * outputs)
            throw new ArgumentException($"A matrix of {matrix.Length} values does not map {vector.Length} to "
                + $"{outputs}.", nameof(matrix));
        int width = Vector<float>.Count;
        ref float weights = ref MemoryMarshal.GetReference(matrix);
        ref float sums = ref MemoryMarshal.GetReference(sum);
        int o = 0;
        for (; o <= outputs - VectorsAtOnce * width; o += VectorsAtOnce * width)
        {
            ref float target = ref Unsafe.Add(ref sums, o);
            Vector<float> sum0 = Vector.LoadUnsafe(ref target);
            Vector<float> sum1 = Vector.LoadUnsafe(ref target, (nuint)width);
            Vector<float> sum2 = Vector.LoadUnsafe(ref target, (nuint)(2 * width));
            Vector<float> sum3 = Vector.LoadUnsafe(ref target, (nuint)(3 * width));
            nuint at = (nuint)o;
            foreach (float value in vector)
            {
                var factor = new Vector<float>(value);
                sum0 += factor * Vector.LoadUnsafe(ref weights, at);
                sum1 += factor * Vector.LoadUnsafe(ref weights, at + (nuint)width);
                sum2 += factor * Vector.LoadUnsafe(ref weights, at + (nuint)(2 * width));
                sum3 += factor * Vector.LoadUnsafe(ref weights, at + (nuint)(3 * width));
                at += (nuint)outputs;
            }

            sum0.StoreUnsafe(ref target);
            sum1.StoreUnsafe(ref target, (nuint)width);
            sum2.StoreUnsafe(ref target, (nuint)(2 * width));
            sum3.StoreUnsafe(ref target, (nuint)(3 * width));
        }

        for (; o <= outputs - width; o += width)
        {
            Vector<float> one = Vector.LoadUnsafe(ref sums, (nuint)o);
            nuint at = (nuint)o;
            foreach (float value in vector)
            {
                one += new Vector<float>(value) * Vector.LoadUnsafe(ref weights, at);
                at += (nuint)outputs;
            }

            one.StoreUnsafe(ref sums, (nuint)o);
        }

        for (; o < outputs; o++)
        {
            float one = sum[o];
            for (int i = 0; i < vector.Length; i++)
                one += vector[i] * matrix[i * outputs + o];
            sum[o] = one;
        }
    }
}

using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// The tile of <see cref="RocketTile"/> for processors with thirty-two registers of 512 bits: four kernels by five
/// vectors. A vector is two of <see cref="Vector{T}"/>, two positions where lanes are series, so its halves are
/// pooled at the end.
/// </summary>
internal static unsafe class RocketTile512
{
    /// <summary>
    /// Convolves with four kernels and pools. Parameters are those of <see cref="RocketTile.Apply"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Apply4By5<T>(
        T* x, nint* offsets, int taps, T* weights, T* biases, int positions, Vector<T>* maxima, Vector<T>* counts)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var pool0 = Pool<T>.Empty;
        var pool1 = Pool<T>.Empty;
        var pool2 = Pool<T>.Empty;
        var pool3 = Pool<T>.Empty;
        for (nint t = 0; t < positions; t += 5 * Vector512<T>.Count)
        {
            Vector512<T> sum00 = Vector512.Create(biases[0]), sum01 = sum00,
                sum02 = sum00, sum03 = sum00, sum04 = sum00;
            Vector512<T> sum10 = Vector512.Create(biases[1]), sum11 = sum10,
                sum12 = sum10, sum13 = sum10, sum14 = sum10;
            Vector512<T> sum20 = Vector512.Create(biases[2]), sum21 = sum20,
                sum22 = sum20, sum23 = sum20, sum24 = sum20;
            Vector512<T> sum30 = Vector512.Create(biases[3]), sum31 = sum30,
                sum32 = sum30, sum33 = sum30, sum34 = sum30;
            T* weight = weights;
            for (int tap = 0; tap < taps; tap++, weight += 4)
            {
                T* point = x + t + offsets[tap];
                Vector512<T> x0 = Vector512.Load(point);
                Vector512<T> x1 = Vector512.Load(point + Vector512<T>.Count);
                Vector512<T> x2 = Vector512.Load(point + 2 * Vector512<T>.Count);
                Vector512<T> x3 = Vector512.Load(point + 3 * Vector512<T>.Count);
                Vector512<T> x4 = Vector512.Load(point + 4 * Vector512<T>.Count);
                Vector512<T> weight0 = Vector512.Create(weight[0]);
                sum00 = VectorArithmetic512<T>.FusedMultiplyAdd(weight0, x0, sum00);
                sum01 = VectorArithmetic512<T>.FusedMultiplyAdd(weight0, x1, sum01);
                sum02 = VectorArithmetic512<T>.FusedMultiplyAdd(weight0, x2, sum02);
                sum03 = VectorArithmetic512<T>.FusedMultiplyAdd(weight0, x3, sum03);
                sum04 = VectorArithmetic512<T>.FusedMultiplyAdd(weight0, x4, sum04);
                Vector512<T> weight1 = Vector512.Create(weight[1]);
                sum10 = VectorArithmetic512<T>.FusedMultiplyAdd(weight1, x0, sum10);
                sum11 = VectorArithmetic512<T>.FusedMultiplyAdd(weight1, x1, sum11);
                sum12 = VectorArithmetic512<T>.FusedMultiplyAdd(weight1, x2, sum12);
                sum13 = VectorArithmetic512<T>.FusedMultiplyAdd(weight1, x3, sum13);
                sum14 = VectorArithmetic512<T>.FusedMultiplyAdd(weight1, x4, sum14);
                Vector512<T> weight2 = Vector512.Create(weight[2]);
                sum20 = VectorArithmetic512<T>.FusedMultiplyAdd(weight2, x0, sum20);
                sum21 = VectorArithmetic512<T>.FusedMultiplyAdd(weight2, x1, sum21);
                sum22 = VectorArithmetic512<T>.FusedMultiplyAdd(weight2, x2, sum22);
                sum23 = VectorArithmetic512<T>.FusedMultiplyAdd(weight2, x3, sum23);
                sum24 = VectorArithmetic512<T>.FusedMultiplyAdd(weight2, x4, sum24);
                Vector512<T> weight3 = Vector512.Create(weight[3]);
                sum30 = VectorArithmetic512<T>.FusedMultiplyAdd(weight3, x0, sum30);
                sum31 = VectorArithmetic512<T>.FusedMultiplyAdd(weight3, x1, sum31);
                sum32 = VectorArithmetic512<T>.FusedMultiplyAdd(weight3, x2, sum32);
                sum33 = VectorArithmetic512<T>.FusedMultiplyAdd(weight3, x3, sum33);
                sum34 = VectorArithmetic512<T>.FusedMultiplyAdd(weight3, x4, sum34);
            }

            int left = positions - (int)t;
            if (left >= 5 * Vector512<T>.Count)
            {
                pool0.Add(sum00);
                pool0.Add(sum01);
                pool0.Add(sum02);
                pool0.Add(sum03);
                pool0.Add(sum04);
                pool1.Add(sum10);
                pool1.Add(sum11);
                pool1.Add(sum12);
                pool1.Add(sum13);
                pool1.Add(sum14);
                pool2.Add(sum20);
                pool2.Add(sum21);
                pool2.Add(sum22);
                pool2.Add(sum23);
                pool2.Add(sum24);
                pool3.Add(sum30);
                pool3.Add(sum31);
                pool3.Add(sum32);
                pool3.Add(sum33);
                pool3.Add(sum34);
            }
            else
            {
                pool0.AddFirst(sum00, left);
                pool0.AddFirst(sum01, left - Vector512<T>.Count);
                pool0.AddFirst(sum02, left - 2 * Vector512<T>.Count);
                pool0.AddFirst(sum03, left - 3 * Vector512<T>.Count);
                pool0.AddFirst(sum04, left - 4 * Vector512<T>.Count);
                pool1.AddFirst(sum10, left);
                pool1.AddFirst(sum11, left - Vector512<T>.Count);
                pool1.AddFirst(sum12, left - 2 * Vector512<T>.Count);
                pool1.AddFirst(sum13, left - 3 * Vector512<T>.Count);
                pool1.AddFirst(sum14, left - 4 * Vector512<T>.Count);
                pool2.AddFirst(sum20, left);
                pool2.AddFirst(sum21, left - Vector512<T>.Count);
                pool2.AddFirst(sum22, left - 2 * Vector512<T>.Count);
                pool2.AddFirst(sum23, left - 3 * Vector512<T>.Count);
                pool2.AddFirst(sum24, left - 4 * Vector512<T>.Count);
                pool3.AddFirst(sum30, left);
                pool3.AddFirst(sum31, left - Vector512<T>.Count);
                pool3.AddFirst(sum32, left - 2 * Vector512<T>.Count);
                pool3.AddFirst(sum33, left - 3 * Vector512<T>.Count);
                pool3.AddFirst(sum34, left - 4 * Vector512<T>.Count);
            }
        }

        pool0.Store(maxima + 0, counts + 0);
        pool1.Store(maxima + 1, counts + 1);
        pool2.Store(maxima + 2, counts + 2);
        pool3.Store(maxima + 3, counts + 3);
    }

    /// <summary>Maximum and count above zero of one kernel's outputs, lane by lane.</summary>
    private struct Pool<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private Vector512<T> _max;
        private Vector512<T> _positive;

        public static Pool<T> Empty
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => new() { _max = Vector512.Create(T.NegativeInfinity), _positive = Vector512<T>.Zero };
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(Vector512<T> output)
        {
            _positive = VectorArithmetic512<T>.CountPositive(_positive, output);
            _max = VectorArithmetic512<T>.Larger(output, _max);
        }

        // Only the first positions of the last vectors are outputs.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void AddFirst(Vector512<T> output, int positions)
            => Add(Vector512.ConditionalSelect(Vector512.LessThan(VectorArithmetic512<T>.Lanes,
                Vector512.Create(T.CreateTruncating(positions))), output, Vector512.Create(T.NegativeInfinity)));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Store(Vector<T>* max, Vector<T>* positive)
        {
            *max = VectorArithmetic<T>.Larger(_max.GetLower().AsVector(), _max.GetUpper().AsVector());
            *positive = VectorArithmetic512<T>.AddCounts(_positive.GetLower().AsVector(),
                _positive.GetUpper().AsVector());
        }
    }
}

using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// The inner loops of Rocket: the outputs of several kernels at several vectors of positions are summed in registers,
/// so that a point is loaded once for all kernels and a weight once for all positions. Four kernels by three vectors,
/// three by four or two by six leave room for the operands in the sixteen registers of 256-bit processors.
/// </summary>
internal static unsafe class RocketTile
{
    /// <summary>Convolves and pools.</summary>
    /// <param name="x">The first channel at position 0.</param>
    /// <param name="offsets">
    /// [tap]: where each tap reads for the first output position, relative to <paramref name="x"/>.
    /// </param>
    /// <param name="taps">Taps over all channels.</param>
    /// <param name="weights">[tap, kernel], row-major.</param>
    /// <param name="biases">[kernel].</param>
    /// <param name="kernels">From 1 to 4.</param>
    /// <param name="positions">Outputs of a kernel, over all lanes; at least 1.</param>
    /// <param name="lane">The numbers of the lanes: 0, 1, 2, ...</param>
    /// <param name="maxima">[kernel], to be filled lane by lane.</param>
    /// <param name="counts">
    /// [kernel], to be filled lane by lane with the numbers of outputs above zero: integers, see
    /// <see cref="VectorArithmetic{T}.Count"/>.
    /// </param>
    /// <param name="path">Whether the loops may use 512-bit vectors.</param>
    public static void Apply<T>(T* x, nint* offsets, int taps, T* weights, T* biases, int kernels, int positions,
        Vector<T> lane, Vector<T>* maxima, Vector<T>* counts, KernelPath path)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Debug.Assert(kernels >= 1 && kernels <= RocketGroup.MaxKernels, "There is no tile for so many kernels.");
        Debug.Assert(taps >= 1 && positions >= 1, "There is no tap or no position.");
        switch (kernels)
        {
            case 4 when path == KernelPath.Vector512:
                RocketTile512.Apply4By5(x, offsets, taps, weights, biases, positions, maxima, counts);
                break;
            case 4:
                Apply4By3(x, offsets, taps, weights, biases, positions, lane, maxima, counts);
                break;
            case 3:
                Apply3By4(x, offsets, taps, weights, biases, positions, lane, maxima, counts);
                break;
            case 2:
                Apply2By6(x, offsets, taps, weights, biases, positions, lane, maxima, counts);
                break;
            default:
                Apply1By8(x, offsets, taps, weights, biases, positions, lane, maxima, counts);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Apply4By3<T>(T* x, nint* offsets, int taps, T* weights, T* biases, int positions,
        Vector<T> lane, Vector<T>* maxima, Vector<T>* counts)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var pool0 = Pool<T>.Empty;
        var pool1 = Pool<T>.Empty;
        var pool2 = Pool<T>.Empty;
        var pool3 = Pool<T>.Empty;
        for (nint t = 0; t < positions; t += 3 * Vector<T>.Count)
        {
            Vector<T> sum00 = new(biases[0]), sum01 = sum00, sum02 = sum00;
            Vector<T> sum10 = new(biases[1]), sum11 = sum10, sum12 = sum10;
            Vector<T> sum20 = new(biases[2]), sum21 = sum20, sum22 = sum20;
            Vector<T> sum30 = new(biases[3]), sum31 = sum30, sum32 = sum30;
            T* weight = weights;
            for (int tap = 0; tap < taps; tap++, weight += 4)
            {
                T* point = x + t + offsets[tap];
                Vector<T> x0 = Vector.Load(point);
                Vector<T> x1 = Vector.Load(point + Vector<T>.Count);
                Vector<T> x2 = Vector.Load(point + 2 * Vector<T>.Count);
                var weight0 = new Vector<T>(weight[0]);
                sum00 = VectorArithmetic<T>.FusedMultiplyAdd(weight0, x0, sum00);
                sum01 = VectorArithmetic<T>.FusedMultiplyAdd(weight0, x1, sum01);
                sum02 = VectorArithmetic<T>.FusedMultiplyAdd(weight0, x2, sum02);
                var weight1 = new Vector<T>(weight[1]);
                sum10 = VectorArithmetic<T>.FusedMultiplyAdd(weight1, x0, sum10);
                sum11 = VectorArithmetic<T>.FusedMultiplyAdd(weight1, x1, sum11);
                sum12 = VectorArithmetic<T>.FusedMultiplyAdd(weight1, x2, sum12);
                var weight2 = new Vector<T>(weight[2]);
                sum20 = VectorArithmetic<T>.FusedMultiplyAdd(weight2, x0, sum20);
                sum21 = VectorArithmetic<T>.FusedMultiplyAdd(weight2, x1, sum21);
                sum22 = VectorArithmetic<T>.FusedMultiplyAdd(weight2, x2, sum22);
                var weight3 = new Vector<T>(weight[3]);
                sum30 = VectorArithmetic<T>.FusedMultiplyAdd(weight3, x0, sum30);
                sum31 = VectorArithmetic<T>.FusedMultiplyAdd(weight3, x1, sum31);
                sum32 = VectorArithmetic<T>.FusedMultiplyAdd(weight3, x2, sum32);
            }

            int left = positions - (int)t;
            if (left >= 3 * Vector<T>.Count)
            {
                pool0.Add(sum00, sum01);
                pool0.Add(sum02);
                pool1.Add(sum10, sum11);
                pool1.Add(sum12);
                pool2.Add(sum20, sum21);
                pool2.Add(sum22);
                pool3.Add(sum30, sum31);
                pool3.Add(sum32);
            }
            else
            {
                pool0.AddFirst(sum00, lane, left);
                pool0.AddFirst(sum01, lane, left - Vector<T>.Count);
                pool0.AddFirst(sum02, lane, left - 2 * Vector<T>.Count);
                pool1.AddFirst(sum10, lane, left);
                pool1.AddFirst(sum11, lane, left - Vector<T>.Count);
                pool1.AddFirst(sum12, lane, left - 2 * Vector<T>.Count);
                pool2.AddFirst(sum20, lane, left);
                pool2.AddFirst(sum21, lane, left - Vector<T>.Count);
                pool2.AddFirst(sum22, lane, left - 2 * Vector<T>.Count);
                pool3.AddFirst(sum30, lane, left);
                pool3.AddFirst(sum31, lane, left - Vector<T>.Count);
                pool3.AddFirst(sum32, lane, left - 2 * Vector<T>.Count);
            }
        }

        pool0.Store(maxima + 0, counts + 0);
        pool1.Store(maxima + 1, counts + 1);
        pool2.Store(maxima + 2, counts + 2);
        pool3.Store(maxima + 3, counts + 3);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Apply3By4<T>(T* x, nint* offsets, int taps, T* weights, T* biases, int positions,
        Vector<T> lane, Vector<T>* maxima, Vector<T>* counts)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var pool0 = Pool<T>.Empty;
        var pool1 = Pool<T>.Empty;
        var pool2 = Pool<T>.Empty;
        for (nint t = 0; t < positions; t += 4 * Vector<T>.Count)
        {
            Vector<T> sum00 = new(biases[0]), sum01 = sum00, sum02 = sum00, sum03 = sum00;
            Vector<T> sum10 = new(biases[1]), sum11 = sum10, sum12 = sum10, sum13 = sum10;
            Vector<T> sum20 = new(biases[2]), sum21 = sum20, sum22 = sum20, sum23 = sum20;
            T* weight = weights;
            for (int tap = 0; tap < taps; tap++, weight += 3)
            {
                T* point = x + t + offsets[tap];
                var weight0 = new Vector<T>(weight[0]);
                var weight1 = new Vector<T>(weight[1]);
                var weight2 = new Vector<T>(weight[2]);
                Vector<T> x0 = Vector.Load(point);
                sum00 = VectorArithmetic<T>.FusedMultiplyAdd(weight0, x0, sum00);
                sum10 = VectorArithmetic<T>.FusedMultiplyAdd(weight1, x0, sum10);
                sum20 = VectorArithmetic<T>.FusedMultiplyAdd(weight2, x0, sum20);
                Vector<T> x1 = Vector.Load(point + Vector<T>.Count);
                sum01 = VectorArithmetic<T>.FusedMultiplyAdd(weight0, x1, sum01);
                sum11 = VectorArithmetic<T>.FusedMultiplyAdd(weight1, x1, sum11);
                sum21 = VectorArithmetic<T>.FusedMultiplyAdd(weight2, x1, sum21);
                Vector<T> x2 = Vector.Load(point + 2 * Vector<T>.Count);
                sum02 = VectorArithmetic<T>.FusedMultiplyAdd(weight0, x2, sum02);
                sum12 = VectorArithmetic<T>.FusedMultiplyAdd(weight1, x2, sum12);
                sum22 = VectorArithmetic<T>.FusedMultiplyAdd(weight2, x2, sum22);
                Vector<T> x3 = Vector.Load(point + 3 * Vector<T>.Count);
                sum03 = VectorArithmetic<T>.FusedMultiplyAdd(weight0, x3, sum03);
                sum13 = VectorArithmetic<T>.FusedMultiplyAdd(weight1, x3, sum13);
                sum23 = VectorArithmetic<T>.FusedMultiplyAdd(weight2, x3, sum23);
            }

            int left = positions - (int)t;
            if (left >= 4 * Vector<T>.Count)
            {
                pool0.Add(sum00, sum01);
                pool0.Add(sum02, sum03);
                pool1.Add(sum10, sum11);
                pool1.Add(sum12, sum13);
                pool2.Add(sum20, sum21);
                pool2.Add(sum22, sum23);
            }
            else
            {
                pool0.AddFirst(sum00, lane, left);
                pool0.AddFirst(sum01, lane, left - Vector<T>.Count);
                pool0.AddFirst(sum02, lane, left - 2 * Vector<T>.Count);
                pool0.AddFirst(sum03, lane, left - 3 * Vector<T>.Count);
                pool1.AddFirst(sum10, lane, left);
                pool1.AddFirst(sum11, lane, left - Vector<T>.Count);
                pool1.AddFirst(sum12, lane, left - 2 * Vector<T>.Count);
                pool1.AddFirst(sum13, lane, left - 3 * Vector<T>.Count);
                pool2.AddFirst(sum20, lane, left);
                pool2.AddFirst(sum21, lane, left - Vector<T>.Count);
                pool2.AddFirst(sum22, lane, left - 2 * Vector<T>.Count);
                pool2.AddFirst(sum23, lane, left - 3 * Vector<T>.Count);
            }
        }

        pool0.Store(maxima + 0, counts + 0);
        pool1.Store(maxima + 1, counts + 1);
        pool2.Store(maxima + 2, counts + 2);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Apply2By6<T>(T* x, nint* offsets, int taps, T* weights, T* biases, int positions,
        Vector<T> lane, Vector<T>* maxima, Vector<T>* counts)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var pool0 = Pool<T>.Empty;
        var pool1 = Pool<T>.Empty;
        for (nint t = 0; t < positions; t += 6 * Vector<T>.Count)
        {
            Vector<T> sum00 = new(biases[0]), sum01 = sum00, sum02 = sum00, sum03 = sum00, sum04 = sum00, sum05 = sum00;
            Vector<T> sum10 = new(biases[1]), sum11 = sum10, sum12 = sum10, sum13 = sum10, sum14 = sum10, sum15 = sum10;
            T* weight = weights;
            for (int tap = 0; tap < taps; tap++, weight += 2)
            {
                T* point = x + t + offsets[tap];
                var weight0 = new Vector<T>(weight[0]);
                var weight1 = new Vector<T>(weight[1]);
                Vector<T> x0 = Vector.Load(point);
                sum00 = VectorArithmetic<T>.FusedMultiplyAdd(weight0, x0, sum00);
                sum10 = VectorArithmetic<T>.FusedMultiplyAdd(weight1, x0, sum10);
                Vector<T> x1 = Vector.Load(point + Vector<T>.Count);
                sum01 = VectorArithmetic<T>.FusedMultiplyAdd(weight0, x1, sum01);
                sum11 = VectorArithmetic<T>.FusedMultiplyAdd(weight1, x1, sum11);
                Vector<T> x2 = Vector.Load(point + 2 * Vector<T>.Count);
                sum02 = VectorArithmetic<T>.FusedMultiplyAdd(weight0, x2, sum02);
                sum12 = VectorArithmetic<T>.FusedMultiplyAdd(weight1, x2, sum12);
                Vector<T> x3 = Vector.Load(point + 3 * Vector<T>.Count);
                sum03 = VectorArithmetic<T>.FusedMultiplyAdd(weight0, x3, sum03);
                sum13 = VectorArithmetic<T>.FusedMultiplyAdd(weight1, x3, sum13);
                Vector<T> x4 = Vector.Load(point + 4 * Vector<T>.Count);
                sum04 = VectorArithmetic<T>.FusedMultiplyAdd(weight0, x4, sum04);
                sum14 = VectorArithmetic<T>.FusedMultiplyAdd(weight1, x4, sum14);
                Vector<T> x5 = Vector.Load(point + 5 * Vector<T>.Count);
                sum05 = VectorArithmetic<T>.FusedMultiplyAdd(weight0, x5, sum05);
                sum15 = VectorArithmetic<T>.FusedMultiplyAdd(weight1, x5, sum15);
            }

            int left = positions - (int)t;
            if (left >= 6 * Vector<T>.Count)
            {
                pool0.Add(sum00, sum01);
                pool0.Add(sum02, sum03);
                pool0.Add(sum04, sum05);
                pool1.Add(sum10, sum11);
                pool1.Add(sum12, sum13);
                pool1.Add(sum14, sum15);
            }
            else
            {
                pool0.AddFirst(sum00, lane, left);
                pool0.AddFirst(sum01, lane, left - Vector<T>.Count);
                pool0.AddFirst(sum02, lane, left - 2 * Vector<T>.Count);
                pool0.AddFirst(sum03, lane, left - 3 * Vector<T>.Count);
                pool0.AddFirst(sum04, lane, left - 4 * Vector<T>.Count);
                pool0.AddFirst(sum05, lane, left - 5 * Vector<T>.Count);
                pool1.AddFirst(sum10, lane, left);
                pool1.AddFirst(sum11, lane, left - Vector<T>.Count);
                pool1.AddFirst(sum12, lane, left - 2 * Vector<T>.Count);
                pool1.AddFirst(sum13, lane, left - 3 * Vector<T>.Count);
                pool1.AddFirst(sum14, lane, left - 4 * Vector<T>.Count);
                pool1.AddFirst(sum15, lane, left - 5 * Vector<T>.Count);
            }
        }

        pool0.Store(maxima + 0, counts + 0);
        pool1.Store(maxima + 1, counts + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Apply1By8<T>(T* x, nint* offsets, int taps, T* weights, T* biases, int positions,
        Vector<T> lane, Vector<T>* maxima, Vector<T>* counts)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var pool0 = Pool<T>.Empty;
        for (nint t = 0; t < positions; t += 8 * Vector<T>.Count)
        {
            Vector<T> sum00 = new(biases[0]), sum01 = sum00, sum02 = sum00, sum03 = sum00, sum04 = sum00,
                sum05 = sum00, sum06 = sum00, sum07 = sum00;
            T* weight = weights;
            for (int tap = 0; tap < taps; tap++, weight += 1)
            {
                T* point = x + t + offsets[tap];
                var weight0 = new Vector<T>(*weight);
                sum00 = VectorArithmetic<T>.FusedMultiplyAdd(weight0, Vector.Load(point), sum00);
                sum01 = VectorArithmetic<T>.FusedMultiplyAdd(weight0, Vector.Load(point + Vector<T>.Count), sum01);
                sum02 = VectorArithmetic<T>.FusedMultiplyAdd(weight0, Vector.Load(point + 2 * Vector<T>.Count), sum02);
                sum03 = VectorArithmetic<T>.FusedMultiplyAdd(weight0, Vector.Load(point + 3 * Vector<T>.Count), sum03);
                sum04 = VectorArithmetic<T>.FusedMultiplyAdd(weight0, Vector.Load(point + 4 * Vector<T>.Count), sum04);
                sum05 = VectorArithmetic<T>.FusedMultiplyAdd(weight0, Vector.Load(point + 5 * Vector<T>.Count), sum05);
                sum06 = VectorArithmetic<T>.FusedMultiplyAdd(weight0, Vector.Load(point + 6 * Vector<T>.Count), sum06);
                sum07 = VectorArithmetic<T>.FusedMultiplyAdd(weight0, Vector.Load(point + 7 * Vector<T>.Count), sum07);
            }

            int left = positions - (int)t;
            if (left >= 8 * Vector<T>.Count)
            {
                pool0.Add(sum00, sum01);
                pool0.Add(sum02, sum03);
                pool0.Add(sum04, sum05);
                pool0.Add(sum06, sum07);
            }
            else
            {
                pool0.AddFirst(sum00, lane, left);
                pool0.AddFirst(sum01, lane, left - Vector<T>.Count);
                pool0.AddFirst(sum02, lane, left - 2 * Vector<T>.Count);
                pool0.AddFirst(sum03, lane, left - 3 * Vector<T>.Count);
                pool0.AddFirst(sum04, lane, left - 4 * Vector<T>.Count);
                pool0.AddFirst(sum05, lane, left - 5 * Vector<T>.Count);
                pool0.AddFirst(sum06, lane, left - 6 * Vector<T>.Count);
                pool0.AddFirst(sum07, lane, left - 7 * Vector<T>.Count);
            }
        }

        pool0.Store(maxima + 0, counts + 0);
    }

    /// <summary>Maximum and count above zero of one kernel's outputs, lane by lane.</summary>
    private struct Pool<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private Vector<T> _max;
        private Vector<T> _positive;

        public static Pool<T> Empty
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => new() { _max = new Vector<T>(T.NegativeInfinity), _positive = Vector<T>.Zero };
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(Vector<T> output)
        {
            _positive = VectorArithmetic<T>.CountPositive(_positive, output);
            _max = VectorArithmetic<T>.Larger(output, _max);
        }

        // Two outputs meet in registers first: the pools of a tile are more than the registers hold.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(Vector<T> left, Vector<T> right)
        {
            _positive = VectorArithmetic<T>.CountPositive(VectorArithmetic<T>.CountPositive(_positive, left), right);
            _max = VectorArithmetic<T>.Larger(VectorArithmetic<T>.Larger(left, right), _max);
        }

        // Only the first positions of the last vectors are outputs.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void AddFirst(Vector<T> output, Vector<T> lane, int positions)
        {
            Add(Vector.ConditionalSelect(Vector.LessThan(lane, new Vector<T>(T.CreateTruncating(positions))), output,
                new Vector<T>(T.NegativeInfinity)));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Store(Vector<T>* max, Vector<T>* positive)
        {
            *max = _max;
            *positive = _positive;
        }
    }
}

using System.Numerics;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// The inner loops of Rocket: the outputs of several kernels at several vectors of positions are summed in registers, so that a point is loaded once for
/// all kernels and a weight once for all positions. Four kernels by two vectors, two by four or one by eight leave room for the operands in the
/// sixteen registers of 256-bit processors.
/// </summary>
internal static unsafe class RocketTile
{
    /// <summary>Convolves and pools.</summary>
    /// <param name="x">The first channel at position 0.</param>
    /// <param name="offsets">[tap]: where each tap reads for the first output position, relative to <paramref name="x"/>.</param>
    /// <param name="taps">Taps over all channels.</param>
    /// <param name="weights">[tap, kernel], row-major.</param>
    /// <param name="biases">[kernel].</param>
    /// <param name="kernels">From 1 to 4.</param>
    /// <param name="positions">Outputs of a kernel, over all lanes; at least 1.</param>
    /// <param name="lane">The numbers of the lanes: 0, 1, 2, ...</param>
    /// <param name="maxima">[kernel], to be filled lane by lane.</param>
    /// <param name="counts">[kernel], to be filled lane by lane with the numbers of outputs above zero.</param>
    public static void Apply<T>(T* x, nint* offsets, int taps, T* weights, T* biases, int kernels, int positions, Vector<T> lane, Vector<T>* maxima, Vector<T>* counts)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        switch (kernels)
        {
            case 4:
                Apply4By2(x, offsets, taps, weights, biases, positions, lane, maxima, counts);
                break;
            case 3:
                Apply3By2(x, offsets, taps, weights, biases, positions, lane, maxima, counts);
                break;
            case 2:
                Apply2By4(x, offsets, taps, weights, biases, positions, lane, maxima, counts);
                break;
            default:
                Apply1By8(x, offsets, taps, weights, biases, positions, lane, maxima, counts);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Apply4By2<T>(T* x, nint* offsets, int taps, T* weights, T* biases, int positions, Vector<T> lane, Vector<T>* maxima, Vector<T>* counts)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var pool0 = Pool<T>.Empty;
        var pool1 = Pool<T>.Empty;
        var pool2 = Pool<T>.Empty;
        var pool3 = Pool<T>.Empty;
        for (nint t = 0; t < positions; t += 2 * Vector<T>.Count)
        {
            Vector<T> sum00 = new(biases[0]), sum01 = sum00;
            Vector<T> sum10 = new(biases[1]), sum11 = sum10;
            Vector<T> sum20 = new(biases[2]), sum21 = sum20;
            Vector<T> sum30 = new(biases[3]), sum31 = sum30;
            T* weight = weights;
            for (int tap = 0; tap < taps; tap++, weight += 4)
            {
                T* point = x + t + offsets[tap];
                Vector<T> x0 = Vector.Load(point);
                Vector<T> x1 = Vector.Load(point + Vector<T>.Count);
                var weight0 = new Vector<T>(weight[0]);
                sum00 += weight0 * x0;
                sum01 += weight0 * x1;
                var weight1 = new Vector<T>(weight[1]);
                sum10 += weight1 * x0;
                sum11 += weight1 * x1;
                var weight2 = new Vector<T>(weight[2]);
                sum20 += weight2 * x0;
                sum21 += weight2 * x1;
                var weight3 = new Vector<T>(weight[3]);
                sum30 += weight3 * x0;
                sum31 += weight3 * x1;
            }

            int left = positions - (int)t;
            if (left >= 2 * Vector<T>.Count)
            {
                pool0.Add(sum00, sum01);
                pool1.Add(sum10, sum11);
                pool2.Add(sum20, sum21);
                pool3.Add(sum30, sum31);
            }
            else
            {
                pool0.AddFirst(sum00, lane, left);
                pool0.AddFirst(sum01, lane, left - Vector<T>.Count);
                pool1.AddFirst(sum10, lane, left);
                pool1.AddFirst(sum11, lane, left - Vector<T>.Count);
                pool2.AddFirst(sum20, lane, left);
                pool2.AddFirst(sum21, lane, left - Vector<T>.Count);
                pool3.AddFirst(sum30, lane, left);
                pool3.AddFirst(sum31, lane, left - Vector<T>.Count);
            }
        }

        pool0.Store(maxima + 0, counts + 0);
        pool1.Store(maxima + 1, counts + 1);
        pool2.Store(maxima + 2, counts + 2);
        pool3.Store(maxima + 3, counts + 3);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Apply3By2<T>(T* x, nint* offsets, int taps, T* weights, T* biases, int positions, Vector<T> lane, Vector<T>* maxima, Vector<T>* counts)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var pool0 = Pool<T>.Empty;
        var pool1 = Pool<T>.Empty;
        var pool2 = Pool<T>.Empty;
        for (nint t = 0; t < positions; t += 2 * Vector<T>.Count)
        {
            Vector<T> sum00 = new(biases[0]), sum01 = sum00;
            Vector<T> sum10 = new(biases[1]), sum11 = sum10;
            Vector<T> sum20 = new(biases[2]), sum21 = sum20;
            T* weight = weights;
            for (int tap = 0; tap < taps; tap++, weight += 3)
            {
                T* point = x + t + offsets[tap];
                Vector<T> x0 = Vector.Load(point);
                Vector<T> x1 = Vector.Load(point + Vector<T>.Count);
                var weight0 = new Vector<T>(weight[0]);
                sum00 += weight0 * x0;
                sum01 += weight0 * x1;
                var weight1 = new Vector<T>(weight[1]);
                sum10 += weight1 * x0;
                sum11 += weight1 * x1;
                var weight2 = new Vector<T>(weight[2]);
                sum20 += weight2 * x0;
                sum21 += weight2 * x1;
            }

            int left = positions - (int)t;
            if (left >= 2 * Vector<T>.Count)
            {
                pool0.Add(sum00, sum01);
                pool1.Add(sum10, sum11);
                pool2.Add(sum20, sum21);
            }
            else
            {
                pool0.AddFirst(sum00, lane, left);
                pool0.AddFirst(sum01, lane, left - Vector<T>.Count);
                pool1.AddFirst(sum10, lane, left);
                pool1.AddFirst(sum11, lane, left - Vector<T>.Count);
                pool2.AddFirst(sum20, lane, left);
                pool2.AddFirst(sum21, lane, left - Vector<T>.Count);
            }
        }

        pool0.Store(maxima + 0, counts + 0);
        pool1.Store(maxima + 1, counts + 1);
        pool2.Store(maxima + 2, counts + 2);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Apply2By4<T>(T* x, nint* offsets, int taps, T* weights, T* biases, int positions, Vector<T> lane, Vector<T>* maxima, Vector<T>* counts)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var pool0 = Pool<T>.Empty;
        var pool1 = Pool<T>.Empty;
        for (nint t = 0; t < positions; t += 4 * Vector<T>.Count)
        {
            Vector<T> sum00 = new(biases[0]), sum01 = sum00, sum02 = sum00, sum03 = sum00;
            Vector<T> sum10 = new(biases[1]), sum11 = sum10, sum12 = sum10, sum13 = sum10;
            T* weight = weights;
            for (int tap = 0; tap < taps; tap++, weight += 2)
            {
                T* point = x + t + offsets[tap];
                Vector<T> x0 = Vector.Load(point);
                Vector<T> x1 = Vector.Load(point + Vector<T>.Count);
                Vector<T> x2 = Vector.Load(point + 2 * Vector<T>.Count);
                Vector<T> x3 = Vector.Load(point + 3 * Vector<T>.Count);
                var weight0 = new Vector<T>(weight[0]);
                sum00 += weight0 * x0;
                sum01 += weight0 * x1;
                sum02 += weight0 * x2;
                sum03 += weight0 * x3;
                var weight1 = new Vector<T>(weight[1]);
                sum10 += weight1 * x0;
                sum11 += weight1 * x1;
                sum12 += weight1 * x2;
                sum13 += weight1 * x3;
            }

            int left = positions - (int)t;
            if (left >= 4 * Vector<T>.Count)
            {
                pool0.Add(sum00, sum01);
                pool0.Add(sum02, sum03);
                pool1.Add(sum10, sum11);
                pool1.Add(sum12, sum13);
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
            }
        }

        pool0.Store(maxima + 0, counts + 0);
        pool1.Store(maxima + 1, counts + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Apply1By8<T>(T* x, nint* offsets, int taps, T* weights, T* biases, int positions, Vector<T> lane, Vector<T>* maxima, Vector<T>* counts)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var pool0 = Pool<T>.Empty;
        for (nint t = 0; t < positions; t += 8 * Vector<T>.Count)
        {
            Vector<T> sum00 = new(biases[0]), sum01 = sum00, sum02 = sum00, sum03 = sum00, sum04 = sum00, sum05 = sum00, sum06 = sum00, sum07 = sum00;
            T* weight = weights;
            for (int tap = 0; tap < taps; tap++, weight += 1)
            {
                T* point = x + t + offsets[tap];
                var weight0 = new Vector<T>(*weight);
                sum00 += weight0 * Vector.Load(point);
                sum01 += weight0 * Vector.Load(point + Vector<T>.Count);
                sum02 += weight0 * Vector.Load(point + 2 * Vector<T>.Count);
                sum03 += weight0 * Vector.Load(point + 3 * Vector<T>.Count);
                sum04 += weight0 * Vector.Load(point + 4 * Vector<T>.Count);
                sum05 += weight0 * Vector.Load(point + 5 * Vector<T>.Count);
                sum06 += weight0 * Vector.Load(point + 6 * Vector<T>.Count);
                sum07 += weight0 * Vector.Load(point + 7 * Vector<T>.Count);
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

        // Two outputs meet in registers first: the pools of a tile are more than the registers hold.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(Vector<T> left, Vector<T> right)
        {
            _positive += (Vector.GreaterThan(left, Vector<T>.Zero) & Vector<T>.One) + (Vector.GreaterThan(right, Vector<T>.Zero) & Vector<T>.One);
            _max = Larger(Larger(left, right), _max);
        }

        // Only the first positions of the last vectors are outputs.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void AddFirst(Vector<T> output, Vector<T> lane, int positions)
        {
            output = Vector.ConditionalSelect(Vector.LessThan(lane, new Vector<T>(T.CreateTruncating(positions))), output, new Vector<T>(T.NegativeInfinity));
            _positive += Vector.GreaterThan(output, Vector<T>.Zero) & Vector<T>.One;
            _max = Larger(output, _max);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Store(Vector<T>* max, Vector<T>* positive)
        {
            *max = _max;
            *positive = _positive;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector<T> Larger(Vector<T> left, Vector<T> right) => Vector.ConditionalSelect(Vector.GreaterThan(left, right), left, right);
    }
}

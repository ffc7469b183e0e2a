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
    /// <param name="positions">Output positions, at least 1.</param>
    /// <param name="lane">The numbers of the lanes: 0, 1, 2, ...</param>
    /// <param name="maxima">[kernel], to be filled.</param>
    /// <param name="counts">[kernel], to be filled with the numbers of outputs above zero.</param>
    public static void Apply<T>(T* x, nint* offsets, int taps, T* weights, T* biases, int kernels, int positions, Vector<T> lane, Span<T> maxima, Span<int> counts)
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
    private static void Apply4By2<T>(T* x, nint* offsets, int taps, T* weights, T* biases, int positions, Vector<T> lane, Span<T> maxima, Span<int> counts)
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
                pool0.Add(sum00);
                pool0.Add(sum01);
                pool1.Add(sum10);
                pool1.Add(sum11);
                pool2.Add(sum20);
                pool2.Add(sum21);
                pool3.Add(sum30);
                pool3.Add(sum31);
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

        pool0.Reduce(out maxima[0], out counts[0]);
        pool1.Reduce(out maxima[1], out counts[1]);
        pool2.Reduce(out maxima[2], out counts[2]);
        pool3.Reduce(out maxima[3], out counts[3]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Apply3By2<T>(T* x, nint* offsets, int taps, T* weights, T* biases, int positions, Vector<T> lane, Span<T> maxima, Span<int> counts)
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
                pool0.Add(sum00);
                pool0.Add(sum01);
                pool1.Add(sum10);
                pool1.Add(sum11);
                pool2.Add(sum20);
                pool2.Add(sum21);
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

        pool0.Reduce(out maxima[0], out counts[0]);
        pool1.Reduce(out maxima[1], out counts[1]);
        pool2.Reduce(out maxima[2], out counts[2]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Apply2By4<T>(T* x, nint* offsets, int taps, T* weights, T* biases, int positions, Vector<T> lane, Span<T> maxima, Span<int> counts)
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
                pool0.Add(sum00);
                pool0.Add(sum01);
                pool0.Add(sum02);
                pool0.Add(sum03);
                pool1.Add(sum10);
                pool1.Add(sum11);
                pool1.Add(sum12);
                pool1.Add(sum13);
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

        pool0.Reduce(out maxima[0], out counts[0]);
        pool1.Reduce(out maxima[1], out counts[1]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Apply1By8<T>(T* x, nint* offsets, int taps, T* weights, T* biases, int positions, Vector<T> lane, Span<T> maxima, Span<int> counts)
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
                pool0.Add(sum00);
                pool0.Add(sum01);
                pool0.Add(sum02);
                pool0.Add(sum03);
                pool0.Add(sum04);
                pool0.Add(sum05);
                pool0.Add(sum06);
                pool0.Add(sum07);
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

        pool0.Reduce(out maxima[0], out counts[0]);
    }

    /// <summary>Maximum and count above zero of one kernel's outputs, lane by lane.</summary>
    private struct Pool<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private Vector<T> _max;
        private Vector<T> _positive;

        public static Pool<T> Empty => new() { _max = new Vector<T>(T.NegativeInfinity), _positive = Vector<T>.Zero };

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(Vector<T> output)
        {
            _positive += Vector.GreaterThan(output, Vector<T>.Zero) & Vector<T>.One;
            _max = Vector.ConditionalSelect(Vector.GreaterThan(output, _max), output, _max);
        }

        // Only the first positions of the last vectors are outputs.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void AddFirst(Vector<T> output, Vector<T> lane, int positions)
            => Add(Vector.ConditionalSelect(Vector.LessThan(lane, new Vector<T>(T.CreateTruncating(positions))), output, new Vector<T>(T.NegativeInfinity)));

        public readonly void Reduce(out T max, out int positive)
        {
            max = T.NegativeInfinity;
            positive = 0;
            for (int lane = 0; lane < Vector<T>.Count; lane++)
            {
                max = _max[lane] > max ? _max[lane] : max;
                positive += int.CreateTruncating(_positive[lane]);
            }

            max += T.Zero;      // -0 becomes 0, whichever came first
        }
    }
}

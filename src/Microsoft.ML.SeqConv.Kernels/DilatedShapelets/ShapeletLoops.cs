using System.Numerics;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Slides one shapelet over the windows of a series. A lane is a window, so every lane adds in the order of the scalar
/// path; lanes after the last window have no distance that a comparison could hold for.
/// </summary>
internal static unsafe class ShapeletLoops
{
    private const int AtOnce = 4;

    /// <summary>Finds the closest window and counts those below the threshold.</summary>
    /// <param name="rows">[channel of the shapelet]: the rows of its windows.</param>
    /// <param name="channels">Channels of the shapelet.</param>
    /// <param name="step">Values from one row to the next.</param>
    /// <param name="values">[channel, point].</param>
    /// <param name="points">Points of the shapelet.</param>
    /// <param name="windows">Windows, at least one.</param>
    /// <param name="threshold">Windows of a smaller distance are counted.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static ShapeletMatch Slide(
        float** rows, int channels, nint step, float* values, int points, int windows, float threshold)
    {
        int lanes = Vector<float>.Count;
        var limit = new Vector<float>(threshold);
        var minimum = new Vector<float>(float.PositiveInfinity);
        Vector<int> position = Vector<int>.Zero;
        Vector<int> count = Vector<int>.Zero;
        Vector<int> current = Vector<int>.Indices;
        var next = new Vector<int>(lanes);
        int p = 0;
        int last = windows - (AtOnce - 1) * lanes;
        for (; p < last; p += AtOnce * lanes)
        {
            Vector<float> sum0 = Vector<float>.Zero, sum1 = Vector<float>.Zero;
            Vector<float> sum2 = Vector<float>.Zero, sum3 = Vector<float>.Zero;
            float* value = values;
            for (int c = 0; c < channels; c++)
            {
                float* row = rows[c] + p;
                for (int j = 0; j < points; j++)
                {
                    var v = new Vector<float>(*value++);
                    sum0 += Vector.Abs(Vector.Load(row) - v);
                    sum1 += Vector.Abs(Vector.Load(row + lanes) - v);
                    sum2 += Vector.Abs(Vector.Load(row + 2 * lanes) - v);
                    sum3 += Vector.Abs(Vector.Load(row + 3 * lanes) - v);
                    row += step;
                }
            }

            Keep(sum0, limit, ref minimum, ref position, ref count, current);
            current += next;
            Keep(sum1, limit, ref minimum, ref position, ref count, current);
            current += next;
            Keep(sum2, limit, ref minimum, ref position, ref count, current);
            current += next;
            Keep(sum3, limit, ref minimum, ref position, ref count, current);
            current += next;
        }

        for (; p < windows; p += lanes)
        {
            Keep(DistancesAt(rows, channels, step, values, points, p), limit,
                ref minimum, ref position, ref count, current);
            current += next;
        }

        return Reduce(minimum, position, count);
    }

    /// <summary>The distances from all windows.</summary>
    /// <param name="rows">[channel of the shapelet]: the rows of its windows.</param>
    /// <param name="channels">Channels of the shapelet.</param>
    /// <param name="step">Values from one row to the next.</param>
    /// <param name="values">[channel, point].</param>
    /// <param name="points">Points of the shapelet.</param>
    /// <param name="distances">[window], to be filled.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Distances(
        float** rows, int channels, nint step, float* values, int points, Span<float> distances)
    {
        for (int p = 0; p < distances.Length; p += Vector<float>.Count)
        {
            Vector<float> sums = DistancesAt(rows, channels, step, values, points, p);
            if (distances.Length - p >= Vector<float>.Count)
                sums.CopyTo(distances[p..]);
            else
                for (int lane = 0; lane < distances.Length - p; lane++)
                    distances[p + lane] = sums[lane];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> DistancesAt(
        float** rows, int channels, nint step, float* values, int points, int p)
    {
        Vector<float> sum = Vector<float>.Zero;
        for (int c = 0; c < channels; c++)
        {
            float* row = rows[c] + p;
            for (int j = 0; j < points; j++)
                sum += Vector.Abs(Vector.Load(row + j * step) - new Vector<float>(values[c * points + j]));
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Keep(Vector<float> distance, Vector<float> limit, ref Vector<float> minimum,
        ref Vector<int> position, ref Vector<int> count, Vector<int> current)
    {
        // A comparison gives -1 where it holds.
        Vector<int> isLess = Vector.LessThan(distance, minimum);
        minimum = Vector.ConditionalSelect(isLess, distance, minimum);
        position = Vector.ConditionalSelect(isLess, current, position);
        count -= Vector.LessThan(distance, limit);
    }

    private static ShapeletMatch Reduce(Vector<float> minimum, Vector<int> position, Vector<int> count)
    {
        int best = 0;
        for (int lane = 1; lane < Vector<float>.Count; lane++)
        {
            if (minimum[lane] < minimum[best]
                || (minimum[lane] == minimum[best] && position[lane] < position[best]))
                best = lane;
        }

        return new(minimum[best], position[best], Vector.Sum(count));
    }
}

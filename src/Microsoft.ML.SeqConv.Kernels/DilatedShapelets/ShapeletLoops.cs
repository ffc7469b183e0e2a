using System.Numerics;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// The loops of <see cref="ShapeletDistances"/>. A lane is a window, so every lane adds in the order of the scalar
/// path; distances after the last window are infinite, for which no comparison holds. Windows are rounded up to
/// <see cref="WindowsAtOnce"/>.
/// </summary>
internal static unsafe class ShapeletLoops
{
    private const int Vectors = 4;

    /// <summary>Windows that the loops take at once.</summary>
    public static int WindowsAtOnce => Vectors * Vector<float>.Count;

    /// <summary>Slides two shapelets of one channel: eight sums, for which four vectors are read.</summary>
    /// <param name="row">The first row of the windows.</param>
    /// <param name="step">Values from one row to the next.</param>
    /// <param name="first">[point]: values of a shapelet.</param>
    /// <param name="second">[point]: values of the other.</param>
    /// <param name="points">Points of a shapelet.</param>
    /// <param name="windows">Windows.</param>
    /// <param name="ofFirst">[window]: distances of the first, to be filled.</param>
    /// <param name="ofSecond">[window]: distances of the other, to be filled.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Two(float* row, nint step, float* first, float* second, int points, int windows,
        float* ofFirst, float* ofSecond)
    {
        int lanes = Vector<float>.Count;
        for (nint p = 0; p < windows; p += Vectors * lanes)
        {
            Vector<float> first0 = Vector<float>.Zero, first1 = Vector<float>.Zero;
            Vector<float> first2 = Vector<float>.Zero, first3 = Vector<float>.Zero;
            Vector<float> second0 = Vector<float>.Zero, second1 = Vector<float>.Zero;
            Vector<float> second2 = Vector<float>.Zero, second3 = Vector<float>.Zero;
            float* at = row + p;
            for (nint j = 0; j < points; j++)
            {
                var one = new Vector<float>(first[j]);
                var other = new Vector<float>(second[j]);
                Vector<float> values = Vector.Load(at);
                first0 = Add(first0, values - one);
                second0 = Add(second0, values - other);
                values = Vector.Load(at + lanes);
                first1 = Add(first1, values - one);
                second1 = Add(second1, values - other);
                values = Vector.Load(at + 2 * lanes);
                first2 = Add(first2, values - one);
                second2 = Add(second2, values - other);
                values = Vector.Load(at + 3 * lanes);
                first3 = Add(first3, values - one);
                second3 = Add(second3, values - other);
                at += step;
            }

            Store(ofFirst + p, first0, first1, first2, first3);
            Store(ofSecond + p, second0, second1, second2, second3);
        }
    }

    /// <summary>Slides one shapelet.</summary>
    /// <param name="rows">[channel of the shapelet]: the first row of its windows.</param>
    /// <param name="channels">Channels of the shapelet.</param>
    /// <param name="step">Values from one row to the next.</param>
    /// <param name="values">[channel, point].</param>
    /// <param name="points">Points of the shapelet.</param>
    /// <param name="windows">Windows.</param>
    /// <param name="distances">[window], to be filled.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void One(
        float** rows, int channels, nint step, float* values, int points, int windows, float* distances)
    {
        int lanes = Vector<float>.Count;
        for (nint p = 0; p < windows; p += Vectors * lanes)
        {
            Vector<float> sum0 = Vector<float>.Zero, sum1 = Vector<float>.Zero;
            Vector<float> sum2 = Vector<float>.Zero, sum3 = Vector<float>.Zero;
            float* value = values;
            for (int c = 0; c < channels; c++)
            {
                float* at = rows[c] + p;
                for (int j = 0; j < points; j++)
                {
                    var one = new Vector<float>(*value++);
                    sum0 = Add(sum0, Vector.Load(at) - one);
                    sum1 = Add(sum1, Vector.Load(at + lanes) - one);
                    sum2 = Add(sum2, Vector.Load(at + 2 * lanes) - one);
                    sum3 = Add(sum3, Vector.Load(at + 3 * lanes) - one);
                    at += step;
                }
            }

            Store(distances + p, sum0, sum1, sum2, sum3);
        }
    }

    /// <summary>The distances of one shapelet from all windows.</summary>
    /// <param name="rows">[channel of the shapelet]: the first row of its windows.</param>
    /// <param name="step">Values from one row to the next.</param>
    /// <param name="values">[channel, point].</param>
    /// <param name="points">Points of the shapelet.</param>
    /// <param name="distances">[window], to be filled.</param>
    public static void Distances(
        ReadOnlySpan<nint> rows, nint step, ReadOnlySpan<float> values, int points, Span<float> distances)
    {
        distances.Clear();
        for (int c = 0; c < rows.Length; c++)
        {
            for (int j = 0; j < points; j++)
            {
                float* row = (float*)rows[c] + j * step;
                float value = values[c * points + j];
                for (int p = 0; p < distances.Length; p++)
                    distances[p] += Math.Abs(row[p] - value);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* at, Vector<float> v0, Vector<float> v1, Vector<float> v2, Vector<float> v3)
    {
        int lanes = Vector<float>.Count;
        Vector.Store(v0, at);
        Vector.Store(v1, at + lanes);
        Vector.Store(v2, at + 2 * lanes);
        Vector.Store(v3, at + 3 * lanes);
    }

    // Times one and added is rounded as added; processors multiply and add in other units than they subtract in.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> Add(Vector<float> sum, Vector<float> difference)
        => VectorArithmetic<float>.FusedMultiplyAdd(Vector.Abs(difference), Vector<float>.One, sum);
}

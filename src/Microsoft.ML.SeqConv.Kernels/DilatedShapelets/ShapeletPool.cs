using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Pools the distances of one shapelet: the least, the first window of it, and the number below the threshold. Four
/// vectors of windows are a step; lanes keep the step of their least distance, and its window within the step is
/// looked up once, at the end.
/// </summary>
internal static unsafe class ShapeletPool
{
    /// <summary>The closest window, of equal ones the first, and the number below the threshold.</summary>
    /// <param name="distances">[window], infinite after the last; whole steps.</param>
    /// <param name="windows">Windows, at least one.</param>
    /// <param name="threshold">Smaller distances are counted.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static ShapeletMatch Match(float* distances, int windows, float threshold)
    {
        int lanes = Vector<float>.Count;
        var limit = new Vector<float>(threshold);
        var least = new Vector<float>(float.PositiveInfinity);
        Vector<int> steps = Vector<int>.Zero, current = Vector<int>.Zero, counts = Vector<int>.Zero;
        for (nint window = 0; window < windows; window += ShapeletLoops.WindowsAtOnce)
        {
            float* at = distances + window;
            Vector<float> v0 = Vector.Load(at), v1 = Vector.Load(at + lanes);
            Vector<float> v2 = Vector.Load(at + 2 * lanes), v3 = Vector.Load(at + 3 * lanes);

            // A comparison gives -1 where it holds. Windows ascend, so that a later step is the larger.
            counts -= (Vector.LessThan(v0, limit) + Vector.LessThan(v1, limit))
                + (Vector.LessThan(v2, limit) + Vector.LessThan(v3, limit));
            Vector<float> ofStep = Smaller(Smaller(v0, v1), Smaller(v2, v3));
            steps = Vector.Max(steps, Vector.LessThan(ofStep, least) & current);
            least = Smaller(ofStep, least);
            current += new Vector<int>(ShapeletLoops.WindowsAtOnce);
        }

        float minimum = LeastOf(least);
        int step = FirstStep(steps, Vector.Equals(least, new Vector<float>(minimum)));
        return new(minimum, step + FirstWindow(distances + step, minimum), Vector.Sum(counts));
    }

    // Halves of the vectors are compared until one lane is left.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float LeastOf(Vector<float> values)
    {
        Vector128<float> least = Part(values, 0);
        for (int lane = Vector128<float>.Count; lane < Vector<float>.Count; lane += Vector128<float>.Count)
            least = Smaller(Part(values, lane), least);
        least = Smaller(Vector128.Shuffle(least, Vector128.Create(2, 3, 0, 1)), least);
        return Smaller(Vector128.Shuffle(least, Vector128.Create(1, 0, 3, 2)), least).ToScalar();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int FirstStep(Vector<int> steps, Vector<int> isLeast)
    {
        steps = Vector.ConditionalSelect(isLeast, steps, new Vector<int>(int.MaxValue));
        Vector128<int> first = Part(steps, 0);
        for (int lane = Vector128<int>.Count; lane < Vector<int>.Count; lane += Vector128<int>.Count)
            first = Vector128.Min(Part(steps, lane), first);
        first = Vector128.Min(Vector128.Shuffle(first, Vector128.Create(2, 3, 0, 1)), first);
        return Vector128.Min(Vector128.Shuffle(first, Vector128.Create(1, 0, 3, 2)), first).ToScalar();
    }

    // A bit a window of the step, the lowest that is set; 0 where none is, which only overflow makes.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int FirstWindow(float* distances, float minimum)
    {
        ulong isLeast = 0;
        Vector256<float> sought = Vector256.Create(minimum);
        for (nint window = 0; window < ShapeletLoops.WindowsAtOnce; window += Vector256<float>.Count)
        {
            var found = Vector256.Equals(Vector256.Load(distances + window), sought);
            isLeast |= (ulong)found.ExtractMostSignificantBits() << (int)window;
        }

        return BitOperations.TrailingZeroCount(isLeast) & 63;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<T> Part<T>(Vector<T> vector, int lane)
        where T : unmanaged
        => Vector128.Load((T*)&vector + lane);

    // There is no NaN.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> Smaller(Vector<float> left, Vector<float> right)
#if NET9_0_OR_GREATER
        => Vector.MinNative(left, right);
#else
        => Vector.ConditionalSelect(Vector.LessThan(left, right), left, right);
#endif

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Smaller(Vector128<float> left, Vector128<float> right)
#if NET9_0_OR_GREATER
        => Vector128.MinNative(left, right);
#else
        => Vector128.ConditionalSelect(Vector128.LessThan(left, right), left, right);
#endif
}

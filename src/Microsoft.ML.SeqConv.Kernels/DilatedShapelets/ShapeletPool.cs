using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// What one shapelet has found so far, lane by lane: the least distance, the first step of a loop that had it, and the
/// number of distances below the threshold. Steps are compared as a whole, and their distances kept: which window of
/// the step is the closest is looked up once, at the end.
/// </summary>
internal readonly unsafe struct ShapeletPool
{
    private readonly float* _least;
    private readonly int* _steps;           // the first window of the step
    private readonly int* _counts;
    private readonly float* _distances;     // [window]
    private readonly float _threshold;

    /// <summary>Begins without distances.</summary>
    /// <param name="memory"><see cref="SizeFor"/> values.</param>
    /// <param name="threshold">Smaller distances are counted.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ShapeletPool(float* memory, float threshold)
    {
        _least = memory;
        _steps = (int*)(memory + Vector<float>.Count);
        _counts = (int*)(memory + 2 * Vector<float>.Count);
        _distances = memory + 3 * Vector<float>.Count;
        _threshold = threshold;
        Vector.Store(new Vector<float>(float.PositiveInfinity), _least);
        Vector.Store(Vector<int>.Zero, _steps);
        Vector.Store(Vector<int>.Zero, _counts);
    }

    /// <summary>Values of the memory.</summary>
    /// <param name="windows">Windows, in whole steps.</param>
    public static int SizeFor(int windows) => 3 * Vector<float>.Count + windows;

    /// <summary>Adds the distances of a step, four vectors of windows, later ones than before.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(nint window, Vector<float> v0, Vector<float> v1, Vector<float> v2, Vector<float> v3)
    {
        int lanes = Vector<float>.Count;
        float* distances = _distances + window;
        Vector.Store(v0, distances);
        Vector.Store(v1, distances + lanes);
        Vector.Store(v2, distances + 2 * lanes);
        Vector.Store(v3, distances + 3 * lanes);

        // A comparison gives -1 where it holds.
        var limit = new Vector<float>(_threshold);
        Vector<int> below = (Vector.LessThan(v0, limit) + Vector.LessThan(v1, limit))
            + (Vector.LessThan(v2, limit) + Vector.LessThan(v3, limit));
        Vector.Store(Vector.Load(_counts) - below, _counts);

        // Windows ascend, so that a later step is the larger.
        Vector<float> least = Vector.Load(_least);
        Vector<float> ofStep = Smaller(Smaller(v0, v1), Smaller(v2, v3));
        Vector<int> isLess = Vector.LessThan(ofStep, least);
        Vector.Store(Smaller(ofStep, least), _least);
        Vector.Store(Vector.Max(Vector.Load(_steps), isLess & new Vector<int>((int)window)), _steps);
    }

    /// <summary>The closest window, of equal ones the first, and the number below the threshold.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ShapeletMatch Match()
    {
        // Halves of the vectors are compared until one lane is left.
        Vector128<float> least = Vector128.Load(_least);
        for (int lane = Vector128<float>.Count; lane < Vector<float>.Count; lane += Vector128<float>.Count)
            least = Smaller(Vector128.Load(_least + lane), least);
        least = Smaller(Vector128.Shuffle(least, Vector128.Create(2, 3, 0, 1)), least);
        least = Smaller(Vector128.Shuffle(least, Vector128.Create(1, 0, 3, 2)), least);
        Vector128<int> steps = Vector128.Create(int.MaxValue);
        for (int lane = 0; lane < Vector<float>.Count; lane += Vector128<float>.Count)
        {
            Vector128<int> isLeast = Vector128.Equals(Vector128.Load(_least + lane), least).AsInt32();
            steps = Vector128.Min(steps,
                Vector128.ConditionalSelect(isLeast, Vector128.Load(_steps + lane), steps));
        }

        steps = Vector128.Min(Vector128.Shuffle(steps, Vector128.Create(2, 3, 0, 1)), steps);
        steps = Vector128.Min(Vector128.Shuffle(steps, Vector128.Create(1, 0, 3, 2)), steps);
        int step = steps.ToScalar();
        return new(least.ToScalar(), step + FirstOf(step, least), Vector.Sum(Vector.Load(_counts)));
    }

    // Which distance of a step is the least one: a bit a window, the lowest that is set. A step of infinities has it
    // at its first window.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int FirstOf(int step, Vector128<float> least)
    {
        ulong isLeast = 0;
        float* distances = _distances + step;
        var sought = Vector256.Create(least, least);
        for (nint window = 0; window < ShapeletLoops.WindowsAtOnce; window += Vector256<float>.Count)
        {
            var found = Vector256.Equals(Vector256.Load(distances + window), sought);
            isLeast |= (ulong)found.ExtractMostSignificantBits() << (int)window;
        }

        return BitOperations.TrailingZeroCount(isLeast);
    }

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

using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// What one shapelet has found so far, lane by lane: the least distance, the first window of that distance, and the
/// number of distances below the threshold.
/// </summary>
internal readonly unsafe struct ShapeletPool
{
    private static readonly Vector<int> Lanes = new([.. Enumerable.Range(0, Vector<int>.Count)]);

    private readonly float* _least;
    private readonly int* _positions;
    private readonly int* _counts;
    private readonly float _threshold;

    /// <summary>Begins without distances.</summary>
    /// <param name="memory"><see cref="Size"/> values.</param>
    /// <param name="threshold">Smaller distances are counted.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ShapeletPool(float* memory, float threshold)
    {
        _least = memory;
        _positions = (int*)(memory + Vector<float>.Count);
        _counts = (int*)(memory + 2 * Vector<float>.Count);
        _threshold = threshold;
        Vector.Store(new Vector<float>(float.PositiveInfinity), _least);
        Vector.Store(Vector<int>.Zero, _positions);
        Vector.Store(Vector<int>.Zero, _counts);
    }

    /// <summary>Values of the memory.</summary>
    public static int Size => 3 * Vector<float>.Count;

    /// <summary>Adds the distances of four vectors of windows, later ones than before.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(nint window, Vector<float> v0, Vector<float> v1, Vector<float> v2, Vector<float> v3)
    {
        var limit = new Vector<float>(_threshold);
        Vector<float> least = Vector.Load(_least);
        Vector<int> positions = Vector.Load(_positions);
        Vector<int> counts = Vector.Load(_counts);
        Vector<int> current = Lanes + new Vector<int>((int)window);
        Keep(v0, current, limit, ref least, ref positions, ref counts);
        current += new Vector<int>(Vector<int>.Count);
        Keep(v1, current, limit, ref least, ref positions, ref counts);
        current += new Vector<int>(Vector<int>.Count);
        Keep(v2, current, limit, ref least, ref positions, ref counts);
        current += new Vector<int>(Vector<int>.Count);
        Keep(v3, current, limit, ref least, ref positions, ref counts);
        Vector.Store(least, _least);
        Vector.Store(positions, _positions);
        Vector.Store(counts, _counts);
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
        Vector128<int> positions = Vector128.Create(int.MaxValue);
        for (int lane = 0; lane < Vector<float>.Count; lane += Vector128<float>.Count)
        {
            Vector128<int> isLeast = Vector128.Equals(Vector128.Load(_least + lane), least).AsInt32();
            positions = Vector128.Min(positions,
                Vector128.ConditionalSelect(isLeast, Vector128.Load(_positions + lane), positions));
        }

        positions = Vector128.Min(Vector128.Shuffle(positions, Vector128.Create(2, 3, 0, 1)), positions);
        positions = Vector128.Min(Vector128.Shuffle(positions, Vector128.Create(1, 0, 3, 2)), positions);
        return new(least.ToScalar(), positions.ToScalar(), Vector.Sum(Vector.Load(_counts)));
    }

    // A comparison gives -1 where it holds. Positions ascend, so that a later one is the larger.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Keep(Vector<float> distance, Vector<int> current, Vector<float> limit, ref Vector<float> least,
        ref Vector<int> positions, ref Vector<int> counts)
    {
        Vector<int> isLess = Vector.LessThan(distance, least);
        positions = Vector.Max(positions, isLess & current);
        least = Smaller(distance, least);
        counts -= Vector.LessThan(distance, limit);
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
        => Vector128.ConditionalSelect(Vector128.LessThan(left, right), left, right);
}

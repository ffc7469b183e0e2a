using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Maps each feature to the normal score of its rank among the training series. The rank is half the number of knots,
/// sorted training values, that are below plus half of those that are below or equal; with K knots the score is that
/// number which a normal variable is below with the probability (rank + 1/2) / (K + 1). NaN, which only sums of values
/// beyond 1e30 give, has the rank 0. Immutable.
/// </summary>
internal sealed class NormalScores
{
    /// <summary>Features whose knots are compared with several rows in turn.</summary>
    public const int BlockSize = 64;

    private readonly float[] _knots;
    private readonly float[] _table;            // [knots below + knots below or equal]
    private readonly Lazy<int[]> _keys;         // [feature, knot], whole vectors

    /// <summary>Puts fitted values together.</summary>
    /// <param name="knots">[feature, knot]: ascending for each feature, finite.</param>
    /// <param name="perFeature">Knots of a feature, from 1 to 4,096.</param>
    /// <exception cref="ArgumentException">A value is out of range.</exception>
    public NormalScores(float[] knots, int perFeature)
    {
        ArgumentNullException.ThrowIfNull(knots);
        Guard.Within(perFeature, 1, 4_096);
        if (knots.Length == 0 || knots.Length % perFeature != 0)
            throw new ArgumentException($"There are {knots.Length} knots; they must be a multiple of {perFeature}, the "
                + "number of each feature.", nameof(knots));
        for (int i = 0; i < knots.Length; i++)
        {
            if (!float.IsFinite(knots[i]))
                throw new ArgumentException(
                    FormattableString.Invariant($"Knot {i} is {knots[i]}; knots must be finite."), nameof(knots));
            if (i % perFeature != 0 && knots[i] < knots[i - 1])
                throw new ArgumentException(FormattableString.Invariant(
                    $"Knot {i} is {knots[i]}, below the one before; the knots of a feature must ascend."),
                    nameof(knots));
        }

        _knots = knots;
        PerFeature = perFeature;
        _table = [.. Enumerable.Range(0, 2 * perFeature + 1)
            .Select(twice => (float)InverseNormal.At((twice / 2.0 + 0.5) / (perFeature + 1)))];
        _keys = new Lazy<int[]>(MakeKeys);
    }

    /// <summary>The features that there are knots of.</summary>
    public int NumberOfFeatures => _knots.Length / PerFeature;

    /// <summary>Knots of a feature.</summary>
    public int PerFeature { get; }

    /// <summary>[feature, knot].</summary>
    public ReadOnlySpan<float> Knots => _knots;

    /// <summary>[knots below + knots below or equal]: the score.</summary>
    public ReadOnlySpan<float> Table => _table;

    private int Stride => (PerFeature + Vector256<int>.Count - 1) / Vector256<int>.Count * Vector256<int>.Count;

    /// <summary>The scores of some of the features.</summary>
    internal NormalScores Of(int[] features)
        => new([.. features.SelectMany(feature => _knots.AsSpan(feature * PerFeature, PerFeature).ToArray())],
            PerFeature);

    /// <summary>The score of one feature.</summary>
    /// <param name="feature">Its number.</param>
    /// <param name="value">Its value.</param>
    public float ScoreOf(int feature, float value)
    {
        int below = 0;
        int belowOrEqual = 0;
        foreach (float knot in _knots.AsSpan(feature * PerFeature, PerFeature))
        {
            below += knot < value ? 1 : 0;
            belowOrEqual += knot <= value ? 1 : 0;
        }

        return _table[below + belowOrEqual];
    }

    /// <summary>The specification.</summary>
    /// <param name="features">Some features, one after another: each becomes its score.</param>
    /// <param name="first">The number of the first.</param>
    internal void ApplyScalar(Span<float> features, int first)
    {
        for (int i = 0; i < features.Length; i++)
            features[i] = ScoreOf(first + i, features[i]);
    }

    /// <summary>The same on vectors: all knots of a feature are compared, since that takes no branch.</summary>
    /// <param name="features">Some features, one after another: each becomes its score.</param>
    /// <param name="first">The number of the first.</param>
    internal void ApplyVectorised(Span<float> features, int first)
    {
        int stride = Stride;
        ref int knots = ref _keys.Value[(long)first * stride];
        ref float table = ref MemoryMarshal.GetArrayDataReference(_table);
        for (int i = 0; i < features.Length; i++)
        {
            // No comparison holds for NaN, of either sign: no knot is below it.
            float value = float.IsNaN(features[i]) ? float.NegativeInfinity : features[i] + 0f;
            var key = Vector256.Create(OrderedKey.Of(value));
            Vector256<int> above = Vector256<int>.Zero;     // less the number of knots above
            Vector256<int> below = Vector256<int>.Zero;
            for (nuint knot = 0; knot < (nuint)stride; knot += (nuint)Vector256<int>.Count)
            {
                var some = Vector256.LoadUnsafe(ref knots, knot);
                above += Vector256.GreaterThan(some, key);
                below += Vector256.LessThan(some, key);
            }

            // Knots that fill the last vector are above all. Knots below or equal are all that are not above.
            int twice = stride + Vector256.Sum(above - below);
            features[i] = System.Runtime.CompilerServices.Unsafe.Add(ref table, Math.Clamp(twice, 0, 2 * PerFeature));
            knots = ref System.Runtime.CompilerServices.Unsafe.Add(ref knots, stride);
        }
    }

    private int[] MakeKeys()
    {
        int stride = Stride;
        var keys = new int[checked(NumberOfFeatures * stride)];
        Array.Fill(keys, int.MaxValue);
        for (int i = 0; i < _knots.Length; i++)
            keys[i / PerFeature * stride + i % PerFeature] = OrderedKey.Of(_knots[i] + 0f);
        return keys;
    }
}

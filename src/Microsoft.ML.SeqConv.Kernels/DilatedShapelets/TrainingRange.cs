using System.Numerics;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// The range that each feature had in training; later values are limited to it. A distance that hardly varies among the
/// training series, and by which a linear model tells its classes apart, may be a hundred times as large in a series of
/// another kind: such a feature alone would decide. Within the range features are as they are, so that the training
/// series have theirs.
/// </summary>
internal sealed class TrainingRange
{
    private readonly float[] _least;
    private readonly float[] _largest;

    /// <summary>Puts ranges together.</summary>
    /// <param name="least">[feature]; no NaN.</param>
    /// <param name="largest">[feature]; at least as large.</param>
    /// <exception cref="ArgumentException">A value is out of range, or the lengths differ.</exception>
    public TrainingRange(float[] least, float[] largest)
    {
        ArgumentNullException.ThrowIfNull(least);
        ArgumentNullException.ThrowIfNull(largest);
        if (least.Length != largest.Length)
            throw new ArgumentException($"There are {least.Length} least values of features and {largest.Length} "
                + "largest ones; each feature has both.", nameof(largest));
        for (int i = 0; i < least.Length; i++)
        {
            if (!(least[i] <= largest[i]))
                throw new ArgumentException(FormattableString.Invariant(
                    $"Feature {i} ranges from {least[i]} to {largest[i]}; the first must not be above the second."),
                    nameof(largest));
        }

        _least = least;
        _largest = largest;
    }

    /// <summary>The least value of each feature.</summary>
    public ReadOnlySpan<float> Least => _least;

    /// <summary>The largest value of each feature.</summary>
    public ReadOnlySpan<float> Largest => _largest;

    /// <summary>The ranges of some of the features.</summary>
    public TrainingRange Of(int[] features)
        => new(Array.ConvertAll(features, feature => _least[feature]),
            Array.ConvertAll(features, feature => _largest[feature]));

    /// <summary>Limits the value of one feature.</summary>
    public double Limit(int feature, double value) => Math.Clamp(value, _least[feature], _largest[feature]);

    /// <summary>Limits all features in place.</summary>
    /// <param name="features">[feature]; no NaN.</param>
    public void Limit(Span<float> features)
    {
        int i = 0;
        for (; i <= features.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> values = Vector.Max(new Vector<float>(features[i..]), new Vector<float>(_least, i));
            Vector.Min(values, new Vector<float>(_largest, i)).CopyTo(features[i..]);
        }

        for (; i < features.Length; i++)
            features[i] = Math.Clamp(features[i], _least[i], _largest[i]);
    }
}

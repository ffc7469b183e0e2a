using System.Numerics;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// The scaling of Hydra's features (section 3.3 of arXiv:2203.13652): the square root of a count, its mean subtracted,
/// divided by its standard deviation; a count of zero stays zero. Where counts are often zero, the deviation is
/// enlarged by the fourth power of the fraction of zeros.
/// </summary>
internal sealed class SparseScaling
{
    private readonly float[] _means;
    private readonly float[] _deviations;

    /// <summary>Puts fitted values together.</summary>
    /// <param name="means">Means of the square roots; finite.</param>
    /// <param name="deviations">What differences from them are divided by; positive. As many.</param>
    /// <exception cref="ArgumentException">A value is out of range, or the lengths differ.</exception>
    public SparseScaling(float[] means, float[] deviations)
    {
        ArgumentNullException.ThrowIfNull(means);
        ArgumentNullException.ThrowIfNull(deviations);
        if (means.Length != deviations.Length)
            throw new ArgumentException(
                $"There are {deviations.Length} deviations for {means.Length} means.", nameof(deviations));
        for (int i = 0; i < means.Length; i++)
        {
            if (!float.IsFinite(means[i]))
                throw new ArgumentException(
                    FormattableString.Invariant($"Mean {i} is {means[i]}; means must be finite."), nameof(means));
            if (!(deviations[i] > 0 && float.IsFinite(deviations[i])))
                throw new ArgumentException(FormattableString.Invariant(
                    $"Deviation {i} is {deviations[i]}; deviations must be positive and finite."), nameof(deviations));
        }

        _means = means;
        _deviations = deviations;
    }

    /// <summary>Means of the square roots.</summary>
    public ReadOnlySpan<float> Means => _means;

    /// <summary>What differences from the means are divided by.</summary>
    public ReadOnlySpan<float> Deviations => _deviations;

    /// <summary>The scaling of some of the features.</summary>
    internal SparseScaling Of(int[] features)
        => new(Array.ConvertAll(features, feature => _means[feature]),
            Array.ConvertAll(features, feature => _deviations[feature]));

    /// <summary>
    /// Scales features in place. Every operation is rounded as IEEE 754 says, so a vector gives the bits of its lanes.
    /// </summary>
    /// <param name="features">[feature].</param>
    /// <exception cref="ArgumentException">There are not as many as the scaling is for.</exception>
    internal void Apply(Span<float> features)
    {
        if (features.Length != _means.Length)
            throw new ArgumentException(
                $"There are {features.Length} features; the scaling is for {_means.Length}.", nameof(features));
        int i = 0;
        for (; i <= features.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> root = Vector.SquareRoot(Vector.Max(new Vector<float>(features[i..]), Vector<float>.Zero));
            Vector<float> scaled =
                (root - new Vector<float>(_means.AsSpan(i))) / new Vector<float>(_deviations.AsSpan(i));
            Vector.ConditionalSelect(Vector.Equals(root, Vector<float>.Zero), Vector<float>.Zero, scaled)
                .CopyTo(features[i..]);
        }

        for (; i < features.Length; i++)
        {
            float root = MathF.Sqrt(Math.Max(features[i], 0));
            features[i] = root == 0 ? 0 : (root - _means[i]) / _deviations[i];
        }
    }
}

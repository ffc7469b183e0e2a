namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// __Name__ (AUTHORS YEAR, arXiv:NUMBER): what the method does, in a sentence or two, and the order of its features.
/// </summary>
public sealed class __Name__Model : SeriesFeaturizer
{
    private readonly float[] _weights;

    /// <summary>Puts drawn values together and checks that they fit.</summary>
    /// <param name="numberOfChannels">Channels of a series, at least 1.</param>
    /// <param name="weights">[kernel, tap], nine taps a kernel; finite.</param>
    /// <exception cref="ArgumentException">A value is out of range or lengths contradict each other.</exception>
    internal __Name__Model(int numberOfChannels, float[] weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        Guard.AtLeast(numberOfChannels, 1);
        if (weights.Length == 0 || weights.Length % __Name__Settings.KernelLength != 0)
            throw new ArgumentException($"There are {weights.Length} weights; they must be a multiple of "
                + $"{__Name__Settings.KernelLength}.", nameof(weights));
        int bad = Array.FindIndex(weights, weight => !float.IsFinite(weight));
        if (bad >= 0)
            throw new ArgumentException($"Weight {bad} is {weights[bad]}; weights must be finite.", nameof(weights));
        NumberOfChannels = numberOfChannels;
        _weights = weights;
    }

    /// <inheritdoc/>
    public override int NumberOfChannels { get; }

    /// <inheritdoc/>
    public override int NumberOfFeatures => _weights.Length / __Name__Settings.KernelLength;

    /// <summary>[kernel, tap].</summary>
    internal ReadOnlySpan<float> Weights => _weights;

    /// <inheritdoc/>
    public override string FeatureName(int index)
    {
        Guard.Within(index, 0, NumberOfFeatures - 1);
        return $"k{index}";
    }

    /// <inheritdoc/>
    // a vector worker for the other paths comes later
    internal override FeaturizerWorker CreateWorker(KernelPath path) => new Scalar__Name__Worker(this);

    /// <inheritdoc/>
    private protected override double AttributeFeatures(ReadOnlySpan<float> series, ReadOnlySpan<float> features,
        ReadOnlySpan<double> weights, Span<double> contributions)
        => throw new NotImplementedException("Split each weighted feature over the points that made it, "
            + "beside the scalar worker: see MiniRocketAttribution.");
}

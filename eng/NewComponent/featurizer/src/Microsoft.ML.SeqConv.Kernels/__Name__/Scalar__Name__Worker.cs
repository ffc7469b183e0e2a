namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// The specification of the __Name__ transform. Every other path gives the same bits, so the order of the
/// additions is part of it.
/// </summary>
internal sealed class Scalar__Name__Worker(__Name__Model model) : FeaturizerWorker
{
    /// <inheritdoc/>
    public override void Transform(ReadOnlySpan<float> series, Span<float> features)
    {
        int length = LengthOf(series, model.NumberOfChannels);
        for (int kernel = 0; kernel < model.NumberOfFeatures; kernel++)
            features[kernel] = Feature(series, length,
                model.Weights.Slice(kernel * __Name__Settings.KernelLength, __Name__Settings.KernelLength));
    }

    // Write here the formula of the paper, with the section.
    private static float Feature(ReadOnlySpan<float> series, int length, ReadOnlySpan<float> weights)
        => throw new NotImplementedException($"__Name__ has no formula yet, for series of {series.Length} values, "
            + $"{length} points a channel, and {weights.Length} taps.");
}

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Splits a weighted sum of MiniRocket's features over the points of a series: a PPV is attributed to the outputs whose
/// sign is not that of an all-zero series.
/// </summary>
internal static class MiniRocketAttribution
{
    /// <summary>See <see cref="SeriesFeaturizer.Attribute"/>.</summary>
    public static double Apply(MiniRocketModel model, ReadOnlySpan<float> series, ReadOnlySpan<float> features,
        ReadOnlySpan<double> weights, Span<double> contributions)
    {
        int length = series.Length / model.NumberOfChannels;
        var output = new float[length];
        var attributions = new double[length];
        double constant = 0;
        foreach (MiniRocketCombination combination in model.Combinations)
        {
            int dilation = model.Dilations[combination.DilationIndex];
            ReadOnlySpan<int> channels = model.ChannelsOf(combination);
            ScalarMiniRocketWorker.Convolve(series, length, channels, dilation,
                combination.Kernel, leftShift: 0, output);
            (int from, int to) = model.CountedPositions(combination.DilationIndex, combination.Kernel, length);
            Range counted = from..to;
            Array.Clear(attributions);
            for (int feature = combination.First; feature < combination.First + combination.Biases; feature++)
                constant += PpvAttribution.Add<float>(output.AsSpan(counted), model.Biases[feature], flat: 0,
                    weights[feature], features[feature], attributions.AsSpan(counted));
            constant += MiniRocketKernel.FieldOf(combination.Kernel, dilation, leftShift: 0, channels)
                .Distribute(attributions.AsSpan(counted), from, step: 1, series, length, contributions);
        }

        return constant;
    }
}

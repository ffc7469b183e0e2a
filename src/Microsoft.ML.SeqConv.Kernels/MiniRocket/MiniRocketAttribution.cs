namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>Splits a weighted sum of MiniRocket's features over the points of a series: of a PPV each positive output gives an equal part.</summary>
internal static class MiniRocketAttribution
{
    /// <summary>See <see cref="SeriesFeaturizer.Attribute"/>.</summary>
    public static double Apply(MiniRocketModel model, ReadOnlySpan<float> series, ReadOnlySpan<float> features, ReadOnlySpan<double> weights, Span<double> contributions)
    {
        int length = series.Length / model.NumberOfChannels;
        var output = new float[length];
        var gifts = new double[length];
        double constant = 0;
        foreach (MiniRocketCombination combination in model.Combinations())
        {
            ReadOnlySpan<int> channels = model.ChannelsOf(combination.DilationIndex, combination.Kernel);
            ScalarMiniRocketWorker.Convolve(series, length, channels, combination.Dilation, combination.Kernel, leftShift: 0, output);
            Range counted = ScalarMiniRocketWorker.CountedPositions(length, combination.Dilation, combination.Padded);
            Array.Clear(gifts);
            for (int feature = combination.FirstBias; feature < combination.FirstBias + combination.NumberOfBiases; feature++)
                PositiveShares.Add<float>(output.AsSpan(counted), model.Biases[feature], weights[feature] * features[feature], gifts.AsSpan(counted));
            constant += MiniRocketKernel.FieldOf(combination.Kernel, combination.Dilation, leftShift: 0, channels).Share(gifts, first: 0, step: 1, length, contributions);
        }

        return constant;
    }
}

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>Splits a weighted sum of MiniRocket's features over the points of a series: a PPV is given by the outputs whose sign is not that of a series without shape.</summary>
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
                constant += PositiveShares.Add<float>(output.AsSpan(counted), model.Biases[feature], flat: 0, weights[feature], features[feature], gifts.AsSpan(counted));
            int first = counted.Start.Value;
            constant += MiniRocketKernel.FieldOf(combination.Kernel, combination.Dilation, leftShift: 0, channels).Share(gifts.AsSpan(counted), first, step: 1, series, length, contributions);
        }

        return constant;
    }
}

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Splits a weighted sum of MultiRocket's features over the points of a series. Of a PPV each positive output gives an equal part, of a mean of values its value (with the bias added, as the
/// feature has it) and of a mean of indices its index, each divided by their number; of a longest stretch each output from after the negative one that begins it to the one that ends it
/// gives its one point. A mean of indices of no output, -1, is a constant. Points of the difference stand for the two points of the series that they are between.
/// </summary>
internal static class MultiRocketAttribution
{
    /// <summary>See <see cref="SeriesFeaturizer.Attribute"/>.</summary>
    public static double Apply(MultiRocketModel model, ReadOnlySpan<float> series, ReadOnlySpan<float> features, ReadOnlySpan<double> weights, Span<double> contributions)
    {
        int channels = model.NumberOfChannels;
        int length = series.Length / channels;
        int half = features.Length / 2;
        double constant = Apply(model.Series, series, length, leftShift: 0, features[..half], weights[..half], contributions);

        int shorter = FirstDifference.LengthOf(length);
        var difference = new float[shorter * channels];
        var ofDifference = new double[difference.Length];
        FirstDifference.Compute(series, channels, difference);
        constant += Apply(model.Difference, difference, shorter, MultiRocket.LeftShiftOfDifference, features[half..], weights[half..], ofDifference);
        FirstDifference.Share(ofDifference, channels, contributions);
        return constant;
    }

    // Features are [pooling, bias].
    private static double Apply(
        MiniRocketModel kernels, ReadOnlySpan<float> series, int length, int leftShift, ReadOnlySpan<float> features, ReadOnlySpan<double> weights, Span<double> contributions)
    {
        int biases = kernels.Biases.Length;
        var output = new float[length];
        var gifts = new double[length];
        double constant = 0;
        foreach (MiniRocketCombination combination in kernels.Combinations())
        {
            ReadOnlySpan<int> channels = kernels.ChannelsOf(combination.DilationIndex, combination.Kernel);
            ScalarMiniRocketWorker.Convolve(series, length, channels, combination.Dilation, combination.Kernel, leftShift, output);
            Range counted = ScalarMiniRocketWorker.CountedPositions(length, combination.Dilation, combination.Padded);
            Array.Clear(gifts);
            for (int bias = combination.FirstBias; bias < combination.FirstBias + combination.NumberOfBiases; bias++)
            {
                var values = new PooledValues(
                    weights[bias] * features[bias], weights[biases + bias] * features[biases + bias],
                    weights[2 * biases + bias] * features[2 * biases + bias], weights[3 * biases + bias] * features[3 * biases + bias]);
                constant += Split(output.AsSpan(counted), kernels.Biases[bias], values, weights[2 * biases + bias], weights[3 * biases + bias], gifts.AsSpan(counted));
            }

            constant += MiniRocketKernel.FieldOf(combination.Kernel, combination.Dilation, leftShift, channels).Share(gifts, first: 0, step: 1, length, contributions);
        }

        return constant;
    }

    /// <summary>Splits the four features of one output and one bias.</summary>
    /// <param name="output">[time].</param>
    /// <param name="bias">What positive outputs exceed.</param>
    /// <param name="values">The features, weighted.</param>
    /// <param name="mpvWeight">Weight of the mean of positive values.</param>
    /// <param name="mipvWeight">Weight of the mean of their indices.</param>
    /// <param name="gifts">[time]: to each its part is added.</param>
    /// <returns>What no output gave.</returns>
    private static double Split(ReadOnlySpan<float> output, float bias, PooledValues values, double mpvWeight, double mipvWeight, Span<double> gifts)
    {
        if (values.Lspv != 0)
        {
            (int after, int last) = LongestStretch(output, bias);
            for (int t = after + 1; t <= last; t++)
                gifts[t] += values.Lspv / (last - after);
        }

        int positive = 0;
        double sum = 0;
        double sumOfIndices = 0;
        for (int t = 0; t < output.Length; t++)
        {
            if (!(output[t] > bias))
                continue;
            positive++;
            sum += (double)output[t] + bias;
            sumOfIndices += t;
        }

        if (positive == 0)
            return values.Mipv;

        // Features are rounded to float32, the sums here are not: what lies between is shared equally.
        double equal = (values.Ppv + (values.Mpv - mpvWeight * (sum / positive)) + (values.Mipv - mipvWeight * (sumOfIndices / positive))) / positive;
        for (int t = 0; t < output.Length; t++)
        {
            if (output[t] > bias)
                gifts[t] += equal + (mpvWeight * ((double)output[t] + bias) + mipvWeight * t) / positive;
        }

        return 0;
    }

    /// <summary>The stretch that <see cref="MultiRocketPooling.Pool"/> measures, the first of the longest: the positions of the negative outputs, or the ends, between which it lies.</summary>
    internal static (int After, int Last) LongestStretch(ReadOnlySpan<float> output, float bias)
    {
        (int After, int Last) longest = (0, 0);
        int lastNegative = 0;
        for (int t = 0; t < output.Length; t++)
        {
            if (t < output.Length - 1 && !(output[t] < bias))
                continue;
            if (t - lastNegative > longest.Last - longest.After)
                longest = (lastNegative, t);
            lastNegative = t;
        }

        return longest;
    }

    private readonly record struct PooledValues(double Ppv, double Lspv, double Mpv, double Mipv);
}

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Splits a weighted sum of MultiRocket's features over the points of a series. Of a PPV each positive output gives an
/// equal part, of a mean of values its value (with the bias added, as the feature has it) and of a mean of indices its
/// index, each divided by their number; of a longest stretch each output from after the negative one that begins it to
/// the one that ends it gives its one point. A mean of indices of no output, -1, is a constant. What the outputs of a
/// series without shape would give, which are zeros, is taken from each and attributed to the constant. Points of the
/// difference stand for the two points of the series that they are between.
/// </summary>
internal static class MultiRocketAttribution
{
    /// <summary>See <see cref="SeriesFeaturizer.Attribute"/>.</summary>
    public static double Apply(MultiRocketModel model, ReadOnlySpan<float> series, ReadOnlySpan<float> features,
        ReadOnlySpan<double> weights, Span<double> contributions)
    {
        int channels = model.NumberOfChannels;
        int length = series.Length / channels;
        double constant = Apply(model, representation: 0, series, length, features, weights, contributions);

        int shorter = FirstDifference.LengthOf(length);
        var difference = new float[shorter * channels];
        var ofDifference = new double[difference.Length];
        FirstDifference.Compute(series, channels, difference);
        constant += Apply(model, representation: 1, difference, shorter, features, weights, ofDifference);
        FirstDifference.Distribute(ofDifference, channels, contributions);
        return constant;
    }

    private static double Apply(
        MultiRocketModel model, int representation, ReadOnlySpan<float> series, int length,
        ReadOnlySpan<float> features, ReadOnlySpan<double> weights, Span<double> contributions)
    {
        MiniRocketModel kernels = model.KernelsOf(representation);
        int leftShift = representation == 0 ? 0 : MultiRocket.LeftShiftOfDifference;
        var own = new double[MultiRocketPooling.Count];
        var pooled = new float[MultiRocketPooling.Count];
        var output = new float[length];
        var attributions = new double[length];
        var flat = new float[length];
        var flatAttributions = new double[length];
        double constant = 0;
        foreach (MiniRocketCombination combination in kernels.Combinations)
        {
            int dilation = kernels.Dilations[combination.DilationIndex];
            ReadOnlySpan<int> channels = kernels.ChannelsOf(combination);
            ScalarMiniRocketWorker.Convolve(series, length, channels, dilation, combination.Kernel, leftShift, output);
            (int from, int to) = kernels.CountedPositions(combination.DilationIndex, combination.Kernel, length);
            Range counted = from..to;
            Array.Clear(attributions);
            for (int bias = combination.First; bias < combination.First + combination.Biases; bias++)
            {
                for (int pooling = 0; pooling < own.Length; pooling++)
                {
                    // A feature that a pruned model does not keep has no say.
                    int place = model.Place(representation, pooling, bias);
                    (own[pooling], pooled[pooling]) = place < 0 ? (0, 0) : (weights[place], features[place]);
                }

                constant += Split(output.AsSpan(counted), kernels.Biases[bias], own,
                    (pooled[0], pooled[1], pooled[2], pooled[3]), attributions.AsSpan(counted));

                // The same of a series without shape, whose outputs are zeros, is taken from the outputs and attributed
                // to the constant.
                ReadOnlySpan<float> none = flat.AsSpan(counted);
                Array.Clear(flatAttributions);
                Split(none, kernels.Biases[bias], own, MultiRocketPooling.Pool(none, kernels.Biases[bias]),
                    flatAttributions.AsSpan(counted));
                for (int t = 0; t < attributions.Length; t++)
                {
                    attributions[t] -= flatAttributions[t];
                    constant += flatAttributions[t];
                }
            }

            constant += MiniRocketKernel.FieldOf(combination.Kernel, dilation, leftShift, channels)
                .Distribute(attributions.AsSpan(counted), from, step: 1, series, length, contributions);
        }

        return constant;
    }

    /// <summary>Splits the four features of one output and one bias.</summary>
    /// <param name="output">[time].</param>
    /// <param name="bias">What positive outputs exceed.</param>
    /// <param name="weights">Of the four features.</param>
    /// <param name="features">The four features, as <see cref="MultiRocketPooling.Pool"/> gives them.</param>
    /// <param name="attributions">[time]: to each its part is added.</param>
    /// <returns>What no output gave.</returns>
    private static double Split(ReadOnlySpan<float> output, float bias, double[] weights,
        (float Ppv, float Lspv, float Mpv, float Mipv) features, Span<double> attributions)
    {
        (int after, int last) = LongestStretch(output, bias);
        for (int t = after + 1; t <= last; t++)
            attributions[t] += weights[1] * features.Lspv / (last - after);

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
            return weights[3] * features.Mipv;

        // Features are rounded to float32, the sums here are not: what lies between is shared equally.
        double rest = (weights[0] * features.Ppv + weights[2] * (features.Mpv - sum / positive)
            + weights[3] * (features.Mipv - sumOfIndices / positive)) / positive;
        for (int t = 0; t < output.Length; t++)
        {
            if (output[t] > bias)
                attributions[t] += rest + (weights[2] * ((double)output[t] + bias) + weights[3] * t) / positive;
        }

        return 0;
    }

    /// <summary>
    /// The stretch that <see cref="MultiRocketPooling.Pool"/> measures, the first of the longest: the positions of the
    /// negative outputs, or the ends, between which it lies.
    /// </summary>
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
}

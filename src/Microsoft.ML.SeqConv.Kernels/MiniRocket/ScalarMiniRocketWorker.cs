namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// The specification of the MiniRocket transform. Every other path gives the same bits, so the order of the
/// additions is part of it.
/// </summary>
internal sealed class ScalarMiniRocketWorker(MiniRocketModel model) : FeaturizerWorker
{
    private float[] _output = [];

    /// <inheritdoc/>
    public override void Transform(ReadOnlySpan<float> series, Span<float> features)
    {
        int length = LengthOf(series, model.NumberOfChannels);
        if (_output.Length < length)
            _output = new float[length];
        Span<float> output = _output.AsSpan(0, length);

        foreach (MiniRocketCombination combination in model.Combinations)
        {
            (int d, int kernel) = (combination.DilationIndex, combination.Kernel);
            int dilation = model.Dilations[d];
            Convolve(series, length, model.ChannelsOf(d, kernel), dilation, kernel, leftShift: 0, output);
            (int from, int to) = model.CountedPositions(d, kernel, length);
            ReadOnlySpan<float> counted = output[from..to];
            for (int feature = combination.First; feature < combination.First + combination.Biases; feature++)
                features[feature] = ProportionOfPositiveValues(counted, model.Biases[feature]);
        }
    }

    /// <summary>
    /// W * x = -(sum over the nine taps) + 3 (x[a] + x[b] + x[c]), section 3.2.1: weights of -1 and 2, zeros beyond the
    /// ends, summed over channels.
    /// </summary>
    /// <param name="series">[channel, time], row-major.</param>
    /// <param name="length">Points a channel.</param>
    /// <param name="channels">Channels to sum over.</param>
    /// <param name="dilation">Points from one tap to the next.</param>
    /// <param name="kernel">0 to 83.</param>
    /// <param name="leftShift">See <see cref="MiniRocketKernel.Shift"/>.</param>
    /// <param name="output">[time].</param>
    internal static void Convolve(ReadOnlySpan<float> series, int length, ReadOnlySpan<int> channels, int dilation,
        int kernel, int leftShift, Span<float> output)
    {
        (int a, int b, int c) = MiniRocketKernel.WeightTwoTaps(kernel);
        for (int t = 0; t < length; t++)
        {
            float sum = 0;
            for (int i = 0; i < channels.Length; i++)
            {
                ReadOnlySpan<float> x = series.Slice(channels[i] * length, length);
                float value = Alpha(x, t, dilation, leftShift) + Gamma(x, t, dilation, a, leftShift)
                    + Gamma(x, t, dilation, b, leftShift) + Gamma(x, t, dilation, c, leftShift);
                sum = i == 0 ? value : sum + value;
            }

            output[t] = sum;
        }
    }

    // The centre first, then the other taps from left to right.
    private static float Alpha(ReadOnlySpan<float> x, int t, int dilation, int leftShift)
    {
        float sum = x[t];
        for (int tap = 0; tap < MiniRocketKernel.Length; tap++)
        {
            if (tap != MiniRocketKernel.Half)
                sum += At(x, t, dilation, tap, leftShift);
        }

        return -sum;
    }

    private static float Gamma(ReadOnlySpan<float> x, int t, int dilation, int tap, int leftShift)
    {
        float value = At(x, t, dilation, tap, leftShift);
        return value + value + value;
    }

    private static float At(ReadOnlySpan<float> x, int t, int dilation, int tap, int leftShift)
    {
        long position = t + MiniRocketKernel.Shift(tap, dilation, leftShift);
        return position >= 0 && position < x.Length ? x[(int)position] : 0;
    }

    private static float ProportionOfPositiveValues(ReadOnlySpan<float> output, float bias)
    {
        int count = 0;
        foreach (float value in output)
            count += value > bias ? 1 : 0;
        return (float)count / output.Length;
    }
}

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>The specification of the MultiRocket transform. Every other path gives the same bits.</summary>
internal sealed class ScalarMultiRocketWorker(MultiRocketModel model) : FeaturizerWorker
{
    private float[] _difference = [];
    private float[] _output = [];

    /// <inheritdoc/>
    public override void Transform(ReadOnlySpan<float> series, Span<float> features)
    {
        int length = LengthOf(series, model.NumberOfChannels);
        int differenceLength = FirstDifference.LengthOf(length);
        if (_output.Length < length)
        {
            _output = new float[length];
            _difference = new float[length * model.NumberOfChannels];
        }

        Span<float> difference = _difference.AsSpan(0, differenceLength * model.NumberOfChannels);
        FirstDifference.Compute(series, model.NumberOfChannels, difference);
        int half = model.NumberOfFeatures / 2;
        Transform(model.Series, series, length, leftShift: 0, features[..half]);
        Transform(model.Difference, difference, differenceLength, MultiRocket.LeftShiftOfDifference, features[half..]);
    }

    // Features are [pooling, bias].
    private void Transform(MiniRocketModel kernels, ReadOnlySpan<float> series, int length, int leftShift, Span<float> features)
    {
        Span<float> output = _output.AsSpan(0, length);
        int biases = kernels.Biases.Length;
        int bias = 0;
        for (int d = 0; d < kernels.Dilations.Length; d++)
        {
            int dilation = kernels.Dilations[d];
            for (int kernel = 0; kernel < MiniRocketKernel.Count; kernel++)
            {
                ScalarMiniRocketWorker.Convolve(series, length, kernels.ChannelsOf(d, kernel), dilation, kernel, leftShift, output);
                ReadOnlySpan<float> counted = output[ScalarMiniRocketWorker.CountedPositions(length, dilation, padded: !kernels.AlternatesPadding || (d + kernel) % 2 == 0)];
                for (int b = 0; b < kernels.FeaturesPerDilation[d]; b++, bias++)
                {
                    (features[bias], features[biases + bias], features[2 * biases + bias], features[3 * biases + bias])
                        = MultiRocketPooling.Pool(counted, kernels.Biases[bias]);
                }
            }
        }
    }
}

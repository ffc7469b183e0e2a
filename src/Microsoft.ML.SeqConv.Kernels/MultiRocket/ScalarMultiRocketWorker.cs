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
        Transform(model.Series, series, length, representation: 0, leftShift: 0, features);
        Transform(model.Difference, difference, differenceLength, representation: 1,
            MultiRocket.LeftShiftOfDifference, features);
    }

    private void Transform(MiniRocketModel kernels, ReadOnlySpan<float> series, int length, int representation,
        int leftShift, Span<float> features)
    {
        Span<float> output = _output.AsSpan(0, length);
        foreach (MiniRocketCombination combination in kernels.Combinations)
        {
            (int d, int kernel) = (combination.DilationIndex, combination.Kernel);
            int dilation = kernels.Dilations[d];
            ScalarMiniRocketWorker.Convolve(series, length, kernels.ChannelsOf(d, kernel),
                dilation, kernel, leftShift, output);
            (int from, int to) = kernels.CountedPositions(d, kernel, length);
            ReadOnlySpan<float> counted = output[from..to];
            for (int bias = combination.First; bias < combination.First + combination.Biases; bias++)
            {
                (float ppv, float lspv, float mpv, float mipv) = MultiRocketPooling.Pool(counted, kernels.Biases[bias]);
                ReadOnlySpan<float> poolings = [ppv, lspv, mpv, mipv];
                for (int pooling = 0; pooling < poolings.Length; pooling++)
                {
                    int place = model.Place(representation, pooling, bias);
                    if (place >= 0)
                        features[place] = poolings[pooling];
                }
            }
        }
    }
}

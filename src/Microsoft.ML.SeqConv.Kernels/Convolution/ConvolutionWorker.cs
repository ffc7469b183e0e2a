namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>Convolution with given kernels, on every path: sums are in float64, point after point and channel after channel.</summary>
internal sealed class ConvolutionWorker(ConvolutionModel model) : FeaturizerWorker
{
    private readonly int[] _places = new int[model.Pooling == ConvolutionPooling.TopKMax ? model.TopK : 0];
    private float[] _outputs = [];

    /// <inheritdoc/>
    public override void Transform(ReadOnlySpan<float> series, Span<float> features)
    {
        int length = LengthOf(series, model.NumberOfChannels);
        if (model.Length > 0 && length != model.Length)
            throw new ArgumentException($"A series has {length} points a channel; the convolution is for {model.Length}.", nameof(series));
        int positions = model.Positions(length);
        if (_outputs.Length < positions)
            _outputs = new float[positions];
        Span<float> outputs = _outputs.AsSpan(0, positions);
        for (int kernel = 0; kernel < model.Biases.Length; kernel++)
        {
            for (int position = 0; position < positions; position++)
                outputs[position] = Output(series, length, kernel, position * (long)model.Stride - model.PaddingBefore);
            Pool(outputs, features.Slice(kernel * model.FeaturesPerKernel, model.FeaturesPerKernel));
        }
    }

    // Points of the window beyond the ends of the series are zeros.
    private float Output(ReadOnlySpan<float> series, int length, int kernel, long first)
    {
        int channels = model.NumberOfChannels;
        ReadOnlySpan<float> weights = model.Weights.Slice(kernel * model.Window * channels, model.Window * channels);
        double sum = model.Biases[kernel];
        for (int point = 0; point < model.Window; point++)
        {
            long t = first + (long)point * model.Dilation;
            if (t < 0 || t >= length)
                continue;
            for (int channel = 0; channel < channels; channel++)
                sum += (double)weights[point * channels + channel] * series[channel * length + (int)t];
        }

        return (float)sum;
    }

    private void Pool(ReadOnlySpan<float> outputs, Span<float> features)
    {
        switch (model.Pooling)
        {
            case ConvolutionPooling.None:
                outputs.CopyTo(features);
                break;
            case ConvolutionPooling.Max:
                float largest = outputs[0];
                foreach (float output in outputs)
                    largest = Math.Max(largest, output);
                features[0] = largest;
                break;
            case ConvolutionPooling.Mean:
                double sum = 0;
                foreach (float output in outputs)
                    sum += output;
                features[0] = (float)(sum / outputs.Length);
                break;
            case ConvolutionPooling.TopKMax:
                PoolTopK(outputs, features);
                break;
            case ConvolutionPooling.Ppv:
                int positive = 0;
                foreach (float output in outputs)
                    positive += output > 0 ? 1 : 0;
                features[0] = (float)positive / outputs.Length;
                break;
        }
    }

    // The places of the largest so far, by value, then by position.
    private void PoolTopK(ReadOnlySpan<float> outputs, Span<float> features)
    {
        int count = 0;
        for (int t = 0; t < outputs.Length; t++)
        {
            int at = count;
            while (at > 0 && outputs[_places[at - 1]] < outputs[t])
                at--;
            if (at == _places.Length)
                continue;
            count = Math.Min(count + 1, _places.Length);
            _places.AsSpan(at, count - at - 1).CopyTo(_places.AsSpan(at + 1));
            _places[at] = t;
        }

        Span<int> places = _places.AsSpan(0, count);
        places.Sort();
        features.Clear();
        for (int i = 0; i < count; i++)
            features[i] = outputs[places[i]];
    }
}

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Convolution with given kernels, on every path: sums are in float64, point after point and channel after channel.
/// </summary>
internal sealed class ConvolutionWorker(ConvolutionModel model) : FeaturizerWorker
{
    private readonly int[] _places = new int[model.Pooling == ConvolutionPooling.TopKMax ? model.TopK : 0];
    private float[] _outputs = [];

    /// <inheritdoc/>
    public override void Transform(ReadOnlySpan<float> series, Span<float> features)
    {
        int length = LengthOf(series, model.NumberOfChannels);
        if (model.Length > 0 && length != model.Length)
            throw new ArgumentException($"A series has {length} points a channel; "
                + $"the convolution is for {model.Length}.", nameof(series));
        int positions = model.Positions(length);
        if (_outputs.Length < positions)
            _outputs = new float[positions];
        Span<float> outputs = _outputs.AsSpan(0, positions);
        for (int kernel = 0; kernel < model.Biases.Length; kernel++)
        {
            for (int position = 0; position < positions; position++)
                outputs[position] = Output(model, series, length, kernel, position);
            Pool(outputs, features.Slice(kernel * model.FeaturesPerKernel, model.FeaturesPerKernel));
        }
    }

    /// <summary>
    /// The output of a kernel at a position. Points of the window beyond the ends of the series are zeros.
    /// </summary>
    internal static float Output(
        ConvolutionModel model, ReadOnlySpan<float> series, int length, int kernel, int position)
    {
        int channels = model.NumberOfChannels;
        long first = position * (long)model.Stride - model.PaddingBefore;
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
                ReadOnlySpan<int> places = IndicesOfLargest(outputs, _places);
                features.Clear();
                for (int i = 0; i < places.Length; i++)
                    features[i] = outputs[places[i]];
                break;
            case ConvolutionPooling.Ppv:
                int positive = 0;
                foreach (float output in outputs)
                    positive += output > 0 ? 1 : 0;
                features[0] = (float)positive / outputs.Length;
                break;
        }
    }

    /// <summary>The positions of the largest outputs, of equal ones the first.</summary>
    /// <param name="outputs">[position].</param>
    /// <param name="buffer">As long as there are positions wanted.</param>
    /// <returns>Ascending; all positions where there are fewer than wanted.</returns>
    internal static ReadOnlySpan<int> IndicesOfLargest(ReadOnlySpan<float> outputs, Span<int> buffer)
    {
        // Those of the largest so far, by value, then by position.
        int count = 0;
        for (int t = 0; t < outputs.Length; t++)
        {
            int at = count;
            while (at > 0 && outputs[buffer[at - 1]] < outputs[t])
                at--;
            if (at == buffer.Length)
                continue;
            count = Math.Min(count + 1, buffer.Length);
            buffer.Slice(at, count - at - 1).CopyTo(buffer[(at + 1)..]);
            buffer[at] = t;
        }

        Span<int> places = buffer[..count];
        places.Sort();
        return places;
    }
}

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Splits a weighted sum of a convolution's features over the points of a series. Where features are outputs or their
/// mean, they are linear in the points, and each point gives exactly its product with the weight of its tap; the
/// kernel's bias is a constant. A PPV is attributed to the outputs whose sign is not that of the bias.
/// </summary>
internal static class ConvolutionAttribution
{
    /// <summary>See <see cref="SeriesFeaturizer.Attribute"/>.</summary>
    public static double Apply(ConvolutionModel model, ReadOnlySpan<float> series, ReadOnlySpan<float> features,
        ReadOnlySpan<double> weights, Span<double> contributions)
    {
        int length = series.Length / model.NumberOfChannels;
        var outputs = new float[model.Positions(length)];
        var factors = new double[outputs.Length];       // what each output is multiplied by in the weighted sum
        double constant = 0;
        for (int kernel = 0; kernel < model.Biases.Length; kernel++)
        {
            for (int position = 0; position < outputs.Length; position++)
                outputs[position] = ConvolutionWorker.Output(model, series, length, kernel, position);
            ReadOnlySpan<double> own = weights.Slice(kernel * model.FeaturesPerKernel, model.FeaturesPerKernel);
            ReadOnlySpan<float> pooled = features.Slice(kernel * model.FeaturesPerKernel, model.FeaturesPerKernel);
            Array.Clear(factors);
            if (model.Pooling == ConvolutionPooling.Ppv)
            {
                constant += PpvAttribution.Add<float>(outputs, 0, flat: model.Biases[kernel], own[0], pooled[0],
                    factors);
                constant += FieldOf(model, kernel).Distribute(factors, -model.PaddingBefore, model.Stride, series,
                    length, contributions);
                continue;
            }

            Unpool(model, outputs, own, factors);
            double value = 0;
            for (int i = 0; i < own.Length; i++)
                value += own[i] * pooled[i];
            constant += value - AddProducts(model, series, length, kernel, factors, contributions);
        }

        return constant;
    }

    private static void Unpool(
        ConvolutionModel model, ReadOnlySpan<float> outputs, ReadOnlySpan<double> weights, Span<double> factors)
    {
        switch (model.Pooling)
        {
            case ConvolutionPooling.None:
                weights.CopyTo(factors);
                break;
            case ConvolutionPooling.Mean:
                factors.Fill(weights[0] / outputs.Length);
                break;
            default:        // one largest, or several
                ReadOnlySpan<int> places = ConvolutionWorker.IndicesOfLargest(outputs, new int[weights.Length]);
                for (int i = 0; i < places.Length; i++)
                    factors[places[i]] = weights[i];
                break;
        }
    }

    // What a kernel's bias, and the rounding of features to float32, add is left to the constant.
    private static double AddProducts(ConvolutionModel model, ReadOnlySpan<float> series, int length, int kernel,
        ReadOnlySpan<double> factors, Span<double> contributions)
    {
        int channels = model.NumberOfChannels;
        ReadOnlySpan<float> weights = model.Weights.Slice(kernel * model.Window * channels, model.Window * channels);
        double total = 0;
        for (int position = 0; position < factors.Length; position++)
        {
            long first = position * (long)model.Stride - model.PaddingBefore;
            for (int point = 0; point < model.Window && factors[position] != 0; point++)
            {
                long t = first + (long)point * model.Dilation;
                if (t < 0 || t >= length)
                    continue;
                for (int channel = 0; channel < channels; channel++)
                {
                    int index = channel * length + (int)t;
                    double product = factors[position] * weights[point * channels + channel] * series[index];
                    contributions[index] += product;
                    total += product;
                }
            }
        }

        return total;
    }

    private static ReceptiveField FieldOf(ConvolutionModel model, int kernel)
    {
        int channels = model.NumberOfChannels;
        var weights = new double[channels * model.Window];
        for (int point = 0; point < model.Window; point++)
        {
            for (int channel = 0; channel < channels; channel++)
                weights[channel * model.Window + point] =
                    model.Weights[(kernel * model.Window + point) * channels + channel];
        }

        return new([.. Enumerable.Range(0, model.Window).Select(point => (long)point * model.Dilation)],
            [.. Enumerable.Range(0, channels)], weights);
    }
}

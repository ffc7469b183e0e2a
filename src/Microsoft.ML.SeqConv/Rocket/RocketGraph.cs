using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Rocket as ONNX nodes: one convolution for all kernels of a length, dilation and padding, then the proportion of
/// positive values and the maximum over time. Convolutions are in float32 whatever the model's precision.
/// </summary>
internal static class RocketGraph
{
    /// <summary>Writes the transform.</summary>
    /// <param name="graph">Gets the nodes.</param>
    /// <param name="model">The random kernels.</param>
    /// <param name="series">[N, C, T].</param>
    /// <param name="length">T; <see langword="null"/> where that is open.</param>
    /// <returns>[N, feature], in the order of the model.</returns>
    /// <exception cref="InvalidOperationException">The length is open.</exception>
    public static string Write(GraphWriter graph, RocketModel model, string series, int? length)
    {
        if (length is not int points)
            throw new InvalidOperationException("Rocket pads its kernels by the length of the series and can be "
                + "written to ONNX for a fixed length only. Set OnnxExportOptions.SeriesLength.");
        var features = new FeatureParts(graph, "Rocket");
        Dictionary<RocketFeature, long> numbers = Enumerable.Range(0, model.NumberOfFeatures)
            .ToDictionary(model.Feature, i => (long)i);
        foreach (IGrouping<(int Length, int Dilation, int Padding),
            int> group in Enumerable.Range(0, model.Kernels.Count).GroupBy(i => Shape(model.Kernels[i], points)))
        {
            int[] kernels = [.. group];
            (int taps, int dilation, int padding) = group.Key;
            string name = $"Rocket/l{taps} d{dilation} p{padding}";
            string weights = Weights(graph, $"{name}/weights", model, taps, kernels);
            string biases = graph.Constant($"{name}/biases",
                [.. kernels.Select(i => (float)model.Kernels[i].Bias)], kernels.Length);
            string output = graph.Add("Conv", $"{name}/convolution", [series, weights, biases],
                ("dilations", new long[] { dilation }), ("kernel_shape", new long[] { taps }), ("pads",
                    new long[] { padding, padding }));
            foreach (bool maximum in new[] { false, true })
            {
                long[] places = [.. kernels.Select(i => numbers.GetValueOrDefault(new RocketFeature(i, maximum), -1))];
                if (places.All(place => place < 0))
                    continue;
                features.Add(maximum
                    ? graph.Add("ReduceMax", $"{name}/max", [output], ("axes", new[] { 2L }), ("keepdims", 0L))
                    : Ppv(graph, name, output), places);
            }
        }

        return features.JoinColumns();
    }

    private static string Ppv(GraphWriter graph, string name, string output)
    {
        string above = graph.Add("Greater", $"{name}/positive", [output, graph.Constant($"{name}/zero", 0f)]);
        return graph.Add("ReduceMean", $"{name}/ppv",
            [graph.Add("Cast", $"{name}/counted", [above], ("to", typeof(float)))], ("axes",
                new[] { 2L }), ("keepdims", 0L));
    }

    // A kernel without padding that spans the whole series is padded for it.
    private static (int Length, int Dilation, int Padding) Shape(RocketKernel kernel, int points)
    {
        int span = (kernel.Length - 1) * kernel.Dilation;
        return (kernel.Length, kernel.Dilation, kernel.Padding == 0 && points <= span ? span / 2 : kernel.Padding);
    }

    // [kernel, channel, tap], zero for channels that are not summed.
    private static string Weights(GraphWriter graph, string name, RocketModel model, int taps, int[] kernels)
    {
        int channels = model.NumberOfChannels;
        var weights = new float[kernels.Length * channels * taps];
        for (int i = 0; i < kernels.Length; i++)
        {
            RocketKernel kernel = model.Kernels[kernels[i]];
            for (int c = 0; c < kernel.Channels.Length; c++)
            {
                for (int tap = 0; tap < taps; tap++)
                    weights[(i * channels + kernel.Channels[c]) * taps + tap] = (float)kernel.Weights[c * taps + tap];
            }
        }

        return graph.Constant(name, weights, kernels.Length, channels, taps);
    }
}

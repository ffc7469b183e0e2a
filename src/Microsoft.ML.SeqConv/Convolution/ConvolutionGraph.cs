using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>Convolution with given kernels as ONNX nodes.</summary>
internal static class ConvolutionGraph
{
    /// <summary>Writes the transform.</summary>
    /// <param name="graph">Gets the nodes.</param>
    /// <param name="model">The kernels.</param>
    /// <param name="series">[N, C, T].</param>
    /// <param name="length">T; <see langword="null"/> where that is open.</param>
    /// <returns>[N, feature], in the order of the model.</returns>
    /// <exception cref="InvalidOperationException">The length is open and a short series would need zeros.</exception>
    public static string Write(GraphWriter graph, ConvolutionModel model, string series, int? length)
    {
        if (length is null && (!model.Padded || model.Pooling == ConvolutionPooling.TopKMax))
        {
            throw new InvalidOperationException("A convolution without padding, or with top-k pooling, "
                + "gives a short series zeros and can be written to ONNX for a fixed length only. "
                + "Set OnnxExportOptions.SeriesLength.");
        }

        int kernels = model.Biases.Length;
        long before = model.PaddingBefore;
        long after = model.Padded ? model.Span - 1 - before : Math.Max(0, model.Span - length!.Value);
        string output = graph.Add("Conv", "Convolution1D/convolution",
            [series, graph.Constant("Convolution1D/weights", Weights(model), kernels, model.NumberOfChannels,
                model.Window), graph.Constant("Convolution1D/biases", model.Biases.ToArray(), kernels)],
            ("dilations", new long[] { model.Dilation }), ("strides", new long[] { model.Stride }), ("kernel_shape",
                new long[] { model.Window }), ("pads", new[] { before, after }));
        switch (model.Pooling)
        {
            case ConvolutionPooling.Max:
                return graph.Add("ReduceMax", "Convolution1D/max", [output], ("axes", new[] { 2L }), ("keepdims", 0L));
            case ConvolutionPooling.Mean:
                return graph.Add("ReduceMean", "Convolution1D/mean", [output],
                    ("axes", new[] { 2L }), ("keepdims", 0L));
            case ConvolutionPooling.TopKMax:
                return graph.Reshape("Convolution1D/top",
                    TopK(graph, output, model.TopK, model.Positions(length!.Value)), 0, model.NumberOfFeatures);
            case ConvolutionPooling.Ppv:
                string positive = graph.Add("Greater", "Convolution1D/positive",
                    [output, graph.Constant("Convolution1D/zero", 0f)]);
                return graph.Add("ReduceMean", "Convolution1D/ppv",
                    [graph.Add("Cast", "Convolution1D/counted", [positive], ("to", typeof(float)))], ("axes",
                        new[] { 2L }), ("keepdims", 0L));
            default:
                return graph.Reshape("Convolution1D/outputs", output, 0, model.NumberOfFeatures);
        }
    }

    // The places of the largest, put in order, and what is there; zeros after them where there are too few. [N, kernel,
    // position] -> [N, kernel, k]
    private static string TopK(GraphWriter graph, string output, int wanted, int positions)
    {
        long count = Math.Min(wanted, positions);
        string k = graph.Constant("Convolution1D/top/k", [count], 1);
        (_, string places) = graph.AddPair("TopK", "Convolution1D/top/largest", [output, k], ("axis", 2L),
            ("largest", 1L), ("sorted", 1L));
        (string ordered, _) = graph.AddPair("TopK", "Convolution1D/top/in order", [places, k], ("axis", 2L),
            ("largest", 0L), ("sorted", 1L));
        string values = graph.Add("GatherElements", "Convolution1D/top/values", [output, ordered], ("axis", 2L));
        return count == wanted ? values : graph.Add("Pad", "Convolution1D/top/and zeros",
            [values, graph.Constant("Convolution1D/top/missing", [0L, 0, 0, 0, 0, wanted - count], 6)]);
    }

    // [kernel, point, channel] -> [kernel, channel, point]
    private static float[] Weights(ConvolutionModel model)
    {
        int channels = model.NumberOfChannels;
        var weights = new float[model.Weights.Length];
        for (int i = 0; i < weights.Length; i++)
        {
            (int rest, int channel) = Math.DivRem(i, channels);
            (int kernel, int point) = Math.DivRem(rest, model.Window);
            weights[(kernel * channels + channel) * model.Window + point] = model.Weights[i];
        }

        return weights;
    }
}

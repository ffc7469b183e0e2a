using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// MiniRocket as ONNX nodes: for each dilation one convolution of the padded kernels and one of the others, whose
/// outputs are compared with the biases and averaged over time.
/// </summary>
internal static class MiniRocketGraph
{
    internal const int KernelLength = 9;
    internal const int Kernels = 84;

    /// <summary>Writes the transform.</summary>
    /// <param name="graph">Gets the nodes.</param>
    /// <param name="model">The fitted transform.</param>
    /// <param name="series">[N, C, T].</param>
    /// <param name="length">T; <see langword="null"/> where that is open.</param>
    /// <returns>[N, feature], in the order of the model.</returns>
    /// <exception cref="InvalidOperationException">The length is open and padding alternates.</exception>
    public static string Write(GraphWriter graph, MiniRocketModel model, string series, int? length)
    {
        if (length is null && model.AlternatesPadding)
            throw new InvalidOperationException("A MiniRocket that was fitted on series of one length can be written "
                + "to ONNX for a fixed length only. Set OnnxExportOptions.SeriesLength.");
        var parts = new List<string>();
        var order = new List<long>();       // features as they come out of the parts
        if (model.IsPruned)
        {
            foreach (KeptKernels kept in KeptKernels.Of(model))
            {
                parts.Add(ProportionOfPositiveValues(graph, model, kept, series, length));
                order.AddRange(kept.Features.Select(feature => (long)feature));
            }

            return InOrder(graph, "MiniRocket", parts, order);
        }

        string[]? shared = model.NumberOfChannels > 1
            ? null
            : [Weights(graph, "MiniRocket/weights of even kernels", model, 0, Of(0)),
                Weights(graph, "MiniRocket/weights of odd kernels", model, 0, Of(1))];
        int feature = 0;
        for (int d = 0; d < model.Dilations.Length; d++)
        {
            int biases = model.FeaturesPerDilation[d];
            int margin = KernelLength / 2 * model.Dilations[d];
            for (int parity = 0; parity < 2; parity++)
            {
                int[] kernels = Of(parity);
                bool padded = model.CountsAll(d, parity, length);
                string name = $"MiniRocket/d{model.Dilations[d]}/{(parity == 0 ? "even" : "odd")} kernels";
                string weights = shared?[parity] ?? Weights(graph, $"{name}/weights", model, d, kernels);
                long pad = padded ? margin : 0;
                string output = graph.Add("Conv", $"{name}/convolution", [series, weights],
                    ("dilations", new long[] { model.Dilations[d] }), ("kernel_shape", new long[] { KernelLength }),
                    ("pads", new[] { pad, pad }));
                long[] features = [.. kernels.SelectMany(
                    kernel => Enumerable.Range(0, biases).Select(b => (long)feature + kernel * biases + b))];
                parts.Add(ProportionOfPositiveValues(graph, name, output,
                    [.. features.Select(f => model.Biases[(int)f])], biases, kernels.Length));
                order.AddRange(features);
            }

            feature += biases * Kernels;
        }

        return InOrder(graph, "MiniRocket", parts, order);
    }

    /// <summary>Puts features that came out in parts into the order of the model.</summary>
    /// <param name="graph">Gets the nodes.</param>
    /// <param name="path">Begins the names of nodes.</param>
    /// <param name="parts">[N, feature] each.</param>
    /// <param name="order">The number of each feature that came out; -1: it is not needed.</param>
    internal static string InOrder(GraphWriter graph, string path, List<string> parts, List<long> order)
    {
        string all = graph.Add("Concat", $"{path}/in parts", [.. parts], ("axis", 1L));
        long[] places = new long[order.Max() + 1];
        for (int i = 0; i < order.Count; i++)
        {
            if (order[i] >= 0)
                places[order[i]] = i;
        }

        return graph.Add("Gather", $"{path}/features",
            [all, graph.Constant($"{path}/order", places, places.Length)], ("axis", 1L));
    }

    // [N, C, T] -> [N, kept feature]
    private static string ProportionOfPositiveValues(
        GraphWriter graph, MiniRocketModel model, KeptKernels kept, string series, int? length)
    {
        int margin = KernelLength / 2 * model.Dilations[kept.DilationIndex];
        long pad = model.CountsAll(kept.DilationIndex, kept.Parity, length) ? margin : 0;
        string name = $"MiniRocket/{kept.Name(model)}";
        string output = graph.Add("Conv", $"{name}/convolution",
            [series, Weights(graph, $"{name}/weights", model, kept.DilationIndex, kept.Kernels)],
            ("dilations", new long[] { model.Dilations[kept.DilationIndex] }), ("kernel_shape",
                new long[] { KernelLength }), ("pads", new[] { pad, pad }));
        string above = graph.Add("Greater", $"{name}/above bias",
            [kept.OutputOfEachBias(graph, name, output), graph.Constant($"{name}/biases",
                [.. kept.Features.Select(f => model.Biases[f])], 1, kept.Features.Length, 1)]);
        return graph.Add("ReduceMean", $"{name}/ppv",
            [graph.Add("Cast", $"{name}/counted", [above], ("to", typeof(float)))], ("axes",
                new[] { 2L }), ("keepdims", 0L));
    }

    /// <summary>Every other kernel.</summary>
    internal static int[] Of(int parity) => [.. Enumerable.Range(0, Kernels).Where(kernel => kernel % 2 == parity)];

    // [N, kernel, T] -> [N, kernel * bias]
    private static string ProportionOfPositiveValues(
        GraphWriter graph, string name, string output, float[] biases, int perKernel, int kernels)
    {
        string each = graph.Unsqueeze($"{name}/outputs", output, 2);
        string above = graph.Add("Greater", $"{name}/above bias",
            [each, graph.Constant($"{name}/biases", biases, 1, kernels, perKernel, 1)]);
        string counted = graph.Add("Cast", $"{name}/counted", [above], ("to", typeof(float)));
        string proportion = graph.Add("ReduceMean", $"{name}/ppv", [counted], ("axes", new[] { 3L }), ("keepdims", 0L));
        return graph.Reshape($"{name}/features", proportion, 0, kernels * perKernel);
    }

    private static string Weights(
        GraphWriter graph, string name, MiniRocketModel model, int dilationIndex, int[] kernels)
        => graph.Constant(name, Weights(model, dilationIndex, kernels), kernels.Length,
            model.NumberOfChannels, KernelLength);

    /// <summary>[kernel, channel, tap]: -1, three taps 2, zero for channels that are not summed.</summary>
    internal static float[] Weights(MiniRocketModel model, int dilationIndex, int[] kernels)
    {
        int channels = model.NumberOfChannels;
        var weights = new float[kernels.Length * channels * KernelLength];
        for (int i = 0; i < kernels.Length; i++)
        {
            (int a, int b, int c) = MiniRocketModel.WeightTwoTaps(kernels[i]);
            foreach (int channel in model.ChannelsOf(dilationIndex, kernels[i]))
            {
                Span<float> taps = weights.AsSpan((i * channels + channel) * KernelLength, KernelLength);
                taps.Fill(-1);
                taps[a] = taps[b] = taps[c] = 2;
            }
        }

        return weights;
    }
}

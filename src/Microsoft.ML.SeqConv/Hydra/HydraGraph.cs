using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Hydra as ONNX nodes: one convolution for each dilation of the series and of its first difference, the largest and the smallest output of each group at each position, and their
/// sums over time for each kernel.
/// </summary>
internal static class HydraGraph
{
    private const int KernelLength = HydraSettings.KernelLength;

    /// <summary>Writes the transform.</summary>
    /// <param name="graph">Gets the nodes.</param>
    /// <param name="model">The random kernels.</param>
    /// <param name="series">[N, C, T].</param>
    /// <param name="length">T; <see langword="null"/> where that is open.</param>
    /// <returns>[N, feature], in the order of the model.</returns>
    public static string Write(GraphWriter graph, HydraModel model, string series, int? length)
    {
        string[] inputs = model.Representations == 1 ? [series] : [series, DifferenceGraph.Write(graph, "Hydra/difference", series, length)];
        var parts = new List<string>();
        for (int d = 0; d < model.Dilations.Length; d++)
        {
            int dilation = model.Dilations[d];
            long margin = KernelLength / 2 * (long)dilation;
            for (int representation = 0; representation < model.Representations; representation++)
            {
                string name = $"Hydra/d{dilation}{(representation == 1 ? " difference" : "")}";
                float[] taps = Weights(model, d * model.Representations + representation);
                string weights = graph.Constant($"{name}/weights", taps, model.Groups * model.KernelsPerGroup, model.NumberOfChannels, KernelLength);
                string output = graph.Add("Conv", $"{name}/convolution", [inputs[representation], weights],
                    ("dilations", new long[] { dilation }), ("kernel_shape", new long[] { KernelLength }), ("pads", new[] { margin, margin }));
                string positions = graph.Add("Cast", $"{name}/positions", [DifferenceGraph.Length(graph, name, output)], ("to", typeof(float)));
                string groups = graph.Reshape($"{name}/groups", output, 0, model.Groups, model.KernelsPerGroup, -1);
                string largest = graph.Add("ReduceMax", $"{name}/largest", [groups], ("axes", new[] { 2L }), ("keepdims", 1L));
                parts.Add(Sum(graph, model, $"{name}/max", graph.Add("ArgMax", $"{name}/max/winner", [groups], ("axis", 2L), ("keepdims", 1L)), largest, positions));
                parts.Add(Sum(graph, model, $"{name}/min", graph.Add("ArgMin", $"{name}/min/winner", [groups], ("axis", 2L), ("keepdims", 1L)), graph.Constant($"{name}/one", 1f), positions));
            }
        }

        string features = graph.Add("Concat", "Hydra/counts", [.. parts], ("axis", 1L));
        return model.Scaling is null ? features : Scale(graph, model.Scaling, features);
    }

    // For each kernel the sum of values where it wins, as a mean times the number of positions. [N, group, 1, T] -> [N, group * kernel]
    private static string Sum(GraphWriter graph, HydraModel model, string name, string winner, string values, string positions)
    {
        string kernels = graph.Constant($"{name}/kernels", [.. Enumerable.Range(0, model.KernelsPerGroup).Select(kernel => (long)kernel)], 1, 1, model.KernelsPerGroup, 1);
        string wins = graph.Add("Equal", $"{name}/wins", [winner, kernels]);
        string won = graph.Add("Where", $"{name}/won", [wins, values, graph.Constant($"{name}/zero", 0f)]);
        string mean = graph.Add("ReduceMean", $"{name}/mean", [won], ("axes", new[] { 3L }), ("keepdims", 0L));
        return graph.Reshape($"{name}/features", graph.Add("Mul", $"{name}/sum", [mean, positions]), 0, model.Groups * model.KernelsPerGroup);
    }

    private static string Scale(GraphWriter graph, SparseScaling scaling, string features)
    {
        string zero = graph.Constant("Hydra/scaling/zero", 0f);
        string root = graph.Add("Sqrt", "Hydra/scaling/root", [graph.Add("Max", "Hydra/scaling/not negative", [features, zero])]);
        string centred = graph.Add("Sub", "Hydra/scaling/centred", [root, graph.Constant("Hydra/scaling/means", scaling.Means.ToArray(), 1, scaling.Means.Length)]);
        string scaled = graph.Add("Div", "Hydra/scaling/scaled", [centred, graph.Constant("Hydra/scaling/deviations", scaling.Deviations.ToArray(), 1, scaling.Means.Length)]);
        return graph.Add("Where", "Hydra/features", [graph.Add("Equal", "Hydra/scaling/is zero", [root, zero]), zero, scaled]);
    }

    // [group * kernel, channel, tap]: a sum over channels weighs each the same, one that is drawn twice twice.
    private static float[] Weights(HydraModel model, int row)
    {
        int channels = model.NumberOfChannels;
        int kernels = model.Groups * model.KernelsPerGroup;
        var weights = new float[kernels * channels * KernelLength];
        for (int kernel = 0; kernel < kernels; kernel++)
        {
            ReadOnlySpan<float> taps = model.Weights.Slice((row * kernels + kernel) * KernelLength, KernelLength);
            foreach (int channel in model.ChannelsOf(row * model.Groups + kernel / model.KernelsPerGroup))
            {
                for (int tap = 0; tap < KernelLength; tap++)
                    weights[(kernel * channels + channel) * KernelLength + tap] += taps[tap];
            }
        }

        return weights;
    }
}

using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Hydra as ONNX nodes: one convolution for each dilation of the series and of its first difference, the largest and
/// the smallest output of each group at each position, and their sums over time for each kernel.
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
        var parts = new FeatureParts(graph, "Hydra");
        string? difference = null;
        Dictionary<HydraFeature, long> numbers = Enumerable.Range(0, model.NumberOfFeatures)
            .ToDictionary(model.Feature, i => (long)i);
        var rows = numbers.Keys.GroupBy(feature => (feature.DilationIndex, feature.OfDifference))
            .OrderBy(row => row.Key);
        int first = 0;                      // the row's first group in the model
        foreach (var row in rows)
        {
            (int d, bool ofDifference) = row.Key;
            int dilation = model.Dilations[d];
            int[] groups = [.. row.Select(feature => feature.Group).Distinct().Order()];
            string name = $"Hydra/d{dilation}{(ofDifference ? " difference" : "")}";
            if (ofDifference)
                difference ??= DifferenceGraph.Write(graph, "Hydra/difference", series, length);
            string output = Outputs(graph, model, name, ofDifference ? difference! : series, first, groups.Length,
                dilation);
            string outputs = graph.SplitAxis($"{name}/groups", output, groups.Length, model.KernelsPerGroup);
            foreach (bool minimum in new[] { false, true })
            {
                long[] places = [.. groups.SelectMany(
                    group => Enumerable.Range(0, model.KernelsPerGroup).Select(kernel =>
                        numbers.GetValueOrDefault(new HydraFeature(d, ofDifference, group, kernel, minimum), -1)))];
                if (places.All(place => place < 0))
                    continue;
                parts.Add(minimum
                    ? Smallest(graph, model, name, outputs, groups.Length)
                    : Largest(graph, model, name, outputs, groups.Length), places);
            }

            first += groups.Length;
        }

        string features = parts.JoinColumns();
        return model.Scaling is null ? features : Scale(graph, model.Scaling, features);
    }

    // [N, C, T] -> [N, group * kernel, T]. Several channels are summed before the convolution, in the order of
    // the native transform.
    private static string Outputs(
        GraphWriter graph, HydraModel model, string name, string series, int first, int groups, int dilation)
    {
        string input = series;
        if (model.NumberOfChannels > 1)
        {
            for (int i = 0; i < model.ChannelsPerGroup; i++)
            {
                long[] channels = [.. Enumerable.Range(first, groups)
                    .Select(group => (long)model.ChannelsOf(group)[i])];
                string ofGroups = graph.Add("Gather", $"{name}/channel {i + 1}",
                    [series, graph.Constant($"{name}/channel {i + 1}/of groups", channels, groups)], ("axis", 1L));
                input = i == 0 ? ofGroups : graph.Add("Add", $"{name}/sum of {i + 1} channels", [input, ofGroups]);
            }
        }

        int kernels = groups * model.KernelsPerGroup;
        long margin = KernelLength / 2 * (long)dilation;
        float[] weights = [.. model.Weights.Slice(
            first * model.KernelsPerGroup * KernelLength, kernels * KernelLength)];
        return graph.Add("Conv", $"{name}/convolution",
            [input, graph.Constant($"{name}/weights", weights, kernels, 1, KernelLength)],
            ("dilations", new long[] { dilation }), ("kernel_shape", new long[] { KernelLength }),
            ("group", model.NumberOfChannels > 1 ? (long)groups : 1L), ("pads", new[] { margin, margin }));
    }

    private static string Largest(GraphWriter graph, HydraModel model, string name, string outputs, int groups)
    {
        string largest = graph.Add("ReduceMax", $"{name}/largest", [outputs], ("axes", new[] { 2L }), ("keepdims", 1L));
        return Sum(graph, model, $"{name}/max", groups,
            graph.Add("ArgMax", $"{name}/max/winner", [outputs], ("axis", 2L), ("keepdims", 1L)), largest);
    }

    private static string Smallest(GraphWriter graph, HydraModel model, string name, string outputs, int groups)
        => Sum(graph, model, $"{name}/min", groups,
            graph.Add("ArgMin", $"{name}/min/winner", [outputs], ("axis", 2L), ("keepdims", 1L)),
            graph.Constant($"{name}/one", 1f));

    // For each kernel the sum of values where it wins. [N, group, 1, T] -> [N, group * kernel]
    private static string Sum(
        GraphWriter graph, HydraModel model, string name, int groups, string winner, string values)
    {
        string kernels = graph.Constant($"{name}/kernels",
            [.. Enumerable.Range(0, model.KernelsPerGroup).Select(kernel => (long)kernel)],
            1, 1, model.KernelsPerGroup, 1);
        string wins = graph.Add("Equal", $"{name}/wins", [winner, kernels]);
        string won = graph.Add("Where", $"{name}/won", [wins, values, graph.Constant($"{name}/zero", 0f)]);
        string sum = graph.Add("ReduceSum", $"{name}/sum", [won], ("axes", new[] { 3L }), ("keepdims", 0L));
        return graph.Reshape($"{name}/features", sum, 0, groups * model.KernelsPerGroup);
    }

    private static string Scale(GraphWriter graph, SparseScaling scaling, string features)
    {
        string zero = graph.Constant("Hydra/scaling/zero", 0f);
        string root = graph.Add("Sqrt", "Hydra/scaling/root",
            [graph.Add("Max", "Hydra/scaling/not negative", [features, zero])]);
        string centred = graph.Add("Sub", "Hydra/scaling/centred",
            [root, graph.Constant("Hydra/scaling/means", scaling.Means.ToArray(), 1, scaling.Means.Length)]);
        string scaled = graph.Add("Div", "Hydra/scaling/scaled", [centred,
            graph.Constant("Hydra/scaling/deviations", scaling.Deviations.ToArray(), 1, scaling.Means.Length)]);
        return graph.Add("Where", "Hydra/features",
            [graph.Add("Equal", "Hydra/scaling/is zero", [root, zero]), zero, scaled]);
    }
}

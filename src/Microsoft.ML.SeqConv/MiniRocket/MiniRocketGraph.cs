using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// MiniRocket as ONNX nodes, with the bits of the native transform: outputs of the kernels are compared with the
/// biases, counted exactly and divided by the number of positions.
/// </summary>
internal static class MiniRocketGraph
{
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
        const string path = "MiniRocket";
        var outputs = new KernelOutputGraph(graph, path, model, series, length);
        var counts = new FeatureParts(graph, path);
        var positions = new float[model.NumberOfFeatures];
        foreach (KernelGroup group in KernelGroup.Of(model, length))
        {
            counts.Add(outputs.Count(group, outputs.Above(group)), group.Features.Select(feature => (long)feature));
            foreach (int feature in group.Features)
                positions[feature] = outputs.PositionsOf(group) ?? 0;
        }

        string divisor = length is null
            ? graph.Add("Cast", $"{path}/positions", [outputs.Length], ("to", typeof(float)))
            : graph.Constant($"{path}/positions", positions, positions.Length);
        string numbers = graph.Add("Transpose", $"{path}/series first", [outputs.AsNumbers(path, counts.JoinRows())],
            ("perm", new long[] { 1, 0 }));
        return graph.Add("Div", $"{path}/features", [numbers, divisor]);
    }
}

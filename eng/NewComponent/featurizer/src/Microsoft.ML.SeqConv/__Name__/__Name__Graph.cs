using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>__Name__ as ONNX nodes.</summary>
internal static class __Name__Graph
{
    /// <summary>Writes the transform.</summary>
    /// <param name="graph">Gets the nodes.</param>
    /// <param name="model">The kernels.</param>
    /// <param name="series">[N, C, T].</param>
    /// <param name="length">T; <see langword="null"/> where that is open.</param>
    /// <returns>[N, feature], in the order of the model.</returns>
    public static string Write(GraphWriter graph, __Name__Model model, string series, int? length)
    {
        string weights = graph.Constant("__Name__/weights", model.Weights.ToArray(), model.NumberOfFeatures, 1,
            __Name__Settings.KernelLength);
        throw new NotImplementedException(
            $"Write here the nodes of the formula: from '{series}' of {length} points and '{weights}' to features.");
    }
}

using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>A linear model as ONNX nodes.</summary>
internal static class LinearGraph
{
    /// <summary>Writes the decision values.</summary>
    /// <param name="linear">The model.</param>
    /// <param name="graph">Gets the nodes.</param>
    /// <param name="name">What the nodes' names begin with.</param>
    /// <param name="features">[N, feature].</param>
    /// <returns>[N, target].</returns>
    public static string WriteDecisions(this LinearModel linear, GraphWriter graph, string name, string features)
    {
        string coefficients = graph.Constant($"{name}/coefficients", linear.Coefficients.ToArray(),
            linear.NumberOfTargets, linear.NumberOfFeatures);
        string intercepts = graph.Constant($"{name}/intercepts",
            [.. linear.Intercepts.ToArray().Select(value => (float)value)], linear.NumberOfTargets);
        return graph.Add("Gemm", $"{name}/decision", [features, coefficients, intercepts], ("transB", 1L));
    }
}

using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>A mean of probabilities as ONNX nodes.</summary>
internal static class MixtureGraph
{
    /// <summary>Writes the decision values.</summary>
    /// <param name="mixture">The blocks.</param>
    /// <param name="graph">Gets the nodes.</param>
    /// <param name="name">What the nodes' names begin with.</param>
    /// <param name="features">[N, feature].</param>
    /// <returns>[N, target].</returns>
    public static string WriteDecisions(
        this ProbabilityMixture mixture, GraphWriter graph, string name, string features)
    {
        bool isPair = mixture.NumberOfTargets == 1;
        var means = new List<string>();             // [N, class], weighted
        string axis = graph.Constant($"{name}/feature axis", [1L], 1);
        long start = 0;
        for (int b = 0; b < mixture.Blocks.Count; b++)
        {
            LinearModel block = mixture.Blocks[b];
            string path = $"{name}/block {b + 1}";
            string own = graph.Add("Slice", $"{path}/features",
            [
                features, graph.Constant($"{path}/start", [start], 1),
                graph.Constant($"{path}/end", [start + block.NumberOfFeatures], 1), axis,
            ]);
            start += block.NumberOfFeatures;
            string decisions = block.WriteDecisions(graph, path, own);
            if (isPair)
                decisions = graph.Add("Mul", $"{path}/pair",
                    [decisions, graph.Constant($"{path}/signs", [-1f, 1f], 2)]);
            string probabilities = graph.Add("Softmax", $"{path}/probabilities", [decisions], ("axis", 1L));
            means.Add(graph.Add("Mul", $"{path}/weighted",
                [probabilities, graph.Constant($"{path}/weight", (float)mixture.Weights[b])]));
        }

        string mean = means.Count == 1 ? means[0] : graph.Add("Sum", $"{name}/mean", [.. means]);
        string clipped = graph.Add("Max", $"{name}/clipped mean",
            [mean, graph.Constant($"{name}/least probability", (float)ProbabilityMixture.MinProbability)]);
        string logarithms = graph.Add("Log", $"{name}/logarithms", [clipped]);
        if (isPair)
            logarithms = graph.Add("MatMul", $"{name}/log-odds",
                [logarithms, graph.Constant($"{name}/difference", [-1f, 1f], 2, 1)]);
        string scaled = graph.Add("Mul", $"{name}/scaled",
            [logarithms, graph.Constant($"{name}/scale", (float)mixture.Scale)]);
        return graph.Add("Add", $"{name}/mixed decision",
            [scaled, graph.Constant($"{name}/offsets", [.. mixture.Offsets.ToArray().Select(value => (float)value)],
                mixture.NumberOfTargets)]);
    }
}

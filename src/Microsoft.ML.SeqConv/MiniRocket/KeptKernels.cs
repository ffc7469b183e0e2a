using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// The kernels of one dilation and one parity that a pruned MiniRocket keeps, for a graph: one convolution.
/// </summary>
/// <param name="DilationIndex">Index into the model's dilations.</param>
/// <param name="Parity">0: even kernels, 1: odd ones.</param>
/// <param name="Kernels">Ascending.</param>
/// <param name="Features">Features of the model, each with one bias.</param>
/// <param name="KernelOfFeature">For each feature which of the kernels it is of.</param>
internal sealed record KeptKernels(int DilationIndex, int Parity, int[] Kernels, int[] Features, long[] KernelOfFeature)
{
    public static IEnumerable<KeptKernels> Of(MiniRocketModel model)
        => from feature in Enumerable.Range(0, model.NumberOfFeatures)
           let what = model.Feature(feature)
           group (feature, what.Kernel) by (what.DilationIndex, Parity: what.Kernel % 2) into part
           let kernels = part.Select(one => one.Kernel).Distinct().ToArray()
           select new KeptKernels(part.Key.DilationIndex, part.Key.Parity, kernels,
               [.. part.Select(one => one.feature)], [.. part.Select(one => (long)Array.IndexOf(kernels, one.Kernel))]);

    /// <summary>Names the part.</summary>
    public string Name(MiniRocketModel model)
        => $"d{model.Dilations[DilationIndex]}/{(Parity == 0 ? "even" : "odd")} kernels";

    /// <summary>[N, kernel, T] -> [N, feature, T].</summary>
    public string OutputOfEachBias(GraphWriter graph, string name, string output) => Features.Length == Kernels.Length
        ? output
        : graph.Add("Gather", $"{name}/output of each bias",
            [output, graph.Constant($"{name}/kernel of each bias", KernelOfFeature,
                KernelOfFeature.Length)], ("axis", 1L));
}

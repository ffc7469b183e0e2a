using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// The k largest values of each channel, in the order in which they stand (Kalchbrenner, Grefenstette and Blunsom
/// 2014, arXiv:1404.2188). Of equal values the earlier one is taken, so that the result is the same on every device
/// and in ONNX Runtime.
/// </summary>
internal static class KMaxPooling
{
    /// <param name="x">[N, channels, T], T at least k.</param>
    /// <param name="k">Values that are kept.</param>
    /// <returns>[N, channels, k].</returns>
    public static Tensor Pool(Tensor x, long k)
    {
        using var scope = NewDisposeScope();
        (_, Tensor order) = x.detach().sort(dim: 2, descending: true, stable: true);
        (Tensor kept, _) = order.narrow(2, 0, k).sort(dim: 2, descending: false, stable: false);
        return x.gather(2, kept).MoveToOuterDisposeScope();
    }

    /// <summary>Writes the pooling as ONNX nodes.</summary>
    public static string Write(GraphWriter graph, string name, string input, string k)
    {
        string indices = graph.AddPair("TopK", $"{name}/largest", [input, k], ("axis", 2L)).Second;
        string ordered = graph.AddPair("TopK", $"{name}/in order", [indices, k], ("axis", 2L), ("largest", 0L)).First;
        return graph.Add("GatherElements", name, [input, ordered], ("axis", 2L));
    }
}

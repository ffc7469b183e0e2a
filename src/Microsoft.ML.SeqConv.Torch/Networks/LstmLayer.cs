using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// A layer of long short-term memory (Hochreiter and Schmidhuber 1997) from the first frame to the last, so that
/// padding at the end changes no frame before it.
/// </summary>
internal sealed class LstmLayer : nn.Module<Tensor, Tensor>
{
    private readonly LSTM _lstm;
    private readonly int _cells;

    public LstmLayer(int channels, int cells, Device? device)
        : base(nameof(LstmLayer))
    {
        _cells = cells;
        _lstm = nn.LSTM(channels, cells, batchFirst: true, device: device);
        register_module("lstm", _lstm);
    }

    public override Tensor forward(Tensor x)                                    // [N, channels, T]
    {
        using var scope = NewDisposeScope();
        (Tensor output, _, _) = _lstm.call(x.transpose(1, 2));                  // [N, T, cells]
        return output.transpose(1, 2).MoveToOuterDisposeScope();                // [N, cells, T]
    }

    /// <summary>
    /// Zeros, and ones for the forget gate, which so begins by keeping what there is (Jozefowicz et al. 2015).
    /// </summary>
    public void InitializeBiases()
    {
        using var scope = NewDisposeScope();
        using IDisposable constant = no_grad();
        using var held = new HeldScalars();
        Weight("bias_ih_l0").zero_();
        Weight("bias_hh_l0").zero_();
        Weight("bias_ih_l0").narrow(0, _cells, _cells).fill_(held.Of(1L));
    }

    /// <summary>Writes the scoring of [N, channels, T] as ONNX nodes.</summary>
    public string Write(GraphWriter graph, string name, string input)
    {
        using var scope = NewDisposeScope();
        using IDisposable constant = no_grad();
        // [T, N, channels]
        string frames = graph.Add("Transpose", $"{name}/time first", [input], ("perm", new[] { 2L, 0, 1 }));
        string inputs = NetworkGraph.Weight(graph, $"{name}/weight", GatesForOnnx(Weight("weight_ih_l0")).unsqueeze(0));
        string recurrent = NetworkGraph.Weight(graph, $"{name}/recurrent weight",
            GatesForOnnx(Weight("weight_hh_l0")).unsqueeze(0));
        string bias = NetworkGraph.Weight(graph, $"{name}/bias",
            cat([GatesForOnnx(Weight("bias_ih_l0")), GatesForOnnx(Weight("bias_hh_l0"))]).unsqueeze(0));
        // ONNX Runtime ends the process on an LSTM over a batch of no rows: there is one more, of zeros, that is cut
        // off again.
        string oneMore = graph.Add(
            "Pad", $"{name}/one more row",
            [frames, graph.Constant($"{name}/one more row/pads", [0L, 0, 0, 0, 1, 0], 6)]);
        string states = graph.Add(       // [T, 1, N, cells]
            "LSTM", name, [oneMore, inputs, recurrent, bias], ("hidden_size", (long)_cells));
        string rows = graph.Add(
            "Transpose", $"{name}/time last",
            [graph.Add("Squeeze", $"{name}/one direction", [states], ("axes", new[] { 1L }))],
            ("perm", new[] { 1L, 2, 0 }));
        string begin = graph.Constant($"{name}/first row", [0L], 1);
        string end = graph.Constant($"{name}/last row", [-1L], 1);
        return graph.Add("Slice", $"{name}/rows", [rows, begin, end, graph.Constant($"{name}/row axis", [0L], 1)]);
    }

    // PyTorch: input, forget, cell, output. ONNX: input, output, forget, cell.
    private Tensor GatesForOnnx(Tensor weight)
    {
        Tensor[] gates = [.. Enumerable.Range(0, 4).Select(gate => weight.narrow(0, gate * _cells, _cells))];
        return cat([gates[0], gates[3], gates[1], gates[2]]);
    }

    private Parameter Weight(string name)
        => _lstm.named_parameters().First(parameter => parameter.name == name).parameter;

    // TorchSharp would register each field once more, by the field's name.
    protected override void RegisterComponents()
    {
    }
}

using Microsoft.ML.SeqConv.Kernels;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// A layer of WaveNet: a causal dilated convolution, tanh(filter) * sigmoid(gate), and from that what goes on to the
/// next layer and what goes to the output (arXiv:1609.03499, equations 2 and 3; figure 4).
/// </summary>
internal sealed class WaveNetLayer : nn.Module<Tensor, Tensor?, (Tensor Residual, Tensor Skip)>
{
    private readonly long _reach;           // points before the present one
    private readonly long _gates;
    private readonly long _dilation;
    private readonly Conv1d _convolution;
    private readonly Conv1d? _condition;
    private readonly Conv1d _residual;
    private readonly Conv1d _skip;

    public WaveNetLayer(WaveNetShape shape, int dilation, Device? device)
        : base(nameof(WaveNetLayer))
    {
        _dilation = dilation;
        _reach = (long)dilation * (shape.KernelSize - 1);
        _gates = shape.GateChannels;
        _convolution = nn.Conv1d(shape.ResidualChannels, 2 * _gates, shape.KernelSize,
            dilation: dilation, device: device);
        register_module("convolution", _convolution);
        if (shape.ConditionChannels > 0)
        {
            _condition = nn.Conv1d(shape.ConditionChannels, 2 * _gates, 1L, bias: false, device: device);
            register_module("condition", _condition);
        }

        _residual = nn.Conv1d(_gates, shape.ResidualChannels, 1L, device: device);
        _skip = nn.Conv1d(_gates, shape.SkipChannels, 1L, device: device);
        register_module("residual", _residual);
        register_module("skip", _skip);
    }

    /// <param name="x">[N, residual, T].</param>
    /// <param name="condition">[N, condition, T or 1].</param>
    /// <returns>[N, residual, T] and [N, skip, T].</returns>
    public override (Tensor Residual, Tensor Skip) forward(Tensor x, Tensor? condition)
    {
        using var scope = NewDisposeScope();
        Tensor both = _convolution.call(nn.functional.pad(x, [_reach, 0]));                     // [N, 2 * gate, T]
        if (_condition is not null)
            both = HeldScalars.Sum(both, _condition.call(condition!));
        // [N, gate, T]
        Tensor gated = both.narrow(1, 0, _gates).tanh() * both.narrow(1, _gates, _gates).sigmoid();
        return (
            HeldScalars.Sum(x, _residual.call(gated)).MoveToOuterDisposeScope(),
            _skip.call(gated).MoveToOuterDisposeScope());
    }

    /// <summary>
    /// The same for a kernel of two taps where only the last point of the stack's output is wanted. That depends on
    /// every second point alone, so that each layer halves what the next one sees:
    /// neighbours here are a dilation apart in the series.
    /// </summary>
    /// <param name="x">[N, residual, T].</param>
    /// <returns>[N, residual, T / 2, rounded up], and [N, skip, 1].</returns>
    public (Tensor Residual, Tensor Skip) Halve(Tensor x)
    {
        using var scope = NewDisposeScope();
        Tensor even = x.shape[2] % 2 == 0 ? x : nn.functional.pad(x, [1, 0]);
        // [N, 2 * gate, T / 2]
        Tensor both = nn.functional.conv1d(even, _convolution.weight!, _convolution.bias, stride: 2);
        Tensor gated = both.narrow(1, 0, _gates).tanh() * both.narrow(1, _gates, _gates).sigmoid();
        Tensor later = even.view(even.shape[0], even.shape[1], -1, 2).select(3, 1);
        Tensor skip = _skip.call(gated.narrow(2, gated.shape[2] - 1, 1));
        return (
            HeldScalars.Sum(later, _residual.call(gated)).MoveToOuterDisposeScope(),
            skip.MoveToOuterDisposeScope());
    }

    /// <summary>Writes the layer as ONNX nodes.</summary>
    /// <param name="graph">Gets the nodes.</param>
    /// <param name="name">A path.</param>
    /// <param name="input">[N, residual, T].</param>
    /// <param name="condition">[N, condition, T or 1]; <see langword="null"/> for none.</param>
    public (string Residual, string Skip) Write(GraphWriter graph, string name, string input, string? condition)
    {
        string both = NetworkGraph.Convolution(graph, $"{name}/convolution", input, _convolution, _reach, 0, _dilation);
        if (_condition is not null)
            both = graph.Add("Add", $"{name}/conditioned",
                [both, NetworkGraph.Convolution(graph, $"{name}/condition", condition!, _condition, 0, 0)]);
        string axis = graph.Constant($"{name}/channels", [1L], 1);
        string half = graph.Constant($"{name}/half", [_gates], 1);
        string filter = graph.Add("Tanh", $"{name}/filter",
            [graph.Add("Slice", $"{name}/filters", [both, graph.Constant($"{name}/0", [0L], 1), half, axis])]);
        string gate = graph.Add("Sigmoid", $"{name}/gate",
            [graph.Add("Slice", $"{name}/gates", [both, half, graph.Constant($"{name}/all", [2 * _gates], 1), axis])]);
        string gated = graph.Add("Mul", $"{name}/gated", [filter, gate]);
        string residual = graph.Add("Add", $"{name}/residual sum",
            [input, NetworkGraph.Convolution(graph, $"{name}/residual", gated, _residual, 0, 0)]);
        return (residual, NetworkGraph.Convolution(graph, $"{name}/skip", gated, _skip, 0, 0));
    }

    /// <summary>The weights as a stepper takes them.</summary>
    public WaveNetLayerWeights ToWeights() => new(
        [.. Enumerable.Range(0, (int)_convolution.weight!.shape[2]).Select(
            tap => WaveNetStack.Transposed(_convolution.weight!, tap))], WaveNetStack.Values(_convolution.bias!),
        _condition is null ? [] : WaveNetStack.Transposed(_condition.weight!, 0),
        WaveNetStack.Transposed(_residual.weight!, 0), WaveNetStack.Values(_residual.bias!),
        WaveNetStack.Transposed(_skip.weight!, 0), WaveNetStack.Values(_skip.bias!));

    // TorchSharp would register each field once more, by the field's name.
    protected override void RegisterComponents()
    {
    }
}

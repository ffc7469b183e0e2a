using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv;

/// <summary>__Name__ (AUTHORS YEAR, arXiv:NUMBER): its layers in a sentence.</summary>
internal sealed class __Name__Network : SequenceNetwork
{
    private readonly ConvolutionLayer _layer;
    private readonly Linear _head;

    /// <param name="channels">Of the series.</param>
    /// <param name="outputs">Classes, or 1 for a value.</param>
    /// <param name="filters">Of a layer. The paper: NUMBER.</param>
    /// <param name="kind">How convolutions are made.</param>
    /// <param name="device">Where the weights are.</param>
    public __Name__Network(int channels, int outputs, int filters, ConvolutionKind kind, Device? device = null)
        : base(nameof(__Name__Network))
    {
        _layer = new ConvolutionLayer(channels, filters, 8, rectify: true, kind, device);
        register_module("layer", _layer);
        _head = nn.Linear(filters, outputs, device: device);
        register_module("head", _head);
    }

    // Write here the layers of the paper, with the shape after each. FcnNetwork is the shortest example.
    public override Tensor forward(Tensor input, Tensor? mask)                      // [N, channels, T] -> [N, outputs]
        => throw new NotImplementedException($"__Name__ has no layers yet between {_layer.GetName()} and {_head.GetName()}.");

    public override string Write(GraphWriter graph, string name, string input)
        => throw new NotImplementedException($"Write here the same layers as nodes, from '{input}', under '{name}'.");
}

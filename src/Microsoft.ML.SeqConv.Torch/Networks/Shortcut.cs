using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// A residual connection: ReLU(x + normalised source), the source brought to the number of channels of x by
/// a 1x1 convolution.
/// </summary>
internal sealed class Shortcut : nn.Module<Tensor, Tensor, Tensor?, Tensor>
{
    private readonly SameConvolution? _convolution;
    private readonly MaskedBatchNorm _normalization;

    /// <param name="channels">Of the source.</param>
    /// <param name="filters">Of x.</param>
    /// <param name="convolve">Whether the source is convolved; it must be where the numbers differ.</param>
    /// <param name="device">Where the weights are.</param>
    public Shortcut(int channels, int filters, bool convolve, Device? device)
        : base(nameof(Shortcut))
    {
        if (convolve)
        {
            _convolution = new SameConvolution(channels, filters, 1, ConvolutionKind.Full, device);
            register_module("convolution", _convolution);
        }

        _normalization = new MaskedBatchNorm(filters, device);
        register_module("normalization", _normalization);
    }

    public override Tensor forward(Tensor x, Tensor source, Tensor? mask)       // [N, filters, T], [N, channels, T]
    {
        using var scope = NewDisposeScope();
        Tensor carried = _normalization.call(_convolution is null ? source : _convolution.call(source), mask);
        return nn.functional.relu(HeldScalars.Sum(x, carried)).MoveToOuterDisposeScope();
    }

    /// <summary>Writes the scoring of x, [N, filters, T], and its source, [N, channels, T], as ONNX nodes.</summary>
    public string Write(GraphWriter graph, string name, string x, string source)
    {
        string carried = _normalization.Write(graph, $"{name}/normalization",
            _convolution is null ? source : _convolution.Write(graph, $"{name}/convolution", source));
        return graph.Add("Relu", name, [graph.Add("Add", $"{name}/sum", [x, carried])]);
    }

    // TorchSharp would register each field once more, by the field's name.
    protected override void RegisterComponents()
    {
    }
}

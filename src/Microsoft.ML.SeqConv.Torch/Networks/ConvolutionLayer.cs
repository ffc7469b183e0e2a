using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv;

/// <summary>A convolution, batch normalisation and, except before a residual connection, ReLU.</summary>
internal sealed class ConvolutionLayer : nn.Module<Tensor, Tensor?, Tensor>
{
    private readonly SameConvolution _convolution;
    private readonly MaskedBatchNorm _normalization;
    private readonly bool _rectify;

    public ConvolutionLayer(int channels, int filters, int kernel, bool rectify, ConvolutionKind kind, Device? device)
        : base(nameof(ConvolutionLayer))
    {
        _rectify = rectify;
        _convolution = new SameConvolution(channels, filters, kernel, kind, device);
        _normalization = new MaskedBatchNorm(filters, device);
        register_module("convolution", _convolution);
        register_module("normalization", _normalization);
    }

    public override Tensor forward(Tensor x, Tensor? mask)                              // [N, channels, T]
    {
        using var scope = NewDisposeScope();
        Tensor y = _normalization.call(_convolution.call(x), mask);                     // [N, filters, T]
        return (_rectify ? nn.functional.relu(y) : y).MoveToOuterDisposeScope();
    }

    /// <summary>Writes the scoring of [N, channels, T] as ONNX nodes.</summary>
    public string Write(GraphWriter graph, string name, string input)
    {
        string output = _normalization.Write(graph, $"{name}/normalization",
            _convolution.Write(graph, $"{name}/convolution", input));
        return _rectify ? graph.Add("Relu", name, [output]) : output;
    }

    // TorchSharp would register each field once more, by the field's name.
    protected override void RegisterComponents()
    {
    }
}

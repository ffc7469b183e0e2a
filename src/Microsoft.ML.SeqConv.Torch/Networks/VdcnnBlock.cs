using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Two convolutions of three characters, each normalised and rectified, and, if wanted, a residual connection before
/// the last rectifier.
/// </summary>
internal sealed class VdcnnBlock : nn.Module<Tensor, Tensor>
{
    private const int KernelSize = 3;

    private readonly SameConvolution[] _convolutions;
    private readonly MaskedBatchNorm[] _normalizations;
    private readonly SameConvolution? _shortcut;
    private readonly bool _residual;

    public VdcnnBlock(int channels, int filters, int stride, bool residual, ConvolutionKind kind, Device? device)
        : base(nameof(VdcnnBlock))
    {
        _residual = residual;
        _convolutions = [new SameConvolution(channels, filters, KernelSize, kind, device, stride),
            new SameConvolution(filters, filters, KernelSize, kind, device)];
        _normalizations = [new MaskedBatchNorm(filters, device), new MaskedBatchNorm(filters, device)];
        for (int i = 0; i < _convolutions.Length; i++)
        {
            register_module($"convolution{i}", _convolutions[i]);
            register_module($"normalization{i}", _normalizations[i]);
        }

        if (residual && (channels != filters || stride != 1))
        {
            _shortcut = new SameConvolution(channels, filters, 1, ConvolutionKind.Full, device, stride);
            register_module("shortcut", _shortcut);
        }
    }

    // [N, channels, T]
    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        // [N, filters, T / stride]
        Tensor first = nn.functional.relu(_normalizations[0].call(_convolutions[0].call(x), null));
        Tensor second = _normalizations[1].call(_convolutions[1].call(first), null);
        if (_residual)
            second = HeldScalars.Sum(second, _shortcut is null ? x : _shortcut.call(x));
        return nn.functional.relu(second).MoveToOuterDisposeScope();
    }

    /// <summary>Writes the scoring of [N, channels, T] as ONNX nodes.</summary>
    public string Write(GraphWriter graph, string name, string input)
    {
        string first = graph.Add("Relu", $"{name}/relu0", [_normalizations[0].Write(graph, $"{name}/normalization0",
            _convolutions[0].Write(graph, $"{name}/convolution0", input))]);
        string second = _normalizations[1].Write(graph, $"{name}/normalization1",
            _convolutions[1].Write(graph, $"{name}/convolution1", first));
        if (_residual)
            second = graph.Add("Add", $"{name}/residual",
                [second, _shortcut is null ? input : _shortcut.Write(graph, $"{name}/shortcut", input)]);
        return graph.Add("Relu", $"{name}/relu1", [second]);
    }

    // TorchSharp would register each field once more, by the field's name.
    protected override void RegisterComponents()
    {
    }
}

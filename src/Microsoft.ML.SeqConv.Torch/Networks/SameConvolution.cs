using Microsoft.ML.SeqConv.Kernels;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv;

/// <summary>How a convolution is made.</summary>
public enum ConvolutionKind
{
    /// <summary>Every filter sees every channel.</summary>
    Full,

    /// <summary>
    /// One filter a channel over time, then a 1x1 convolution over channels (Kaiser, Gomez and Chollet 2018,
    /// arXiv:1706.03059): kernel + filters weights for each channel instead of kernel x filters.
    /// </summary>
    DepthwiseSeparable,
}

/// <summary>
/// A convolution that keeps the length, or, stepping by two, halves it: (k - 1) / 2 zeros before the series and k / 2
/// after it. For an even kernel PyTorch would copy the input to pad it so; here both ends get k / 2 zeros, and the
/// first value, which is one too many, is left out.
/// </summary>
internal sealed class SameConvolution : nn.Module<Tensor, Tensor>
{
    private readonly bool _even;
    private readonly int _stride;
    private readonly Conv1d? _conv;
    private readonly Conv1d? _depthwise;
    private readonly Conv1d? _pointwise;

    public SameConvolution(int channels, int filters, int kernel, ConvolutionKind kind, Device? device, int stride = 1)
        : base(nameof(SameConvolution))
    {
        _even = kernel % 2 == 0;
        _stride = stride;
        Guard.Require(!_even || stride <= 1, stride, "a kernel of an even size steps by one");

        // Between channels a kernel of one point is all that the separable form has as well.
        if (kind == ConvolutionKind.Full || kernel == 1)
        {
            _conv = nn.Conv1d(channels, filters, kernel, stride: stride,
                padding: kernel / 2, bias: false, device: device);
            register_module("conv", _conv);
        }
        else
        {
            _depthwise = nn.Conv1d(channels, channels, kernel, stride: stride, padding: kernel / 2,
                groups: channels, bias: false, device: device);
            _pointwise = nn.Conv1d(channels, filters, 1L, bias: false, device: device);
            register_module("depthwise", _depthwise);
            register_module("pointwise", _pointwise);
        }
    }

    public override Tensor forward(Tensor input)                // [N, channels, T]
    {
        using var scope = NewDisposeScope();
        Tensor filtered = (_conv ?? _depthwise)!.call(input);   // [N, filters or channels, T or T + 1]
        if (_even)
            filtered = filtered.narrow(2, 1, input.shape[2]);
        // [N, filters, T]
        return (_pointwise is null ? filtered : _pointwise.call(filtered)).MoveToOuterDisposeScope();
    }

    /// <summary>Writes the scoring of [N, channels, T] as ONNX nodes.</summary>
    public string Write(GraphWriter graph, string name, string input)
    {
        Conv1d first = (_conv ?? _depthwise)!;
        long kernel = first.weight!.shape[2];
        string filtered = NetworkGraph.Convolution(graph, _conv is null ? $"{name}/depthwise" : name, input, first,
            (kernel - 1) / 2, kernel / 2, stride: _stride);
        return _pointwise is null
            ? filtered
            : NetworkGraph.Convolution(graph, $"{name}/pointwise", filtered, _pointwise, 0, 0);
    }

    // TorchSharp would register each field once more, by the field's name.
    protected override void RegisterComponents()
    {
    }
}

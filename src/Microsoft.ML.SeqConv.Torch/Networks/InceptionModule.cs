using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// One layer of InceptionTime: a bottleneck of channels, three convolutions of different lengths over it, and a
/// max-pool branch over the input; normalised and rectified.
/// </summary>
internal sealed class InceptionModule : nn.Module<Tensor, Tensor?, Tensor>
{
    public const int Branches = 4;

    private readonly SameConvolution? _bottleneck;
    private readonly SameConvolution[] _convolutions;
    private readonly SameConvolution _poolConvolution;
    private readonly MaskedBatchNorm _normalization;

    public InceptionModule(int channels, InceptionSettings settings, Device? device)
        : base(nameof(InceptionModule))
    {
        int narrow = channels;
        if (settings.Bottleneck > 0 && channels > 1)        // one channel has nothing to narrow
        {
            _bottleneck = new SameConvolution(channels, settings.Bottleneck, 1, ConvolutionKind.Full, device);
            register_module("bottleneck", _bottleneck);
            narrow = settings.Bottleneck;
        }

        _convolutions = new SameConvolution[Branches - 1];
        for (int i = 0; i < _convolutions.Length; i++)
        {
            // 40, 20, 10: each half of the one before.
            _convolutions[i] = new SameConvolution(narrow, settings.Filters, Math.Max(1, settings.KernelSize >> i),
                settings.Convolution, device);
            register_module($"convolution{i}", _convolutions[i]);
        }

        _poolConvolution = new SameConvolution(channels, settings.Filters, 1, ConvolutionKind.Full, device);
        register_module("pool_convolution", _poolConvolution);
        _normalization = new MaskedBatchNorm(Branches * settings.Filters, device);
        register_module("normalization", _normalization);
    }

    public override Tensor forward(Tensor x, Tensor? mask)                                          // [N, channels, T]
    {
        using var scope = NewDisposeScope();
        // [N, bottleneck, T]
        Tensor narrow = _bottleneck is null ? x : _bottleneck.call(x);
        Tensor pooled = _poolConvolution.call(Masking.MaxPool3(x, mask));                           // [N, filters, T]
        // [N, 4 * filters, T]
        Tensor joined = cat([.. _convolutions.Select(c => c.call(narrow)), pooled], 1);
        return nn.functional.relu(_normalization.call(joined, mask)).MoveToOuterDisposeScope();
    }

    /// <summary>Writes the scoring of [N, channels, T] as ONNX nodes.</summary>
    public string Write(GraphWriter graph, string name, string input)
    {
        string narrow = _bottleneck is null ? input : _bottleneck.Write(graph, $"{name}/bottleneck", input);
        string pooled = _poolConvolution.Write(graph, $"{name}/pool convolution",
            NetworkGraph.MaxPool3(graph, $"{name}/pool", input));
        string[] branches = [.. _convolutions.Select(
            (convolution, i) => convolution.Write(graph, $"{name}/convolution{i}", narrow)), pooled];
        return graph.Add("Relu", name, [_normalization.Write(graph, $"{name}/normalization",
            graph.Add("Concat", $"{name}/branches", branches, ("axis", 1L)))]);
    }

    // TorchSharp would register each field once more, by the field's name.
    protected override void RegisterComponents()
    {
    }
}

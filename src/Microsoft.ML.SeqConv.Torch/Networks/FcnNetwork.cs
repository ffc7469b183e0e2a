using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// The fully convolutional baseline (Wang, Yan and Oates 2017, arXiv:1611.06455): three convolution layers of 8, 5 and 3 points, the mean over time, a linear layer.
/// </summary>
internal sealed class FcnNetwork : SequenceNetwork
{
    private static readonly int[] Kernels = [8, 5, 3];

    private readonly ConvolutionLayer[] _layers;
    private readonly Linear _head;

    /// <param name="channels">Of the series.</param>
    /// <param name="outputs">Classes, or 1 for a value.</param>
    /// <param name="filters">Of the first and third layer; the second has twice as many. The paper: 128.</param>
    /// <param name="kind">How convolutions are made.</param>
    /// <param name="device">Where the weights are.</param>
    public FcnNetwork(int channels, int outputs, int filters, ConvolutionKind kind, Device? device = null)
        : base(nameof(FcnNetwork))
    {
        int[] widths = [channels, filters, 2 * filters, filters];
        _layers = new ConvolutionLayer[Kernels.Length];
        for (int i = 0; i < _layers.Length; i++)
        {
            _layers[i] = new ConvolutionLayer(widths[i], widths[i + 1], Kernels[i], rectify: true, kind, device);
            register_module($"layer{i}", _layers[i]);
        }

        _head = nn.Linear(filters, outputs, device: device);
        register_module("head", _head);
    }

    public override Tensor forward(Tensor input, Tensor? mask)                      // [N, channels, T]
    {
        using var scope = NewDisposeScope();
        Tensor x = input;
        foreach (ConvolutionLayer layer in _layers)
            x = layer.call(x, mask);                                                // [N, filters, T]
        return _head.call(Masking.AveragePool(x, mask)).MoveToOuterDisposeScope();  // [N, outputs]
    }

    public override string Write(GraphWriter graph, string name, string input)
    {
        string x = input;
        for (int i = 0; i < _layers.Length; i++)
            x = _layers[i].Write(graph, $"{name}/layer{i}", x);
        return NetworkGraph.Linear(graph, $"{name}/head", NetworkGraph.AveragePool(graph, $"{name}/mean over time", x), _head);
    }
}

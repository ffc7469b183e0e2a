using Microsoft.ML.SeqConv.Kernels;
using TorchSharp.Modules;
using static TorchSharp.torch;

[assembly: Microsoft.ML.SeqConv.SeriesNetwork<Microsoft.ML.SeqConv.FcnSettings>(1)]

namespace Microsoft.ML.SeqConv;

/// <summary>The shape of an <see cref="FcnNetwork"/>.</summary>
/// <param name="Channels">Of the series.</param>
/// <param name="Outputs">Classes, or 1 for a value.</param>
/// <param name="Filters">Of the first and third layer; the second has twice as many. The paper: 128.</param>
/// <param name="Convolution">How convolutions are made.</param>
internal sealed record FcnSettings(int Channels, int Outputs, int Filters, ConvolutionKind Convolution)
    : SeriesNetworkSettings(Channels, Outputs, Convolution), ISeriesNetworkSettings<FcnSettings>
{
    public override SequenceNetwork Make(Device? device) => new FcnNetwork(this, device);

    public override void Check()
    {
        base.Check();
        Guard.Within(Filters, 1, MaxFilters, "NumberOfFilters");
    }

    protected override void WriteSizes(BinaryWriter writer)
        => new SavedSeriesSizes(Channels, Outputs, Filters, Convolution).Write(writer);

    public static FcnSettings ReadSizes(BinaryReader reader)
    {
        SavedSeriesSizes saved = SavedSeriesSizes.Read(reader);
        return new(saved.Channels, saved.Outputs, saved.Filters, saved.Convolution);
    }
}

/// <summary>
/// The fully convolutional baseline (Wang, Yan and Oates 2017, arXiv:1611.06455): three convolution layers of 8, 5 and
/// 3 points, the mean over time, a linear layer.
/// </summary>
internal sealed class FcnNetwork : SequenceNetwork
{
    private static readonly int[] Kernels = [8, 5, 3];

    private readonly ConvolutionLayer[] _layers;
    private readonly Linear _head;

    public FcnNetwork(FcnSettings settings, Device? device = null)
        : base(nameof(FcnNetwork))
    {
        int[] widths = [settings.Channels, settings.Filters, 2 * settings.Filters, settings.Filters];
        _layers = new ConvolutionLayer[Kernels.Length];
        for (int i = 0; i < _layers.Length; i++)
        {
            _layers[i] = new ConvolutionLayer(
                widths[i], widths[i + 1], Kernels[i], rectify: true, settings.Convolution, device);
            register_module($"layer{i}", _layers[i]);
        }

        _head = nn.Linear(settings.Filters, settings.Outputs, device: device);
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
        return NetworkGraph.Linear(graph, $"{name}/head",
            NetworkGraph.AveragePool(graph, $"{name}/mean over time", x), _head);
    }
}

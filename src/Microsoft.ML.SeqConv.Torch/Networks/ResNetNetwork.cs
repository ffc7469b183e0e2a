using Microsoft.ML.SeqConv.Kernels;
using TorchSharp.Modules;
using static TorchSharp.torch;

[assembly: Microsoft.ML.SeqConv.SeriesNetwork<Microsoft.ML.SeqConv.ResNetSettings>(2)]

namespace Microsoft.ML.SeqConv;

/// <summary>The shape of a <see cref="ResNetNetwork"/>.</summary>
/// <param name="Channels">Of the series.</param>
/// <param name="Outputs">Classes, or 1 for a value.</param>
/// <param name="Filters">Of the first block; the others have twice as many. The paper: 64.</param>
/// <param name="Convolution">How convolutions are made.</param>
internal sealed record ResNetSettings(int Channels, int Outputs, int Filters, ConvolutionKind Convolution)
    : SeriesNetworkSettings(Channels, Outputs, Convolution), ISeriesNetworkSettings<ResNetSettings>
{
    public override SequenceNetwork Make(Device? device) => new ResNetNetwork(this, device);

    public override void Check()
    {
        base.Check();
        Guard.Within(Filters, 1, MaxFilters, "NumberOfFilters");
    }

    protected override void WriteSizes(BinaryWriter writer)
        => new SavedSeriesSizes(Channels, Outputs, Filters, Convolution).Write(writer);

    public static ResNetSettings ReadSizes(BinaryReader reader)
    {
        SavedSeriesSizes saved = SavedSeriesSizes.Read(reader);
        return new(saved.Channels, saved.Outputs, saved.Filters, saved.Convolution);
    }
}

/// <summary>
/// The residual baseline (Wang, Yan and Oates 2017, arXiv:1611.06455): three blocks of three convolution layers of 8, 5
/// and 3 points with a residual connection over each block, the mean over time, a linear layer.
/// </summary>
internal sealed class ResNetNetwork : SequenceNetwork
{
    private static readonly int[] Kernels = [8, 5, 3];

    private readonly ConvolutionLayer[] _layers;
    private readonly Shortcut[] _shortcuts;
    private readonly Linear _head;

    public ResNetNetwork(ResNetSettings settings, Device? device = null)
        : base(nameof(ResNetNetwork))
    {
        int[] widths = [settings.Channels, settings.Filters, 2 * settings.Filters, 2 * settings.Filters];
        _shortcuts = new Shortcut[widths.Length - 1];
        _layers = new ConvolutionLayer[_shortcuts.Length * Kernels.Length];
        for (int block = 0; block < _shortcuts.Length; block++)
        {
            for (int i = 0; i < Kernels.Length; i++)
            {
                int at = block * Kernels.Length + i;
                _layers[at] = new ConvolutionLayer(
                    i == 0 ? widths[block] : widths[block + 1], widths[block + 1], Kernels[i],
                    rectify: i < Kernels.Length - 1, settings.Convolution, device);
                register_module($"block{block}_layer{i}", _layers[at]);
            }

            // The authors' code convolves the source only where the number of channels changes.
            _shortcuts[block] = new Shortcut(widths[block], widths[block + 1],
                convolve: widths[block] != widths[block + 1], device);
            register_module($"block{block}_shortcut", _shortcuts[block]);
        }

        _head = nn.Linear(widths[^1], settings.Outputs, device: device);
        register_module("head", _head);
    }

    public override Tensor forward(Tensor input, Tensor? mask)                      // [N, channels, T]
    {
        using var scope = NewDisposeScope();
        Tensor x = input;
        for (int block = 0; block < _shortcuts.Length; block++)
        {
            Tensor source = x;
            for (int i = 0; i < Kernels.Length; i++)
                x = _layers[block * Kernels.Length + i].call(x, mask);
            x = _shortcuts[block].call(x, source, mask);                            // [N, filters, T]
        }

        return _head.call(Masking.AveragePool(x, mask)).MoveToOuterDisposeScope();  // [N, outputs]
    }

    public override string Write(GraphWriter graph, string name, string input)
    {
        string x = input;
        for (int block = 0; block < _shortcuts.Length; block++)
        {
            string source = x;
            for (int i = 0; i < Kernels.Length; i++)
                x = _layers[block * Kernels.Length + i].Write(graph, $"{name}/block{block}/layer{i}", x);
            x = _shortcuts[block].Write(graph, $"{name}/block{block}/shortcut", x, source);
        }

        return NetworkGraph.Linear(graph, $"{name}/head",
            NetworkGraph.AveragePool(graph, $"{name}/mean over time", x), _head);
    }
}

using Microsoft.ML.SeqConv.Kernels;
using TorchSharp.Modules;
using static TorchSharp.torch;

[assembly: Microsoft.ML.SeqConv.SeriesNetwork<Microsoft.ML.SeqConv.InceptionSettings>(0)]

namespace Microsoft.ML.SeqConv;

/// <summary>The shape of an <see cref="InceptionNetwork"/>; defaults are the paper's.</summary>
/// <param name="Channels">Of the series.</param>
/// <param name="Outputs">Classes, or 1 for a value.</param>
/// <param name="Depth">Inception modules.</param>
/// <param name="Filters">Of each of a module's four branches.</param>
/// <param name="KernelSize">Of the longest convolution; the others have a half and a quarter.</param>
/// <param name="Bottleneck">Channels that the convolutions see; 0 for all.</param>
/// <param name="Convolution">How the three convolutions are made.</param>
internal sealed record InceptionSettings(
    int Channels, int Outputs, int Depth = 6, int Filters = 32, int KernelSize = 40, int Bottleneck = 32,
    ConvolutionKind Convolution = ConvolutionKind.Full)
    : SeriesNetworkSettings(Channels, Outputs, Convolution), ISeriesNetworkSettings<InceptionSettings>
{
    public override SequenceNetwork Make(Device? device) => new InceptionNetwork(this, device);

    public override void Check()
    {
        base.Check();
        Guard.Within(Depth, 1, 100);
        Guard.Within(Filters, 1, MaxFilters, "NumberOfFilters");
        Guard.Within(KernelSize, 1, 100_000);
        Guard.Within(Bottleneck, 0, MaxFilters);
    }

    protected override void WriteSizes(BinaryWriter writer)
        => new SavedSeriesSizes(Channels, Outputs, Filters, Convolution, Depth, KernelSize, Bottleneck).Write(writer);

    public static InceptionSettings ReadSizes(BinaryReader reader)
    {
        SavedSeriesSizes saved = SavedSeriesSizes.Read(reader);
        return new(
            saved.Channels, saved.Outputs, saved.Depth, saved.Filters, saved.KernelSize, saved.Bottleneck,
            saved.Convolution);
    }
}

/// <summary>
/// One network of InceptionTime (Ismail Fawaz et al. 2020, arXiv:1909.04939): inception modules, a residual connection
/// over every three, the mean over time, a linear layer.
/// </summary>
internal sealed class InceptionNetwork : SequenceNetwork
{
    private const int ModulesPerResidual = 3;

    private readonly InceptionModule[] _modules;
    private readonly Shortcut[] _shortcuts;
    private readonly Linear _head;

    public InceptionNetwork(InceptionSettings settings, Device? device = null)
        : base(nameof(InceptionNetwork))
    {
        int width = InceptionModule.Branches * settings.Filters;
        _modules = new InceptionModule[settings.Depth];
        _shortcuts = new Shortcut[settings.Depth / ModulesPerResidual];
        for (int i = 0; i < settings.Depth; i++)
        {
            _modules[i] = new InceptionModule(i == 0 ? settings.Channels : width, settings, device);
            register_module($"module{i}", _modules[i]);
        }

        for (int i = 0; i < _shortcuts.Length; i++)
        {
            _shortcuts[i] = new Shortcut(i == 0 ? settings.Channels : width, width, convolve: true, device);
            register_module($"shortcut{i}", _shortcuts[i]);
        }

        _head = nn.Linear(width, settings.Outputs, device: device);
        register_module("head", _head);
    }

    public override Tensor forward(Tensor input, Tensor? mask)                      // [N, channels, T]
    {
        using var scope = NewDisposeScope();
        Tensor x = input;
        Tensor source = input;
        for (int i = 0; i < _modules.Length; i++)
        {
            x = _modules[i].call(x, mask);                                          // [N, 4 * filters, T]
            if (i % ModulesPerResidual == ModulesPerResidual - 1)
            {
                x = _shortcuts[i / ModulesPerResidual].call(x, source, mask);
                source = x;
            }
        }

        return _head.call(Masking.AveragePool(x, mask)).MoveToOuterDisposeScope();  // [N, outputs]
    }

    public override string Write(GraphWriter graph, string name, string input)
    {
        string x = input;
        string source = input;
        for (int i = 0; i < _modules.Length; i++)
        {
            x = _modules[i].Write(graph, $"{name}/module{i}", x);
            if (i % ModulesPerResidual == ModulesPerResidual - 1)
                source = x = _shortcuts[i / ModulesPerResidual].Write(graph,
                    $"{name}/shortcut{i / ModulesPerResidual}", x, source);
        }

        return NetworkGraph.Linear(graph, $"{name}/head",
            NetworkGraph.AveragePool(graph, $"{name}/mean over time", x), _head);
    }
}

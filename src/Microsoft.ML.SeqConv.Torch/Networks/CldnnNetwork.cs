using Microsoft.ML.SeqConv.Kernels;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv;

/// <summary>The shape of a <see cref="CldnnNetwork"/>. A part of size 0 is left out.</summary>
/// <param name="Bands">Of the spectrogram.</param>
/// <param name="Outputs">Classes.</param>
/// <param name="Maps">Filters of each of the two convolutions; 0: none.</param>
/// <param name="Reduction">Features of a frame after the convolutions.</param>
/// <param name="LstmLayers">LSTM layers; 0: none.</param>
/// <param name="LstmCells">Of each.</param>
/// <param name="DenseLayers">Fully connected layers; 0: none.</param>
/// <param name="DenseUnits">Of each.</param>
/// <param name="Context">
/// Frames on either side that the first fully connected layer sees where nothing before it sees more than one.
/// </param>
/// <param name="Dropout">Share of features dropped after each part.</param>
internal sealed record CldnnSettings(
    int Bands, int Outputs, int Maps, int Reduction, int LstmLayers, int LstmCells, int DenseLayers, int DenseUnits,
    int Context, double Dropout)
{
    /// <exception cref="ArgumentOutOfRangeException">
    /// A size is out of its range; the message names the option of <see cref="CldnnTrainer"/>.
    /// </exception>
    public void Check()
    {
        Guard.Within(Bands, 1, 65_536, "NumberOfBands");
        Guard.Within(Outputs, 1, LabelValues.MaxClasses, "The number of classes");
        Guard.Within(Maps, 0, 4096, "NumberOfFilters");
        Guard.Within(Reduction, 1, 65_536, "NumberOfReducedFeatures");
        Guard.Within(LstmLayers, 0, 100, "NumberOfLstmLayers");
        Guard.Within(LstmCells, 1, 65_536, "NumberOfLstmCells");
        Guard.Within(DenseLayers, 0, 100, "NumberOfDenseLayers");
        Guard.Within(DenseUnits, 1, 65_536, "NumberOfDenseUnits");
        Guard.Within(Context, 0, 1000, "ContextFrames");
        Guard.Fraction(Dropout);
    }
}

/// <summary>
/// CLDNN (Sainath, Vinyals, Senior and Sak 2015): convolutions over frequency and time, a linear layer that makes their
/// output narrow, LSTM layers, fully connected layers. Each part may be left out. The mean over a clip's frames goes
/// into the last linear layer.
/// </summary>
internal sealed class CldnnNetwork : SequenceNetwork
{
    private const int FrequencyPool = 3;

    private readonly CldnnSettings _settings;
    private readonly Conv2d? _convolution0;
    private readonly Conv2d? _convolution1;
    private readonly Conv1d? _reduction;
    private readonly LstmLayer[] _lstm;
    private readonly Conv1d[] _dense;
    private readonly SeededDropout _dropout;
    private readonly Linear _head;

    public CldnnNetwork(CldnnSettings settings, Device? device = null)
        : base(nameof(CldnnNetwork))
    {
        _settings = settings;
        register_buffer("mean", zeros([1, settings.Bands, 1], device: device));             // of the training frames
        register_buffer("deviation", ones([1, settings.Bands, 1], device: device));
        int width = settings.Bands;
        if (settings.Maps > 0)
        {
            // The paper's filters: 9 bands by 9 frames, then 4 by 3 after pooling by 3 bands; fewer where there are
            // not so many bands.
            int pooled = PooledBands(settings.Bands);
            int kernel = Math.Min(4, pooled);
            _convolution0 = nn.Conv2d(1, settings.Maps, (9, 9), padding: (4, 4), device: device);
            _convolution1 = nn.Conv2d(settings.Maps, settings.Maps, (kernel, 3), padding: (0, 1), device: device);
            _reduction = nn.Conv1d((long)settings.Maps * (pooled - kernel + 1), settings.Reduction, 1L, device: device);
            register_module("convolution0", _convolution0);
            register_module("convolution1", _convolution1);
            register_module("reduction", _reduction);
            width = settings.Reduction;
        }

        _lstm = new LstmLayer[settings.LstmLayers];
        for (int i = 0; i < _lstm.Length; i++)
        {
            _lstm[i] = new LstmLayer(width, settings.LstmCells, device);
            register_module($"lstm{i}", _lstm[i]);
            width = settings.LstmCells;
        }

        _dense = new Conv1d[settings.DenseLayers];
        for (int i = 0; i < _dense.Length; i++)
        {
            long context = i == 0 && settings.Maps == 0 && settings.LstmLayers == 0 ? settings.Context : 0;
            _dense[i] = nn.Conv1d(width, settings.DenseUnits, 2 * context + 1, padding: context, device: device);
            register_module($"dense{i}", _dense[i]);
            width = settings.DenseUnits;
        }

        _dropout = new SeededDropout(settings.Dropout);
        register_module("dropout", _dropout);
        _head = nn.Linear(width, settings.Outputs, device: device);
        register_module("head", _head);
    }

    // Looked up, since a move to another device makes other tensors.
    private Tensor Mean => get_buffer("mean")!;

    private Tensor Deviation => get_buffer("deviation")!;

    public override Tensor forward(Tensor input, Tensor? mask)                                  // [N, bands, T]
    {
        using var scope = NewDisposeScope();
        Tensor x = Masking.Zero((input - Mean) / Deviation, mask);
        if (_convolution0 is not null)
            x = Drop(Convolve(x, mask));                                                        // [N, reduction, T]
        foreach (LstmLayer layer in _lstm)
            x = Drop(layer.call(x));                                                            // [N, cells, T]
        foreach (Conv1d layer in _dense)
            x = Drop(nn.functional.relu(layer.call(Masking.Zero(x, mask))));                    // [N, units, T]
        return _head.call(Masking.AveragePool(x, mask)).MoveToOuterDisposeScope();              // [N, outputs]
    }

    private Tensor Convolve(Tensor x, Tensor? mask)
    {
        Tensor? mask2d = mask?.unsqueeze(1);                                                    // [N, 1, 1, T]
        // [N, maps, bands, T]
        Tensor maps = Masking.Zero(nn.functional.relu(_convolution0!.call(x.unsqueeze(1))), mask2d);
        // [N, maps, bands / 3, T]
        Tensor pooled = nn.functional.max_pool2d(maps, (FrequencyPool, 1), (FrequencyPool, 1), ceil_mode: true);
        // [N, maps, bands / 3 - 3, T]
        Tensor deeper = nn.functional.relu(_convolution1!.call(pooled));
        return _reduction!.call(deeper.flatten(1, 2));
    }

    private Tensor Drop(Tensor x) => _dropout.call(x);

    public override string Write(GraphWriter graph, string name, string input)
    {
        string centred = graph.Add("Sub", $"{name}/centred", [input, NetworkGraph.Weight(graph, $"{name}/mean", Mean)]);
        string x = graph.Add("Div", $"{name}/standardised",
            [centred, NetworkGraph.Weight(graph, $"{name}/deviation", Deviation)]);
        if (_convolution0 is not null)
            x = WriteConvolutions(graph, name, x);
        for (int i = 0; i < _lstm.Length; i++)
            x = _lstm[i].Write(graph, $"{name}/lstm{i}", x);
        for (int i = 0; i < _dense.Length; i++)
        {
            long context = _dense[i].weight!.shape[2] / 2;
            x = graph.Add("Relu", $"{name}/dense{i}/relu",
                [NetworkGraph.Convolution(graph, $"{name}/dense{i}", x, _dense[i], context, context)]);
        }

        return NetworkGraph.Linear(graph, $"{name}/head",
            NetworkGraph.AveragePool(graph, $"{name}/mean over time", x), _head);
    }

    private string WriteConvolutions(GraphWriter graph, string name, string input)
    {
        string image = graph.Unsqueeze($"{name}/image", input, 1);
        string maps = graph.Add("Relu", $"{name}/convolution0/relu",
            [NetworkGraph.Convolution(graph, $"{name}/convolution0", image, _convolution0!, 4, 4)]);
        string pooled = graph.Add("MaxPool", $"{name}/pool", [maps], ("kernel_shape", new long[] { FrequencyPool, 1 }),
            ("strides", new long[] { FrequencyPool, 1 }), ("ceil_mode", 1L));
        string deeper = graph.Add("Relu", $"{name}/convolution1/relu",
            [NetworkGraph.Convolution(graph, $"{name}/convolution1", pooled, _convolution1!, 0, 1)]);
        string frames = graph.MergeAxes($"{name}/frames", deeper, _reduction!.weight!.shape[1]);
        return NetworkGraph.Convolution(graph, $"{name}/reduction", frames, _reduction, 0, 0);
    }

    /// <summary>Draws first weights, and takes mean and standard deviation of each band.</summary>
    public void Initialize(Generator generator, float[] mean, float[] deviation)
    {
        Initialization.Glorot(this, generator);
        foreach (LstmLayer layer in _lstm)
            layer.InitializeBiases();
        using var scope = NewDisposeScope();
        using IDisposable constant = no_grad();
        Mean.copy_(tensor(mean, [1, _settings.Bands, 1]));
        Deviation.copy_(tensor(deviation, [1, _settings.Bands, 1]));
    }

    public override void UseGenerator(Generator generator) => _dropout.Generator = generator;

    internal static int PooledBands(int bands) => (bands + FrequencyPool - 1) / FrequencyPool;
}

using Microsoft.ML.SeqConv.Kernels;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv;

/// <summary>How <see cref="VdcnnTrainer"/> halves the length of a text between its levels.</summary>
public enum VdcnnDownsampling
{
    /// <summary>The maximum of three neighbours, every other one (as VGG): the paper's best.</summary>
    MaxPooling,

    /// <summary>The first convolution of a level steps by two (as ResNet).</summary>
    Stride,

    /// <summary>The larger half of the values, in their order.</summary>
    KMaxPooling,
}

/// <summary>The shape of a <see cref="VdcnnNetwork"/>.</summary>
/// <param name="Characters">Rows of the embedding: padding, unknown, then the alphabet.</param>
/// <param name="Outputs">Classes.</param>
/// <param name="Depth">Convolutions: 9, 17, 29 or 49.</param>
/// <param name="Length">Characters of a text.</param>
/// <param name="Downsampling">Between levels.</param>
/// <param name="Shortcuts">Whether blocks have residual connections.</param>
/// <param name="Units">Of the two hidden fully connected layers.</param>
/// <param name="Convolution">How convolutions are made.</param>
/// <param name="Dropout">Share of features dropped before each fully connected layer.</param>
internal sealed record VdcnnSettings(
    int Characters, int Outputs, int Depth, int Length, VdcnnDownsampling Downsampling, bool Shortcuts, int Units,
    ConvolutionKind Convolution, double Dropout = 0)
{
    public const int ShortestLength = 64;      // leaves eight values for the last pooling

    /// <exception cref="ArgumentOutOfRangeException">
    /// A size is out of its range; the message names the option of <see cref="VdcnnTrainer"/>.
    /// </exception>
    public void Check()
    {
        _ = Blocks;
        Guard.Within(Outputs, 1, LabelValues.MaxClasses, "The number of classes");
        Guard.Within(Length, ShortestLength, 100_000, "MaxLength");
        Guard.Within(Units, 1, 65_536, "NumberOfUnits");
        Guard.Defined(Downsampling);
        Guard.Defined(Convolution);
        Guard.Fraction(Dropout);
    }

    /// <summary>Blocks of each level, two convolutions each (table 2 of the paper).</summary>
    public int[] Blocks => Depth switch
    {
        9 => [1, 1, 1, 1],
        17 => [2, 2, 2, 2],
        29 => [5, 5, 2, 2],
        49 => [8, 8, 5, 3],
        _ => throw Guard.OutOfRange(Depth, "it must be 9, 17, 29 or 49"),
    };
}

/// <summary>
/// Very deep convolutional networks for text (Conneau, Schwenk, Barrault and LeCun 2017, arXiv:1606.01781): vectors of
/// characters, levels of small convolutions whose width doubles where the length halves, the eight largest values of
/// each channel, three fully connected layers. All texts have one length, padding included.
/// </summary>
internal sealed class VdcnnNetwork : SequenceNetwork
{
    private const int EmbeddingDimension = 16;
    private const int FirstWidth = 64;
    private const int KernelSize = 3;
    private const int Kept = 8;

    private readonly VdcnnSettings _settings;
    private readonly Embedding _embedding;
    private readonly SameConvolution _convolution;
    private readonly (VdcnnBlock Block, bool BeginsLevel)[] _blocks;
    private readonly Linear[] _dense;
    private readonly SeededDropout _dropout;

    public VdcnnNetwork(VdcnnSettings settings, Device? device = null)
        : base(nameof(VdcnnNetwork))
    {
        _settings = settings;
        _embedding = nn.Embedding(settings.Characters, EmbeddingDimension, device: device);
        _convolution = new SameConvolution(EmbeddingDimension, FirstWidth, KernelSize, ConvolutionKind.Full, device);
        register_module("embedding", _embedding);
        register_module("convolution", _convolution);
        var blocks = new List<(VdcnnBlock, bool)>();
        int width = FirstWidth;
        int[] levels = settings.Blocks;
        for (int level = 0; level < levels.Length; level++)
        {
            for (int i = 0; i < levels[level]; i++)
            {
                bool begins = level > 0 && i == 0;
                int wider = FirstWidth << level;
                var block = new VdcnnBlock(width, wider,
                    begins && settings.Downsampling == VdcnnDownsampling.Stride ? 2 : 1, settings.Shortcuts,
                    settings.Convolution, device);
                register_module($"level{level}_block{i}", block);
                blocks.Add((block, begins));
                width = wider;
            }
        }

        _blocks = [.. blocks];
        long[] sizes = [(long)width * Kept, settings.Units, settings.Units, settings.Outputs];
        _dense = [.. Enumerable.Range(0, sizes.Length - 1)
            .Select(i => nn.Linear(sizes[i], sizes[i + 1], device: device))];
        for (int i = 0; i < _dense.Length; i++)
            register_module($"dense{i}", _dense[i]);
        _dropout = new SeededDropout(settings.Dropout);
        register_module("dropout", _dropout);
    }

    public override Tensor forward(Tensor input, Tensor? mask)                              // [N, T], Int64
    {
        using var scope = NewDisposeScope();
        Tensor x = _convolution.call(_embedding.call(input).transpose(1, 2));               // [N, 64, T]
        foreach ((VdcnnBlock block, bool beginsLevel) in _blocks)
            // [N, 512, T / 8] in the end
            x = block.call(beginsLevel ? Downsample(x) : x);
        x = KMaxPooling.Pool(x, Kept).flatten(1);                                           // [N, 4096]
        foreach (Linear layer in _dense[..^1])
            x = nn.functional.relu(layer.call(_dropout.call(x)));                           // [N, units]
        return _dense[^1].call(_dropout.call(x)).MoveToOuterDisposeScope();                              // [N, outputs]
    }

    private Tensor Downsample(Tensor x) => _settings.Downsampling switch
    {
        VdcnnDownsampling.MaxPooling => nn.functional.max_pool1d(x, KernelSize, stride: 2, padding: 1),
        VdcnnDownsampling.KMaxPooling => KMaxPooling.Pool(x, (x.shape[2] + 1) / 2),
        _ => x,
    };

    public override void UseGenerator(Generator generator) => _dropout.Generator = generator;

    /// <summary>Draws first weights: He et al. 2015, as the paper.</summary>
    public void Initialize(Generator generator) => Initialization.He(this, generator);

    // Shorter texts are padded in the graph, longer ones cut.
    public override string Write(GraphWriter graph, string name, string input)
    {
        string length = graph.Add("Slice", $"{name}/length", [graph.Add("Shape", $"{name}/shape", [input]),
            graph.Constant($"{name}/1", [1L], 1), graph.Constant($"{name}/2", [2L], 1)]);
        string missing = graph.Add("Sub", $"{name}/missing",
            [graph.Constant($"{name}/full length", [(long)_settings.Length], 1), length]);
        string pads = graph.Add("Concat", $"{name}/pads",
            [graph.Constant($"{name}/no pads", [0L, 0, 0], 3), missing], ("axis", 0L));
        string padded = graph.Add("Pad", $"{name}/padded", [input, pads]);
        string vectors = graph.Add("Gather", $"{name}/embedding",
            [NetworkGraph.Weight(graph, $"{name}/embedding/vectors", _embedding.weight!), padded]);
        string x = _convolution.Write(graph, $"{name}/convolution",
            graph.Add("Transpose", $"{name}/channels first", [vectors], ("perm", new[] { 0L, 2, 1 })));
        long points = _settings.Length;
        for (int i = 0; i < _blocks.Length; i++)
        {
            if (_blocks[i].BeginsLevel)
            {
                points = (points + 1) / 2;
                x = WriteDownsampling(graph, $"{name}/pool{i}", x, points);
            }

            x = _blocks[i].Block.Write(graph, $"{name}/block{i}", x);
        }

        x = graph.Add("Flatten", $"{name}/flat",
            [KMaxPooling.Write(graph, $"{name}/largest", x,
                graph.Constant($"{name}/kept", [(long)Kept], 1))], ("axis", 1L));
        for (int i = 0; i < _dense.Length - 1; i++)
            x = graph.Add("Relu", $"{name}/dense{i}/relu",
                [NetworkGraph.Linear(graph, $"{name}/dense{i}", x, _dense[i])]);
        return NetworkGraph.Linear(graph, $"{name}/head", x, _dense[^1]);
    }

    private string WriteDownsampling(GraphWriter graph, string name, string input, long points)
        => _settings.Downsampling switch
        {
            VdcnnDownsampling.MaxPooling => graph.Add("MaxPool", name, [input],
                ("kernel_shape", new[] { (long)KernelSize }), ("strides", new[] { 2L }), ("pads", new[] { 1L, 1L })),
            VdcnnDownsampling.KMaxPooling
                => KMaxPooling.Write(graph, name, input, graph.Constant($"{name}/half", [points], 1)),
            _ => input,
        };
}

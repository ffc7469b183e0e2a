using Microsoft.ML.SeqConv.Kernels;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv;

/// <summary>The variants of Kim 2014, section 3.2.</summary>
public enum TextCnnVariant
{
    /// <summary>Word vectors are drawn at random and trained (CNN-rand).</summary>
    Rand,

    /// <summary>Word vectors are read from a file and stay as they are (CNN-static).</summary>
    Static,

    /// <summary>Word vectors are read from a file and trained (CNN-non-static).</summary>
    NonStatic,

    /// <summary>
    /// Two copies of the vectors of a file, one of them trained; each filter sees both and adds what it finds
    /// (CNN-multichannel).
    /// </summary>
    Multichannel,
}

/// <summary>The shape of a <see cref="TextCnnNetwork"/>.</summary>
/// <param name="Words">Rows of the embedding: padding, unknown, then the vocabulary.</param>
/// <param name="Dimension">Of a word vector.</param>
/// <param name="Outputs">Classes.</param>
/// <param name="WindowSizes">Words that a filter sees, one entry for each group of filters.</param>
/// <param name="Maps">Filters for each of <paramref name="WindowSizes"/>.</param>
/// <param name="Variant">Which vectors are trained.</param>
/// <param name="Dropout">Share of features dropped before the last layer.</param>
/// <param name="MaxRowNorm">The most that a row of the last layer's weights may measure; 0 for no limit.</param>
/// <param name="Convolution">How convolutions are made.</param>
internal sealed record TextCnnSettings(
    int Words, int Dimension, int Outputs, int[] WindowSizes, int Maps, TextCnnVariant Variant, double Dropout,
    double MaxRowNorm, ConvolutionKind Convolution)
{
    public const int LongestText = 100_000;

    /// <exception cref="ArgumentException">
    /// A size is out of its range; the message names the option of <see cref="TextCnnTrainer"/>.
    /// </exception>
    public void Check()
    {
        Guard.Within(Outputs, 1, LabelValues.MaxClasses, "The number of classes");
        Guard.Within(Dimension, 1, 100_000);
        Guard.Within(Maps, 1, 65_536, "NumberOfFilters");
        if (WindowSizes.Length is 0 or > 100)
            throw new ArgumentException(
                $"WindowSizes has {WindowSizes.Length} entries; 1 to 100 are taken.", nameof(WindowSizes));
        foreach (int window in WindowSizes)
            Guard.Within(window, 1, 1000, nameof(WindowSizes));
        Guard.Defined(Variant);
        Guard.Defined(Convolution);
        Guard.Fraction(Dropout);
        Guard.Limit(MaxRowNorm);
    }
}

/// <summary>
/// Kim 2014 (arXiv:1408.5882): word vectors, convolutions over windows of words, ReLU, the maximum over time, dropout,
/// a linear layer. Sentences are padded so that every word is seen at every place of every window; windows beyond a
/// sentence's own padding do not count, so that a sentence scores the same in any batch.
/// </summary>
internal sealed class TextCnnNetwork : SequenceNetwork
{
    public const int PaddingId = 0;
    public const int UnknownId = 1;
    public const int FirstWordId = 2;

    private readonly TextCnnSettings _settings;
    private readonly Embedding? _trained;
    private readonly Embedding? _frozen;
    private readonly WindowConvolution[] _windows;
    private readonly SeededDropout _dropout;
    private readonly Linear _head;

    public TextCnnNetwork(TextCnnSettings settings, Device? device = null)
        : base(nameof(TextCnnNetwork))
    {
        _settings = settings;
        if (settings.Variant != TextCnnVariant.Static)
        {
            _trained = nn.Embedding(settings.Words, settings.Dimension, padding_idx: PaddingId, device: device);
            register_module("embedding", _trained);
        }

        if (settings.Variant is TextCnnVariant.Static or TextCnnVariant.Multichannel)
        {
            _frozen = nn.Embedding(settings.Words, settings.Dimension, padding_idx: PaddingId, device: device);
            _frozen.weight!.requires_grad = false;
            register_module("frozen_embedding", _frozen);
        }

        _windows = new WindowConvolution[settings.WindowSizes.Length];
        for (int i = 0; i < _windows.Length; i++)
        {
            _windows[i] = new WindowConvolution(settings.Dimension, settings.Maps, settings.WindowSizes[i],
                settings.Convolution, device);
            register_module($"window{i}", _windows[i]);
        }

        _dropout = new SeededDropout(settings.Dropout);
        register_module("dropout", _dropout);
        _head = nn.Linear(settings.WindowSizes.Length * settings.Maps, settings.Outputs, device: device);
        register_module("head", _head);
    }

    // [N, T], Int64; the padding is in the ids
    public override Tensor forward(Tensor input, Tensor? mask)
    {
        using var scope = NewDisposeScope();
        using var held = new HeldScalars();
        Tensor length = input.ne(held.Of(PaddingId)).sum(1, keepdim: true);     // [N, 1]; padding is at the end only
        int margin = _settings.WindowSizes.Max() - 1;
        Tensor padded = nn.functional.pad(input, [margin, margin], value: PaddingId);       // [N, T + 2 margin]
        // [N, T + 2 margin, dimension]
        Tensor vectors = (_trained ?? _frozen)!.call(padded);
        // A filter's answers to both are added; it is linear, so the vectors may be.
        if (_trained is not null && _frozen is not null)
            vectors = HeldScalars.Sum(vectors, _frozen.call(padded));
        // [N, dimension, T + 2 margin]
        Tensor transposed = vectors.transpose(1, 2);
        Tensor inPadding = length.add(held.Of(2L * margin), held.Of(1L));
        Tensor features = cat(                                                              // [N, windows * maps]
            [.. _windows.Select(window => window.Features(transposed, inPadding))], 1);
        return _head.call(_dropout.call(features)).MoveToOuterDisposeScope();               // [N, outputs]
    }

    public override void UseGenerator(Generator generator) => _dropout.Generator = generator;

    /// <summary>
    /// Rows of the last layer longer than the limit are cut to it (section 2.1 of the paper: the norm of
    /// a class's weights).
    /// </summary>
    public override void Constrain()
    {
        if (_settings.MaxRowNorm == 0)
            return;
        using var scope = NewDisposeScope();
        using IDisposable constant = no_grad();
        using var held = new HeldScalars();
        Tensor norm = _head.weight!.norm(1, keepdim: true, 2f);
        _head.weight!.mul_(
            norm.add(held.Of(1e-7), held.Of(1L)).reciprocal()
                .mul_(held.Of(_settings.MaxRowNorm)).clamp_max(held.Of(1L)));
    }

    /// <summary>
    /// Draws the first weights as Kim's code does: filters uniform within 0.01. Word vectors are uniform within 0.25
    /// where none are given. Deviation: the last layer is not zero but Glorot's, so that every weight has a gradient
    /// from the first step.
    /// </summary>
    /// <param name="generator">Draws.</param>
    /// <param name="vectors">[word, dimension]; rows of NaN are drawn. <see langword="null"/>: all are.</param>
    public void Initialize(Generator generator, float[]? vectors)
    {
        const double VectorBound = 0.25;
        const double FilterBound = 0.01;
        Initialization.Glorot(this, generator);
        using var scope = NewDisposeScope();
        using IDisposable constant = no_grad();
        foreach (WindowConvolution window in _windows)
        {
            foreach ((string name, Parameter weight) in window.named_parameters())
            {
                if (name.EndsWith(".weight", StringComparison.Ordinal))
                    weight.copy_(Initialization.Draw(weight.shape, FilterBound, generator));
            }
        }

        Tensor words = Initialization.Draw([_settings.Words, _settings.Dimension], VectorBound, generator);
        if (vectors is not null)
        {
            Tensor given = tensor(vectors, [_settings.Words, _settings.Dimension]);
            words = where(given.isnan(), words, given);
        }

        words[PaddingId].zero_();
        _trained?.weight!.copy_(words);
        _frozen?.weight!.copy_(words);
    }

    public override string Write(GraphWriter graph, string name, string input)
    {
        long margin = _settings.WindowSizes.Max() - 1;
        string own = graph.Add("Cast", $"{name}/counted",
            [graph.Add("Not", $"{name}/own", [graph.Add("Equal", $"{name}/padding",
                [input, graph.Constant($"{name}/padding id", [(long)PaddingId], 1)])])], ("to", typeof(long)));
        string words = graph.Add("ReduceSum", $"{name}/words", [own], ("axes", new[] { 1L }), ("keepdims", 1L));
        string length = graph.Add("Add", $"{name}/length", [words, graph.Constant($"{name}/margins", [2 * margin], 1)]);
        string padded = graph.Add("Pad", $"{name}/padded",
            [input, graph.Constant($"{name}/pads", [0L, margin, 0, margin], 4),
                graph.Reshape($"{name}/pad id", graph.Constant($"{name}/0", [(long)PaddingId], 1))]);
        string vectors = graph.Add("Transpose", $"{name}/vectors",
            [graph.Add("Gather", $"{name}/embedding", [WriteEmbedding(graph, name), padded], ("axis", 0L))],
            ("perm", new[] { 0L, 2, 1 }));
        string[] features = [.. _windows.Select(
            (window, i) => window.Write(graph, $"{name}/window{i}", vectors, length))];
        return NetworkGraph.Linear(graph, $"{name}/head",
            graph.Add("Concat", $"{name}/features", features, ("axis", 1L)), _head);
    }

    private string WriteEmbedding(GraphWriter graph, string name)
    {
        using var scope = NewDisposeScope();
        using IDisposable constant = no_grad();
        Tensor words = _trained is not null && _frozen is not null
            ? HeldScalars.Sum(_trained.weight!, _frozen.weight!)
            : (_trained ?? _frozen)!.weight!;
        return NetworkGraph.Weight(graph, $"{name}/words vectors", words);
    }
}

using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv;

/// <summary>The filters of one window length over word vectors, and the maximum of each over a sentence.</summary>
internal sealed class WindowConvolution : nn.Module<Tensor, Tensor>
{
    private readonly int _window;
    private readonly Conv1d? _depthwise;
    private readonly Conv1d _conv;

    public WindowConvolution(int dimension, int maps, int window, ConvolutionKind kind, Device? device)
        : base(nameof(WindowConvolution))
    {
        _window = window;
        if (kind == ConvolutionKind.DepthwiseSeparable && window > 1)
        {
            _depthwise = nn.Conv1d(dimension, dimension, window, groups: dimension, bias: false, device: device);
            _conv = nn.Conv1d(dimension, maps, 1L, device: device);
            register_module("depthwise", _depthwise);
            register_module("pointwise", _conv);
        }
        else
        {
            _conv = nn.Conv1d(dimension, maps, window, device: device);
            register_module("conv", _conv);
        }
    }

    public override Tensor forward(Tensor vectors)                                      // [N, dimension, T]
    {
        if (_depthwise is null)
            return _conv.call(vectors);                                                 // [N, maps, T - window + 1]
        // [N, dimension, T - window + 1]
        using Tensor filtered = _depthwise.call(vectors);
        return _conv.call(filtered);
    }

    /// <summary>The largest answer of each filter to a sentence's own words.</summary>
    /// <param name="vectors">[N, dimension, T].</param>
    /// <param name="length">[N, 1]: vectors that count.</param>
    /// <returns>[N, maps].</returns>
    public Tensor Features(Tensor vectors, Tensor length)
    {
        using var scope = NewDisposeScope();
        Tensor answers = call(vectors);
        using var held = new HeldScalars();
        Tensor places = arange(held.Of(0L), held.Of(answers.shape[2]), held.Of(1L), device: answers.device);
        Tensor own = places.unsqueeze(0) <= length.sub(held.Of(_window));         // [N, T - window + 1]
        // ReLU's least is 0 as well.
        Tensor rectified = nn.functional.relu(answers).masked_fill(own.logical_not().unsqueeze(1), held.Of(0L));
        return rectified.amax([2]).MoveToOuterDisposeScope();
    }

    /// <summary>Writes <see cref="Features"/> as ONNX nodes.</summary>
    public string Write(GraphWriter graph, string name, string vectors, string length)
    {
        string input = _depthwise is null
            ? vectors
            : NetworkGraph.Convolution(graph, $"{name}/depthwise", vectors, _depthwise, 0, 0);
        string answers = NetworkGraph.Convolution(graph, $"{name}/convolution", input, _conv, 0, 0);
        string count = graph.Reshape($"{name}/count", graph.Add("Gather", $"{name}/places",
            [graph.Add("Shape", $"{name}/shape", [answers]), graph.Constant($"{name}/time", [2L], 1)]));
        string zero = graph.Reshape($"{name}/first", graph.Constant($"{name}/0", [0L], 1));
        string one = graph.Reshape($"{name}/step", graph.Constant($"{name}/1", [1L], 1));
        string place = graph.Reshape($"{name}/place", graph.Add("Range", $"{name}/range", [zero, count, one]), 1, -1);
        string last = graph.Add("Sub", $"{name}/last place",
            [length, graph.Constant($"{name}/window", [(long)_window], 1)]);
        string own = graph.Unsqueeze($"{name}/own", graph.Add("LessOrEqual", $"{name}/is own", [place, last]), 1);
        string rectified = graph.Add("Where", $"{name}/rectified",
            [own, graph.Add("Relu", $"{name}/relu", [answers]), graph.Constant($"{name}/least", 0f)]);
        return graph.Add("ReduceMax", $"{name}/maximum", [rectified], ("axes", new[] { 2L }), ("keepdims", 0L));
    }

    // TorchSharp would register each field once more, by the field's name.
    protected override void RegisterComponents()
    {
    }
}

using Microsoft.ML.SeqConv.Kernels;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// The stack of WaveNet (van den Oord et al. 2016, arXiv:1609.03499): causal layers of growing dilation; the sum of
/// their skips through two rectified 1x1 convolutions. An output depends on its own and earlier points alone. Samples
/// and real-valued series both go through it.
/// </summary>
internal sealed class WaveNetStack : nn.Module<Tensor, Tensor?, Tensor>
{
    private readonly WaveNetShape _shape;
    private readonly WaveNetLayer[] _layers;
    private readonly Conv1d _hidden;
    private readonly Conv1d _output;

    public WaveNetStack(WaveNetShape shape, Device? device)
        : base(nameof(WaveNetStack))
    {
        _shape = shape;
        _layers = new WaveNetLayer[shape.Layers];
        for (int i = 0; i < _layers.Length; i++)
        {
            _layers[i] = new WaveNetLayer(shape, shape.Dilation(i), device);
            register_module($"layer{i}", _layers[i]);
        }

        _hidden = nn.Conv1d(shape.SkipChannels, shape.SkipChannels, 1L, device: device);
        _output = nn.Conv1d(shape.SkipChannels, shape.Outputs, 1L, device: device);
        register_module("hidden", _hidden);
        register_module("output", _output);
    }

    /// <param name="x">[N, residual, T].</param>
    /// <param name="condition">[N, condition, T or 1]; <see langword="null"/> for none.</param>
    /// <returns>[N, outputs, T].</returns>
    public override Tensor forward(Tensor x, Tensor? condition)
    {
        using var scope = NewDisposeScope();
        Tensor? sum = null;                                                                     // [N, skip, T]
        foreach (WaveNetLayer layer in _layers)
        {
            (x, Tensor skip) = layer.call(x, condition);
            sum = sum is null ? skip : HeldScalars.Sum(sum, skip);
        }

        return Outputs(sum!).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The outputs of the last point alone, for a single stack of two taps without conditions: far fewer operations
    /// than <see cref="forward"/>, with the same result.
    /// </summary>
    /// <param name="x">[N, residual, T].</param>
    /// <returns>[N, outputs, 1].</returns>
    public Tensor Last(Tensor x)
    {
        if (_shape.KernelSize != 2 || _shape.Stacks != 1 || _shape.ConditionChannels != 0)
            throw new InvalidOperationException(
                "Only a single stack of two taps without conditions can leave points out.");
        using var scope = NewDisposeScope();
        Tensor? sum = null;                                                                     // [N, skip, 1]
        foreach (WaveNetLayer layer in _layers)
        {
            (x, Tensor skip) = layer.Halve(x);
            sum = sum is null ? skip : HeldScalars.Sum(sum, skip);
        }

        return Outputs(sum!).MoveToOuterDisposeScope();
    }

    private Tensor Outputs(Tensor skips) => _output.call(nn.functional.relu(_hidden.call(nn.functional.relu(skips))));

    /// <summary>Writes the stack as ONNX nodes: [N, residual, T] to [N, outputs, T].</summary>
    public string Write(GraphWriter graph, string name, string input, string? condition)
    {
        string x = input;
        string? sum = null;
        for (int i = 0; i < _layers.Length; i++)
        {
            (x, string skip) = _layers[i].Write(graph, $"{name}/layer{i}", x, condition);
            sum = sum is null ? skip : graph.Add("Add", $"{name}/skips to {i}", [sum, skip]);
        }

        string hidden = NetworkGraph.Convolution(graph, $"{name}/hidden",
            graph.Add("Relu", $"{name}/skips", [sum!]), _hidden, 0, 0);
        return NetworkGraph.Convolution(graph, $"{name}/output",
            graph.Add("Relu", $"{name}/hidden/relu", [hidden]), _output, 0, 0);
    }

    /// <summary>The weights as a stepper takes them.</summary>
    /// <param name="embedding">[level, residual].</param>
    public WaveNetModel ToModel(Tensor embedding) => new(
        _shape, Values(embedding), [.. _layers.Select(layer => layer.ToWeights())], Transposed(_hidden.weight!, 0),
        Values(_hidden.bias!), Transposed(_output.weight!, 0), Values(_output.bias!));

    /// <summary>A tap of a convolution, [output, input, tap], as [input, output].</summary>
    internal static float[] Transposed(Tensor weight, int tap)
    {
        using var scope = NewDisposeScope();
        return Values(weight.select(2, tap).t());
    }

    internal static float[] Values(Tensor weight)
    {
        using var scope = NewDisposeScope();
        return weight.detach().cpu().contiguous().data<float>().ToArray();
    }

    // TorchSharp would register each field once more, by the field's name.
    protected override void RegisterComponents()
    {
    }
}

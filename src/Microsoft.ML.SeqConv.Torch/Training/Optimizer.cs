using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Changes weights by their gradients. What it remembers is tensors by name, so that a checkpoint can hold it.
/// </summary>
internal abstract class Optimizer : IDisposable
{
    private readonly (string Name, Parameter Weight)[] _weights;
    private readonly Dictionary<string, Tensor> _memory = [];

    protected Optimizer(nn.Module network, params string[] memories)
    {
        _weights = [.. network.named_parameters().Where(p => p.parameter.requires_grad)
            .Select(p => (p.name, p.parameter))];
        using var scope = NewDisposeScope();
        foreach ((string name, Parameter weight) in _weights)
        {
            foreach (string memory in memories)
                _memory.Add($"{memory}/{name}", zeros_like(weight).DetachFromDisposeScope());
        }
    }

    /// <summary>Tensors that it remembers, by name.</summary>
    public IReadOnlyDictionary<string, Tensor> Memory => _memory;

    /// <summary>Steps done.</summary>
    public long Steps { get; set; }

    /// <summary>Changes the weights.</summary>
    /// <param name="rate">The learning rate.</param>
    public void Step(double rate)
    {
        Steps++;
        using var scope = NewDisposeScope();
        using IDisposable constant = no_grad();
        foreach ((string name, Parameter weight) in _weights)
        {
            if (weight.grad is { } gradient)
                Step(weight, gradient, rate, name);
        }
    }

    /// <summary>Forgets gradients.</summary>
    public void ZeroGradients()
    {
        using var scope = NewDisposeScope();        // holds the gradients until they are zero
        foreach ((_, Parameter weight) in _weights)
            weight.grad?.zero_();
    }

    /// <summary>Scales all gradients so that their norm together is at most a limit.</summary>
    public void ClipGradients(double limit)
    {
        using var scope = NewDisposeScope();
        using IDisposable constant = no_grad();
        using var held = new HeldScalars();
        Tensor[] gradients = [.. _weights.Select(w => w.Weight.grad).OfType<Tensor>()];
        Tensor norm = stack([.. gradients.Select(g => g.norm())]).norm();
        Tensor scale = norm.add(held.Of(1e-6), held.Of(1L)).reciprocal().mul_(held.Of(limit)).clamp_max(held.Of(1L));
        foreach (Tensor gradient in gradients)
            gradient.mul_(scale);
    }

    public void Dispose()
    {
        foreach (Tensor tensor in _memory.Values)
            tensor.Dispose();
        _memory.Clear();
    }

    protected abstract void Step(Tensor weight, Tensor gradient, double rate, string name);
}

using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv;

/// <summary>Stochastic gradient descent with momentum (Polyak 1964; Sutskever et al. 2013).</summary>
internal sealed class Sgd(nn.Module network, double momentum = 0.9) : Optimizer(network, "velocity")
{
    protected override void Step(Tensor weight, Tensor gradient, double rate, string name)
    {
        using var held = new HeldScalars();
        Tensor velocity = Memory["velocity/" + name];
        velocity.mul_(held.Of(momentum)).add_(gradient, held.Of(1L));
        weight.add_(velocity, held.Of(-rate));
    }
}

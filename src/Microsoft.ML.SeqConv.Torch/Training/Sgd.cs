using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv;

/// <summary>Stochastic gradient descent with momentum (Polyak 1964; Sutskever et al. 2013).</summary>
internal sealed class Sgd(nn.Module network, double momentum = 0.9) : Optimizer(network, "velocity")
{
    protected override void Step(Tensor weight, Tensor gradient, double rate, string name)
    {
        Tensor velocity = Memory["velocity/" + name];
        velocity.mul_(momentum).add_(gradient);
        weight.add_(velocity, -rate);
    }
}

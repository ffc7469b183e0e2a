using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv;

/// <summary>Adadelta (Zeiler 2012, arXiv:1212.5701), algorithm 1, with the decay 0.95 of Kim's code.</summary>
internal sealed class Adadelta(nn.Module network, double decay = 0.95, double epsilon = 1e-6) : Optimizer(network, "square", "change")
{
    protected override void Step(Tensor weight, Tensor gradient, double rate, string name)
    {
        Tensor square = Memory["square/" + name];
        Tensor change = Memory["change/" + name];
        square.mul_(decay).addcmul_(gradient, gradient, 1 - decay);
        Tensor step = (change + epsilon).sqrt_().div_((square + epsilon).sqrt_()).mul_(gradient);
        change.mul_(decay).addcmul_(step, step, 1 - decay);
        weight.add_(step, -rate);
    }
}

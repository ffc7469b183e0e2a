using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv;

/// <summary>Adadelta (Zeiler 2012, arXiv:1212.5701), algorithm 1, with the decay 0.95 of Kim's code.</summary>
internal sealed class Adadelta(nn.Module network, double decay = 0.95, double epsilon = 1e-6)
    : Optimizer(network, "square", "change")
{
    protected override void Step(Tensor weight, Tensor gradient, double rate, string name)
    {
        using var held = new HeldScalars();
        Tensor square = Memory["square/" + name];
        Tensor change = Memory["change/" + name];
        square.mul_(held.Of(decay)).addcmul_(gradient, gradient, held.Of(1 - decay));
        Tensor step = change.add(held.Of(epsilon), held.Of(1L)).sqrt_()
            .div_(square.add(held.Of(epsilon), held.Of(1L)).sqrt_()).mul_(gradient);
        change.mul_(held.Of(decay)).addcmul_(step, step, held.Of(1 - decay));
        weight.add_(step, held.Of(-rate));
    }
}

using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv;

/// <summary>Adam (Kingma and Ba 2015, arXiv:1412.6980), algorithm 1.</summary>
internal sealed class Adam(nn.Module network, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-7)
    : Optimizer(network, "mean", "square")
{
    protected override void Step(Tensor weight, Tensor gradient, double rate, string name)
    {
        using var held = new HeldScalars();
        Tensor mean = Memory["mean/" + name];
        Tensor square = Memory["square/" + name];
        mean.mul_(held.Of(beta1)).add_(gradient, held.Of(1 - beta1));
        square.mul_(held.Of(beta2)).addcmul_(gradient, gradient, held.Of(1 - beta2));
        double unbiasedMean = 1 - Math.Pow(beta1, Steps);
        double unbiasedSquare = 1 - Math.Pow(beta2, Steps);
        Tensor scale = square.sqrt().div_(held.Of(Math.Sqrt(unbiasedSquare))).add_(held.Of(epsilon), held.Of(1L));
        weight.addcdiv_(mean, scale, held.Of(-rate / unbiasedMean));
    }
}

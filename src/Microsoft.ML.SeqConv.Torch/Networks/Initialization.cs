using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Seeded first weights. PyTorch's own draws come from one generator for the whole process; these from one a network.
/// </summary>
internal static class Initialization
{
    /// <summary>
    /// Glorot and Bengio 2010: uniform within sqrt(6 / (inputs + outputs)) of a weight, counting each tap of a kernel;
    /// biases zero; scales of normalisation one. What the authors of InceptionTime use.
    /// </summary>
    public static void Glorot(nn.Module network, Generator generator) => DrawAll(network, generator, GlorotBound);

    /// <summary>
    /// He et al. 2015 (arXiv:1502.01852), for rectifiers: uniform within sqrt(6 / inputs) of a weight, counting each
    /// tap of a kernel; biases zero; scales of normalisation one.
    /// </summary>
    public static void He(nn.Module network, Generator generator)
        => DrawAll(network, generator,
            shape => Math.Sqrt(6.0 / shape[1..].Aggregate(1L, (product, size) => product * size)));

    private static void DrawAll(nn.Module network, Generator generator, Func<long[], double> bound)
    {
        using var scope = NewDisposeScope();
        using IDisposable constant = no_grad();
        foreach ((_, Parameter weight) in network.named_parameters())
        {
            if (weight.dim() < 2)
                continue;       // scales of normalisation are ones already
            weight.copy_(Draw(weight.shape, bound(weight.shape), generator));
        }

        foreach ((string name, Parameter bias) in network.named_parameters())
        {
            if (bias.dim() == 1 && name.EndsWith(".bias", StringComparison.Ordinal))
                bias.zero_();
        }
    }

    /// <summary>Uniform in [-bound, bound], drawn on the CPU so that devices agree.</summary>
    public static Tensor Draw(ReadOnlySpan<long> shape, double bound, Generator generator)
        => empty(shape).uniform_(-bound, bound, generator);

    // [outputs, inputs, taps...]
    private static double GlorotBound(long[] shape)
    {
        long taps = shape[2..].Aggregate(1L, (product, size) => product * size);
        return Math.Sqrt(6.0 / (taps * (shape[0] + shape[1])));
    }
}

using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Dropout from a generator of its own: PyTorch's draws from one generator for the whole process, so that two fits at
/// once would change each other.
/// </summary>
internal sealed class SeededDropout(double rate) : nn.Module<Tensor, Tensor>(nameof(SeededDropout))
{
    public double Rate => rate;

    /// <summary>On the CPU; set before training.</summary>
    public Generator? Generator { get; set; }

    public override Tensor forward(Tensor x)                    // any shape
    {
        if (!training || rate == 0)
            return x.alias();
        using var scope = NewDisposeScope();
        using var held = new HeldScalars();
        Generator generator = Generator
            ?? throw new InvalidOperationException("Dropout has no generator. Call UseGenerator before training.");
        Tensor kept = empty(x.shape).bernoulli_(1 - rate, generator).div_(held.Of(1 - rate)).to(x.device);
        return (x * kept).MoveToOuterDisposeScope();
    }
}

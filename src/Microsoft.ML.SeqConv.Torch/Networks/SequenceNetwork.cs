using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// A network over a batch of sequences. Children are registered under explicit names, so that names of weights are a
/// contract and a program can walk the network.
/// </summary>
internal abstract class SequenceNetwork(string name) : nn.Module<Tensor, Tensor?, Tensor>(name)
{
    /// <summary>Computes the outputs of a batch.</summary>
    /// <param name="input">Series: [N, channels, T], Single. Text: [N, T], Int64.</param>
    /// <param name="mask">
    /// [N, 1, T], Single: 1 where a sequence has a point and 0 in its padding; <see langword="null"/> where
    /// all have all points.
    /// </param>
    /// <returns>[N, outputs]: logits, or values.</returns>
    public abstract override Tensor forward(Tensor input, Tensor? mask);

    /// <summary>Writes the scoring of a batch of one length as ONNX nodes.</summary>
    /// <param name="graph">Gets the nodes.</param>
    /// <param name="name">The network's path.</param>
    /// <param name="input">Series: [N, channels, T]. Text: [N, T], Int64.</param>
    /// <returns>[N, outputs]: logits, or values.</returns>
    public abstract string Write(GraphWriter graph, string name, string input);

    /// <summary>Called after every step of the optimiser, for constraints on weights.</summary>
    public virtual void Constrain()
    {
    }

    /// <summary>
    /// Draws dropout's masks from this generator; <see langword="null"/> for networks without dropout.
    /// </summary>
    public virtual void UseGenerator(Generator generator)
    {
    }

    /// <summary>The number of trainable weights.</summary>
    public long CountParameters() => parameters().Where(p => p.requires_grad).Sum(p => p.NumberOfElements);

    // TorchSharp would register each field once more, by the field's name.
    protected override void RegisterComponents()
    {
    }
}

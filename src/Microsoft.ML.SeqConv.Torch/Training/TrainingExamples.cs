using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv;

/// <summary>Sequences with labels and weights, in memory.</summary>
/// <param name="labels">Class numbers from 0, or standardised targets.</param>
/// <param name="weights">Not negative, one an example.</param>
internal abstract class TrainingExamples(float[] labels, float[] weights)
{
    public int Count => labels.Length;

    public float[] Labels => labels;

    public float[] Weights => weights;

    /// <summary>
    /// Called before each epoch of training with a seed of its own, for examples that are changed at random each
    /// time they are met.
    /// </summary>
    public virtual void BeginEpoch(ulong seed)
    {
    }

    /// <summary>Makes the tensors of some examples.</summary>
    public abstract SequenceBatch Gather(ReadOnlySpan<int> rows, Device device);
}

/// <summary>The tensors of a batch; see <see cref="SequenceNetwork.forward"/>.</summary>
/// <param name="Input">The sequences.</param>
/// <param name="Mask">Where they have points.</param>
/// <param name="Target">
/// What the objective holds the outputs against, where that is more than a label for each sequence.
/// </param>
internal readonly record struct SequenceBatch(Tensor Input, Tensor? Mask, Tensor? Target = null);

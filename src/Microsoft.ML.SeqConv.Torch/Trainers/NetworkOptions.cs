using Microsoft.ML.Data;
using Microsoft.ML.SearchSpace;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>How a network is trained on rows with a label: the options that every network trainer has.</summary>
public abstract class NetworkOptions : TrainingOptions
{
    private protected NetworkOptions()
    {
    }

    /// <summary>The label column: a key for classification, Single for regression.</summary>
    public string LabelColumnName { get; set; } = DefaultColumnNames.Label;

    /// <summary>
    /// The fraction of a label's weight that is spread over all classes, 0 (default) to below 1. Classification.
    /// </summary>
    [Range(0.0, 0.3, init: 0.0)]
    public double LabelSmoothing { get; set; }

    /// <summary>
    /// Whether each class gets the same weight in all: an example weighs n / (K n_k) for examples of the weight n, K
    /// classes and examples of its class of the weight n_k. Default false. Classification.
    /// </summary>
    [BooleanChoice(false)]
    public bool BalanceClasses { get; set; }

    /// <summary>
    /// A weight for each class by its label as text, positive and finite; classes that are not named weigh 1.
    /// Multiplies
    /// with the other weights. Classification.
    /// </summary>
    public IReadOnlyDictionary<string, double>? ClassWeights { get; set; }

    internal abstract string InputColumnName { get; }

    internal SequenceColumns Columns => new(InputColumnName, LabelColumnName, ExampleWeightColumnName);

    internal override TrainingOptions CheckedCopy()
    {
        var copy = (NetworkOptions)base.CheckedCopy();
        copy.ClassWeights = ClassWeights?.ToDictionary();
        return copy;
    }

    /// <summary>Example weights times class weights.</summary>
    /// <param name="labels">[example]: class numbers from 0.</param>
    /// <param name="weights">[example].</param>
    /// <param name="classNames">[class].</param>
    /// <exception cref="ArgumentException">A class that is weighed does not exist.</exception>
    internal float[] WeightsOfExamples(IReadOnlyList<float> labels, IReadOnlyList<float> weights, string[] classNames)
    {
        int[] classes = [.. labels.Select(label => (int)label)];
        double[] exampleWeights = [.. weights.Select(weight => (double)weight)];
        double[] classWeights = ClassWeighting.OfClasses(
            exampleWeights, classes, classNames, LabelColumnName, BalanceClasses, ClassWeights);
        return Array.ConvertAll(ClassWeighting.OfExamples(exampleWeights, classes, classWeights),
            weight => (float)weight);
    }

    private protected override void Validate()
    {
        ArgumentException.ThrowIfNullOrEmpty(LabelColumnName);
        base.Validate();
        Guard.Fraction(LabelSmoothing);
        ClassWeighting.Check(ClassWeights);
    }
}

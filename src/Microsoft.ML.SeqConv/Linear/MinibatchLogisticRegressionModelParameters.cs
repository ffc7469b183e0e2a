using Microsoft.ML.Runtime;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// A trained <see cref="MinibatchLogisticRegressionTrainer"/>. Its decision values are logits: scores
/// are their softmax.
/// </summary>
public sealed class MinibatchLogisticRegressionModelParameters
    : LinearClassifierModelParameters, ISavedComponent<MinibatchLogisticRegressionModelParameters>
{
    internal static readonly SavedFormat Identity = new(
        "SeqConvMinibatchLogistic", "SCMBLOGR", SectionPrefix.SizeOfSingle);

    private readonly LinearModel _linear;

    internal MinibatchLogisticRegressionModelParameters(
        IHostEnvironment env, LinearModel linear, long steps, double learningRate, SoftmaxLoss validation)
        : base(env, Identity, linear, temperature: 1, "MinibatchLogisticRegression")
    {
        if (steps < 0)
            throw new FormatException($"The model was trained for {steps} steps.");
        _linear = linear;
        NumberOfSteps = steps;
        LearningRate = learningRate;
        ValidationLoss = validation.Loss;
        ValidationAccuracy = validation.Accuracy;
    }

    /// <summary>Minibatches that were learned from, those after the best weights included.</summary>
    internal long NumberOfSteps { get; }

    /// <summary>The learning rate in the end.</summary>
    internal double LearningRate { get; }

    /// <summary>The log loss of the validation rows by these weights; NaN without such rows.</summary>
    public double ValidationLoss { get; }

    /// <summary>
    /// The fraction of validation rows that these weights classify correctly, weighted; NaN without such rows.
    /// </summary>
    public double ValidationAccuracy { get; }

    static SavedFormat ISavedComponent<MinibatchLogisticRegressionModelParameters>.Identity => Identity;

    // *** Binary format ***
    // the coefficients, a target a class, see LinearModelFormat
    // long: steps
    // double: learning rate in the end
    // double: validation loss, or NaN
    // double: validation accuracy, or NaN
    private protected override void WriteModel(BinaryWriter writer)
    {
        writer.Write(_linear);
        writer.Write(NumberOfSteps);
        writer.Write(LearningRate);
        writer.Write(ValidationLoss);
        writer.Write(ValidationAccuracy);
    }

    static MinibatchLogisticRegressionModelParameters ISavedComponent<MinibatchLogisticRegressionModelParameters>.Read(
        SavedSection section)
        => new(
            section.Environment, section.Reader.ReadLinearModel(), section.Reader.ReadInt64(),
            section.Reader.ReadDouble(),
            new SoftmaxLoss(section.Reader.ReadDouble(), section.Reader.ReadDouble(), double.NaN));
}

using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv;

/// <summary>What training makes small, and what people read beside it.</summary>
internal abstract class Objective
{
    /// <summary>The name of the metric.</summary>
    public abstract string Metric { get; }

    /// <summary>Whether a larger metric is better.</summary>
    public abstract bool LargerIsBetter { get; }

    /// <summary>The loss of each example.</summary>
    /// <param name="outputs">[N, outputs], of the network.</param>
    /// <param name="labels">[N], Single; or the targets that the examples give.</param>
    /// <param name="training">Whether these are examples to learn from: labels are smoothed for them alone.</param>
    /// <returns>[N].</returns>
    public abstract Tensor Losses(Tensor outputs, Tensor labels, bool training);

    /// <summary>What each example adds to the metric.</summary>
    /// <returns>[N].</returns>
    public abstract Tensor Marks(Tensor outputs, Tensor labels);

    /// <summary>The metric, from the weighted mean of the marks.</summary>
    public abstract double MetricOf(double meanMark);
}

/// <summary>
/// Cross-entropy of softmax, with label smoothing (Szegedy et al. 2016, arXiv:1512.00567, section 7).
/// </summary>
/// <param name="smoothing">The fraction of a label's weight that is spread over all classes.</param>
internal sealed class CrossEntropy(double smoothing) : Objective
{
    public override string Metric => "accuracy";

    public override bool LargerIsBetter => true;

    public override Tensor Losses(Tensor outputs, Tensor labels, bool training)
    {
        using var scope = NewDisposeScope();
        Tensor logs = nn.functional.log_softmax(outputs, 1);                                            // [N, classes]
        Tensor losses = -logs.gather(1, labels.to(ScalarType.Int64).unsqueeze(1)).squeeze(1);           // [N]
        if (training && smoothing > 0)
        {
            using var held = new HeldScalars();
            losses = losses.mul(held.Of(1 - smoothing)) - logs.mean([1]).mul(held.Of(smoothing));
        }

        return losses.MoveToOuterDisposeScope();
    }

    public override Tensor Marks(Tensor outputs, Tensor labels)
    {
        using var scope = NewDisposeScope();
        return outputs.argmax(1).eq(labels.to(ScalarType.Int64)).to(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    public override double MetricOf(double meanMark) => meanMark;
}

/// <summary>The squared error of targets that are standardised for training.</summary>
/// <param name="scale">The standard deviation of the targets, so that the metric has their unit.</param>
internal sealed class SquaredError(double scale) : Objective
{
    public override string Metric => "root mean squared error";

    public override bool LargerIsBetter => false;

    public override Tensor Losses(Tensor outputs, Tensor labels, bool training)
    {
        using var scope = NewDisposeScope();
        return HeldScalars.Square(outputs.squeeze(1) - labels).MoveToOuterDisposeScope();
    }

    public override Tensor Marks(Tensor outputs, Tensor labels) => Losses(outputs, labels, training: false);

    public override double MetricOf(double meanMark) => Math.Sqrt(meanMark) * scale;
}

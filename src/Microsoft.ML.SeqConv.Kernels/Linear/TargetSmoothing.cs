namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// What an example counts as of each class while probabilities are fitted: a little less than all of its own class, and
/// a little of each other. Classes that are separated without error then still give finite probabilities.
/// </summary>
internal sealed class TargetSmoothing
{
    private const double ShareOfOneExample = 0.1;

    private readonly double _own;
    private readonly double _other;

    private TargetSmoothing(double own, double other, int numberOfClasses)
    {
        _own = own;
        _other = other;
        NumberOfClasses = numberOfClasses;
    }

    /// <summary>Classes.</summary>
    public int NumberOfClasses { get; }

    /// <summary>
    /// With n examples of K classes, an example counts as (1 + 0.1 / n) / (1 + 0.1 K / n) of
    /// its class and as (0.1 / n) / (1 + 0.1 K / n) of each other.
    /// </summary>
    /// <param name="total">Examples, or their weights together; above zero.</param>
    /// <param name="numberOfClasses">Classes, at least 2.</param>
    public static TargetSmoothing Of(double total, int numberOfClasses)
    {
        double share = ShareOfOneExample / total;
        double sum = 1 + share * numberOfClasses;
        return new((1 + share) / sum, share / sum, numberOfClasses);
    }

    /// <summary>The same of examples with weights.</summary>
    /// <param name="examples">Their number.</param>
    /// <param name="weights">[example], or empty.</param>
    /// <param name="numberOfClasses">Classes, at least 2.</param>
    public static TargetSmoothing Of(int examples, ReadOnlySpan<double> weights, int numberOfClasses)
    {
        double total = weights.IsEmpty ? examples : 0;
        foreach (double weight in weights)
            total += weight;
        return Of(total, numberOfClasses);
    }

    /// <summary>What an example of one class counts as of another or the same.</summary>
    public double Of(int label, int k) => k == label ? _own : _other;
}

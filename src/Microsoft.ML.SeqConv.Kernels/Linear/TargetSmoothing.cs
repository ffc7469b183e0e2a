namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// What an example counts as of each class while probabilities are fitted: a little less than all of its own class, and
/// a little of each other. Classes that are separated without error then still give finite probabilities.
/// </summary>
internal sealed class TargetSmoothing
{
    private const double ShareOfOneExample = 0.1;

    private readonly double[] _own;         // [class of the example]
    private readonly double[] _other;       // [class of the example]

    private TargetSmoothing(double[] own, double[] other) => (_own, _other) = (own, other);

    /// <summary>Classes.</summary>
    public int NumberOfClasses => _own.Length;

    /// <summary>
    /// As in Platt scaling: with K classes, an example of a class with m examples counts as (m + 1) / (m + K) of its
    /// class and as 1 / (m + K) of each other.
    /// </summary>
    /// <param name="labels">[example]: class numbers from 0.</param>
    /// <param name="weights">[example], or empty.</param>
    /// <param name="numberOfClasses">Classes, at least 2.</param>
    public static TargetSmoothing ByClass(
        ReadOnlySpan<int> labels, ReadOnlySpan<double> weights, int numberOfClasses)
    {
        double[] counts = new double[numberOfClasses];
        for (int i = 0; i < labels.Length; i++)
            counts[labels[i]] += weights.IsEmpty ? 1 : weights[i];
        return new(Array.ConvertAll(counts, count => (count + 1) / (count + numberOfClasses)),
            Array.ConvertAll(counts, count => 1 / (count + numberOfClasses)));
    }

    /// <summary>
    /// The same for all classes: with n examples of K classes, an example counts as (1 + 0.1 / n) / (1 + 0.1 K / n) of
    /// its class and as (0.1 / n) / (1 + 0.1 K / n) of each other.
    /// </summary>
    /// <param name="total">Examples, or their weights together; above zero.</param>
    /// <param name="numberOfClasses">Classes, at least 2.</param>
    public static TargetSmoothing ByTotal(double total, int numberOfClasses)
    {
        double share = ShareOfOneExample / total;
        double[] own = new double[numberOfClasses];
        double[] other = new double[numberOfClasses];
        Array.Fill(own, (1 + share) / (1 + share * numberOfClasses));
        Array.Fill(other, share / (1 + share * numberOfClasses));
        return new(own, other);
    }

    /// <summary>What an example of one class counts as of another or the same.</summary>
    public double Of(int label, int k) => k == label ? _own[label] : _other[label];
}

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// A weighted mean of the probabilities of several linear models, one a block of features, as decision values: of two
/// and more targets the logarithms of the mean of softmax(S_b), clipped at 1e-30, which single precision holds too; of
/// one target, the pair (-s, s), their difference, which are log-odds. A scale and an offset a target follow.
/// </summary>
internal sealed class ProbabilityMixture
{
    /// <summary>The least probability whose logarithm is taken.</summary>
    public const double MinProbability = 1e-30;

    private const int FewTargets = 256;

    private readonly LinearModel[] _blocks;
    private readonly double[] _weights;
    private readonly double[] _offsets;

    /// <param name="blocks">Models of the same targets.</param>
    /// <param name="weights">[block], zero or more; they sum to one.</param>
    /// <param name="scale">What decision values are multiplied by, positive and finite.</param>
    /// <param name="offsets">[target]: what is added then, finite.</param>
    /// <exception cref="ArgumentException">Lengths differ, or a value is out of range.</exception>
    public ProbabilityMixture(LinearModel[] blocks, double[] weights, double scale, double[] offsets)
    {
        if (blocks.Length == 0 || weights.Length != blocks.Length
            || Array.Exists(blocks, block => block.NumberOfTargets != offsets.Length))
            throw new ArgumentException($"There are {blocks.Length} models with {weights.Length} weights and "
                + $"{offsets.Length} offsets; each has one weight, and as many targets as there are offsets.",
                nameof(blocks));
        if (!Array.TrueForAll(weights, double.IsFinite))
            throw new ArgumentException("A weight is not finite.", nameof(weights));
        Guard.Positive(scale);
        if (!Array.TrueForAll(offsets, double.IsFinite))
            throw new ArgumentException("An offset is not finite.", nameof(offsets));
        (_blocks, _weights, Scale, _offsets) = (blocks, weights, scale, offsets);
        NumberOfFeatures = checked(blocks.Sum(block => block.NumberOfFeatures));
    }

    /// <summary>One a block of features.</summary>
    public IReadOnlyList<LinearModel> Blocks => _blocks;

    /// <summary>[block].</summary>
    public ReadOnlySpan<double> Weights => _weights;

    /// <summary>What decision values are multiplied by, above zero.</summary>
    public double Scale { get; }

    /// <summary>[target].</summary>
    public ReadOnlySpan<double> Offsets => _offsets;

    /// <summary>Features of all blocks.</summary>
    public int NumberOfFeatures { get; }

    /// <summary>Targets.</summary>
    public int NumberOfTargets => _offsets.Length;

    /// <summary>Computes the decision values of one row.</summary>
    /// <param name="features">[feature], of the blocks one after the other.</param>
    /// <param name="decisions">[target], to be filled.</param>
    public void Score(ReadOnlySpan<float> features, Span<double> decisions)
    {
        Span<double> sums = NumberOfTargets <= FewTargets / 2
            ? stackalloc double[FewTargets]
            : new double[2 * NumberOfTargets];
        Span<double> block = sums.Slice(NumberOfTargets, NumberOfTargets);
        Span<double> mean = sums[..NumberOfTargets];
        var mixing = new Mixing(NumberOfTargets);
        mean.Clear();
        int start = 0;
        for (int b = 0; b < _blocks.Length; b++)
        {
            _blocks[b].Score(features.Slice(start, _blocks[b].NumberOfFeatures), block);
            mixing.Add(block, _weights[b], mean);
            start += _blocks[b].NumberOfFeatures;
        }

        mixing.Finish(mean);
        for (int t = 0; t < NumberOfTargets; t++)
            decisions[t] = Scale * mean[t] + _offsets[t];
    }

    /// <summary>The decision values of many rows, before scale and offsets.</summary>
    /// <param name="decisions">[block][example, target], row-major: those of each block.</param>
    /// <param name="weights">[block].</param>
    /// <param name="numberOfTargets">Targets.</param>
    /// <returns>[example, target], row-major.</returns>
    public static double[] Mix(double[][] decisions, double[] weights, int numberOfTargets)
    {
        double[] mixed = new double[decisions[0].Length];
        double[] block = new double[numberOfTargets];
        for (int start = 0; start < mixed.Length; start += numberOfTargets)
        {
            var mixing = new Mixing(numberOfTargets);
            Span<double> mean = mixed.AsSpan(start, numberOfTargets);
            for (int b = 0; b < decisions.Length; b++)
            {
                decisions[b].AsSpan(start, numberOfTargets).CopyTo(block);
                mixing.Add(block, weights[b], mean);
            }

            mixing.Finish(mean);
        }

        return mixed;
    }

    /// <summary>One row's mean. Of one target, the mean holds the probability, and the other class's is beside it.
    /// </summary>
    private struct Mixing(int numberOfTargets)
    {
        private double _other;

        public void Add(Span<double> decisions, double weight, Span<double> mean)
        {
            if (numberOfTargets == 1)
            {
                // softmax of (-s, s); each is computed, so that neither loses digits beside the other
                mean[0] += weight / (1 + Math.Exp(-2 * decisions[0]));
                _other += weight / (1 + Math.Exp(2 * decisions[0]));
                return;
            }

            double max = SoftmaxTemperature.Max(decisions);
            double sum = 0;
            foreach (ref double decision in decisions)
            {
                decision = Math.Exp(decision - max);
                sum += decision;
            }

            for (int t = 0; t < decisions.Length; t++)
                mean[t] += weight * decisions[t] / sum;
        }

        public readonly void Finish(Span<double> mean)
        {
            foreach (ref double probability in mean)
                probability = Math.Log(Math.Max(probability, MinProbability));
            if (numberOfTargets == 1)
                mean[0] -= Math.Log(Math.Max(_other, MinProbability));
        }
    }
}

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Scores of classes as whole numbers. A probability p is round(2^24 p), so that sums are exact in any order and ties
/// are the same everywhere, in an ONNX graph too.
/// <list type="bullet">
/// <item>Lac: 2^24 - p[k].</item>
/// <item>Aps: the sum of p[j] over classes j before k, plus floor(u p[k]). Before k are the likelier ones, and of
/// equally likely ones those with a lower number. u in [0, 1) is a fraction of 24 bits that depends on the seed and on
/// the row's -log2 p, at most 40 and rounded to sixteenths: a row has the same sets wherever it is, and last bits of
/// its probabilities hardly ever matter.</item>
/// <item>Raps: Aps plus 2^24 penalty max(0, rank - free ranks); the likeliest class has rank 1.</item>
/// </list>
/// A smaller score is more like the training data.
/// </summary>
internal sealed class NonconformityScores
{
    /// <summary>Bits of a probability, and of the random part.</summary>
    public const int Bits = 24;

    /// <summary>The whole number of the probability 1.</summary>
    public const long One = 1L << Bits;

    /// <summary>The parts of a unit that logarithms of probabilities are rounded to for the random part.</summary>
    public const int LogarithmSteps = 16;

    /// <summary>The least probability that the random part can tell from others, 2^-40.</summary>
    public const float MinProbability = 9.094947e-13f;

    /// <summary>The largest prime below 2^24: random parts are numbers modulo it.</summary>
    public const long Modulus = 16777213;

    /// <summary>Mixes the sum of a row once more.</summary>
    public const long Multiplier = 48271;

    private const int MaxOnStack = 256;

    private readonly ConformalScore _score;

    public NonconformityScores(ConformalSettings settings, int numberOfClasses)
    {
        _score = settings.Score;
        RankPenalty = settings.Score == ConformalScore.Raps
            ? (long)Math.Round(settings.RankPenalty * One) : 0;
        FreeRanks = settings.FreeRanks;
        var random = new SeededRandom((uint)settings.Seed);
        Offset = 1 + (long)(random.NextDouble() * (Modulus - 1));
        Factors = new long[numberOfClasses];
        for (int k = 0; k < numberOfClasses; k++)
            Factors[k] = 1 + (long)(random.NextDouble() * (Modulus - 1));
    }

    /// <summary>[class]: what a rounded logarithm is multiplied by for the random part.</summary>
    public long[] Factors { get; }

    /// <summary>What is added to the sum of those products.</summary>
    public long Offset { get; }

    /// <summary>What a rank costs.</summary>
    public long RankPenalty { get; }

    /// <summary>Ranks that cost nothing.</summary>
    public int FreeRanks { get; }

    /// <summary>Whether scores depend on the other classes.</summary>
    public bool IsCumulative => _score != ConformalScore.Lac;

    /// <summary>The whole number of a probability; values outside of 0 to 1 are limited to it.</summary>
    public static long WholeOf(float probability)
        => (long)Math.Floor(Math.Clamp((double)probability, 0, 1) * One + 0.5);

    /// <summary>Computes the scores of one row.</summary>
    /// <param name="probabilities">[class].</param>
    /// <param name="scores">[class], to be filled.</param>
    public void Compute(ReadOnlySpan<float> probabilities, Span<long> scores)
    {
        if (!IsCumulative)
        {
            for (int k = 0; k < probabilities.Length; k++)
                scores[k] = One - WholeOf(probabilities[k]);
            return;
        }

        // In the order of classes: the likeliest first, of equally likely ones that with the lower number.
        const int numberBits = 24;
        Span<long> order =
            probabilities.Length <= MaxOnStack ? stackalloc long[probabilities.Length] : new long[probabilities.Length];
        for (int k = 0; k < order.Length; k++)
            order[k] = (One - WholeOf(probabilities[k])) << numberBits | (uint)k;
        order.Sort();
        long random = RandomPart(probabilities);
        long before = 0;
        for (int rank = 0; rank < order.Length; rank++)
        {
            long whole = One - (order[rank] >> numberBits);
            scores[(int)(order[rank] & ((1 << numberBits) - 1))] =
                before + ((random * whole) >> Bits) + RankPenalty * Math.Max(0, rank + 1 - FreeRanks);
            before += whole;
        }
    }

    private long RandomPart(ReadOnlySpan<float> probabilities)
    {
        long sum = Offset;
        for (int k = 0; k < probabilities.Length; k++)
        {
            double logarithm = -Math.Log2(Math.Clamp(probabilities[k], MinProbability, 1));
            sum += (long)(logarithm * LogarithmSteps + 0.5) * Factors[k];
        }

        return sum % Modulus * Multiplier % Modulus;
    }
}

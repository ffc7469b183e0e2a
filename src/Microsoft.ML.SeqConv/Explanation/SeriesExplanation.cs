namespace Microsoft.ML.SeqConv;

/// <summary>What each point of a series contributes to a score. Made by <c>mlContext.Model.ExplainSeries</c>.</summary>
public sealed class SeriesExplanation
{
    internal SeriesExplanation(
        ExplanationMethod method, double[,] contributions, double score, double intercept, ExplainedClass? explained)
    {
        Method = method;
        Contributions = contributions;
        Score = score;
        Intercept = intercept;
        ClassIndex = explained?.Index;
        ClassName = explained?.Name;
    }

    /// <summary>How the score was split: never <see cref="ExplanationMethod.Auto"/>.</summary>
    public ExplanationMethod Method { get; }

    /// <summary>
    /// [channel, time], of the series as it was given. What they sum to is said at the
    /// <see cref="ExplanationMethod"/>: for <see cref="ExplanationMethod.Exact"/> the <see cref="Score"/>, with an
    /// equal part of <see cref="Intercept"/> in each.
    /// </summary>
    public double[,] Contributions { get; }

    /// <summary>The score that is explained; which it is, is said at the <see cref="ExplanationMethod"/>.</summary>
    public double Score { get; }

    /// <summary>
    /// The part of <see cref="Score"/> that comes from no point, and that is spread evenly over
    /// <see cref="Contributions"/>: the head's intercept, what normalisers subtract, what features have of a series
    /// without shape, and constants within features. Zero for other methods than <see cref="ExplanationMethod.Exact"/>.
    /// </summary>
    public double Intercept { get; }

    /// <summary>
    /// The class whose score is explained, from 0 in the order of scores; <see langword="null"/> for regression.
    /// </summary>
    public int? ClassIndex { get; }

    /// <summary>The class whose score is explained; <see langword="null"/> for regression.</summary>
    public string? ClassName { get; }

    /// <summary>Channels of the series.</summary>
    public int NumberOfChannels => Contributions.GetLength(0);

    /// <summary>Points a channel.</summary>
    public int Length => Contributions.GetLength(1);

    /// <summary>
    /// The contributions without the intercept, which is in none of them: [channel, time], summing to
    /// <see cref="Score"/> minus <see cref="Intercept"/>.
    /// </summary>
    public double[,] ContributionsWithoutIntercept()
    {
        var own = (double[,])Contributions.Clone();
        double part = Intercept / own.Length;
        for (int channel = 0; channel < NumberOfChannels; channel++)
        {
            for (int t = 0; t < Length; t++)
                own[channel, t] -= part;
        }

        return own;
    }

    /// <summary>Makes [channel, time] of row-major values.</summary>
    internal static double[,] ByChannel(ReadOnlySpan<double> values, int channels)
    {
        int length = values.Length / channels;
        var contributions = new double[channels, length];
        for (int i = 0; i < values.Length; i++)
            contributions[i / length, i % length] = values[i];
        return contributions;
    }
}

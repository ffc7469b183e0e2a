namespace Microsoft.ML.SeqConv;

/// <summary>How good prediction sets are.</summary>
public sealed class PredictionSetMetrics
{
    internal PredictionSetMetrics(bool[][] sets, int[] labels, bool[] areRejected, bool[] areCorrect)
    {
        int numberOfClasses = sets[0].Length;
        int[] sizes = Array.ConvertAll(sets, set => set.Count(isMember => isMember));
        double[] held = [.. sets.Select((set, i) => set[labels[i]] ? 1.0 : 0)];
        Coverage = held.Average();
        CoverageOfClasses = [.. Enumerable.Range(0, numberOfClasses).Select(
            k => held.Where((_, i) => labels[i] == k).DefaultIfEmpty(double.NaN).Average())];
        MeanSize = sizes.Average();
        SingletonShare = sizes.Average(size => size == 1 ? 1.0 : 0);
        EmptyShare = sizes.Average(size => size == 0 ? 1.0 : 0);
        AnsweredShare = areRejected.Average(isRejected => isRejected ? 0.0 : 1);
        AccuracyOfAnswered = areCorrect.Where((_, i) => !areRejected[i]).Select(isCorrect => isCorrect ? 1.0 : 0)
            .DefaultIfEmpty(double.NaN).Average();
    }

    /// <summary>The share of rows whose set has their class: 0 to 1.</summary>
    public double Coverage { get; }

    /// <summary>[class]: the same for the rows of each class; NaN where there are none.</summary>
    public IReadOnlyList<double> CoverageOfClasses { get; }

    /// <summary>The mean number of classes in a set.</summary>
    public double MeanSize { get; }

    /// <summary>The share of sets of one class: 0 to 1.</summary>
    public double SingletonShare { get; }

    /// <summary>The share of sets without a class: 0 to 1.</summary>
    public double EmptyShare { get; }

    /// <summary>The share of rows that are not rejected: 0 to 1.</summary>
    public double AnsweredShare { get; }

    /// <summary>The accuracy of the likeliest class over rows that are not rejected; NaN where all are.</summary>
    public double AccuracyOfAnswered { get; }
}

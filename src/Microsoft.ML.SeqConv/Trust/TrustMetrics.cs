using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>Whether the probabilities of a classifier can be relied upon.</summary>
public sealed class TrustMetrics
{
    private const int MaxPoints = 100;
    private const double MinProbability = 1e-15;        // in the log loss

    /// <param name="rows">Rows and their probabilities.</param>
    /// <param name="stated">[row]: the probabilities that reliability is of.</param>
    /// <param name="areRight">[row]: whether what they are the probability of came true.</param>
    /// <param name="brierScore">See <see cref="BrierScore"/>.</param>
    /// <param name="numberOfBins">Of reliability.</param>
    /// <param name="sets">Prediction sets, where there are some.</param>
    internal TrustMetrics(ScoredRows rows, float[] stated, bool[] areRight, double brierScore, int numberOfBins,
        PredictionSetMetrics? sets)
    {
        float[] largest = rows.LargestProbabilities();
        NumberOfRows = rows.Labels.Length;
        LogLoss = rows.Rows().Select((row, i) => -Math.Log(Math.Max(row[rows.Labels[i]], MinProbability))).Average();
        BrierScore = brierScore;
        ReliabilityBins = Reliability.OfEqualWidth(stated, areRight, numberOfBins);
        ReliabilityBinsOfEqualMass = Reliability.OfEqualMass(stated, areRight, numberOfBins);
        ExpectedCalibrationError = Reliability.Error(ReliabilityBins);
        ExpectedCalibrationErrorOfEqualMass = Reliability.Error(ReliabilityBinsOfEqualMass);
        double[] risks = RiskCoverage.Risks(largest, rows.AreCorrect());
        Accuracy = 1 - risks[^1];
        AreaUnderRiskCoverage = risks.Average();
        float[] descending = [.. largest.OrderDescending()];
        int points = Math.Min(MaxPoints, risks.Length);
        RiskCoverageCurve =
        [
            .. Enumerable.Range(1, points).Select(point =>
            {
                int answered = (int)((long)point * risks.Length / points);
                return new RiskCoveragePoint(
                    (double)answered / risks.Length, 1 - risks[answered - 1], descending[answered - 1]);
            }),
        ];
        PredictionSets = sets;
    }

    /// <summary>Rows with a label.</summary>
    public int NumberOfRows { get; }

    /// <summary>The share of rows whose likeliest class, the first of equal ones, is their own: 0 to 1.</summary>
    public double Accuracy { get; }

    /// <summary>The mean of -ln of the probability of a row's class, which is taken as 1e-15 at least.</summary>
    public double LogLoss { get; }

    /// <summary>
    /// The mean squared difference of probabilities and what came true (Brier 1950): summed over the classes, 0 to 2;
    /// for two classes with one probability, of that one, 0 to 1.
    /// </summary>
    public double BrierScore { get; }

    /// <summary>
    /// The mean over rows of |accuracy - mean probability| of a row's bin in <see cref="ReliabilityBins"/>: 0 to 1.
    /// </summary>
    public double ExpectedCalibrationError { get; }

    /// <summary>
    /// The same over <see cref="ReliabilityBinsOfEqualMass"/>, which depends less on the number of bins.
    /// </summary>
    public double ExpectedCalibrationErrorOfEqualMass { get; }

    /// <summary>
    /// Bins of equal width between 0 and 1: of the largest probability of a row and whether its class is the row's own;
    /// for two classes with one probability, of that probability and whether the label is true.
    /// </summary>
    public IReadOnlyList<ReliabilityBin> ReliabilityBins { get; }

    /// <summary>The same in bins of equal numbers of rows.</summary>
    public IReadOnlyList<ReliabilityBin> ReliabilityBinsOfEqualMass { get; }

    /// <summary>
    /// The accuracy over the surest rows, for growing shares of rows: at most 100 points, the last one of all rows.
    /// </summary>
    public IReadOnlyList<RiskCoveragePoint> RiskCoverageCurve { get; }

    /// <summary>
    /// The share of errors among the surest rows, averaged over all numbers of them: 0 to 1. It is small where errors
    /// have low probabilities.
    /// </summary>
    public double AreaUnderRiskCoverage { get; }

    /// <summary>
    /// How good the column <c>PredictionSet</c> is, see <see cref="ConformalClassificationEstimator"/>;
    /// <see langword="null"/> where the data has none.
    /// </summary>
    public PredictionSetMetrics? PredictionSets { get; }
}

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>Whether stated probabilities are how often they are right (Guo et al. 2017, arXiv:1706.04599).</summary>
internal static class Reliability
{
    /// <summary>Bins of equal width between 0 and 1; a probability on a border belongs to the lower one.</summary>
    /// <param name="probabilities">[row].</param>
    /// <param name="areRight">[row].</param>
    /// <param name="numberOfBins">At least 1.</param>
    public static ReliabilityBin[] OfEqualWidth(float[] probabilities, bool[] areRight, int numberOfBins)
    {
        ILookup<int, int> rows = Enumerable.Range(0, probabilities.Length).ToLookup(
            i => Math.Clamp((int)Math.Ceiling(probabilities[i] * (double)numberOfBins) - 1, 0, numberOfBins - 1));
        return [.. Enumerable.Range(0, numberOfBins).Select(bin => Bin(
            (double)bin / numberOfBins, (bin + 1.0) / numberOfBins, [.. rows[bin]], probabilities, areRight))];
    }

    /// <summary>
    /// Bins of as equal numbers of rows as possible, in the order of their probabilities; rows of one probability may
    /// be in two of them.
    /// </summary>
    /// <param name="probabilities">[row].</param>
    /// <param name="areRight">[row].</param>
    /// <param name="numberOfBins">At least 1; there are no more bins than rows.</param>
    public static ReliabilityBin[] OfEqualMass(float[] probabilities, bool[] areRight, int numberOfBins)
    {
        int[] order = [.. Enumerable.Range(0, probabilities.Length).OrderBy(i => probabilities[i])];
        int count = Math.Min(numberOfBins, order.Length);
        return
        [
            .. Enumerable.Range(0, count).Select(bin =>
            {
                int[] rows = order[Start(bin)..Start(bin + 1)];
                return Bin(probabilities[rows[0]], probabilities[rows[^1]], rows, probabilities, areRight);
            }),
        ];

        int Start(int bin) => (int)((long)order.Length * bin / count);
    }

    /// <summary>
    /// The expected calibration error: the mean over rows of |accuracy - mean probability| of a row's bin.
    /// </summary>
    public static double Error(IEnumerable<ReliabilityBin> bins)
    {
        double error = 0;
        int total = 0;
        foreach (ReliabilityBin bin in bins.Where(bin => bin.Count > 0))
        {
            error += bin.Count * Math.Abs(bin.Accuracy - bin.MeanProbability);
            total += bin.Count;
        }

        return error / total;
    }

    private static ReliabilityBin Bin(
        double lower, double upper, int[] rows, float[] probabilities, bool[] areRight)
        => new(lower, upper, rows.Length,
            rows.Length == 0 ? double.NaN : rows.Average(i => (double)probabilities[i]),
            rows.Length == 0 ? double.NaN : rows.Average(i => areRight[i] ? 1.0 : 0));
}

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Draws the random kernels of Rocket (Dempster, Petitjean and Webb 2020, arXiv:1910.13051, section 3.1).
/// </summary>
public static class Rocket
{
    private static readonly int[] CandidateLengths = [7, 9, 11];

    /// <summary>Draws kernels. Only the length of the series matters, not their values.</summary>
    /// <param name="referenceLength">
    /// Points of a training series, of the longest when ragged; at least 1. The largest dilation spans it.
    /// </param>
    /// <param name="numberOfChannels">
    /// Channels, at least 1. With several, each kernel sums over a random subset, 2^U(0, log2(min(C,
    /// length) + 1)) of them.
    /// </param>
    /// <param name="settings">Hyperparameters.</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public static RocketModel Fit(int referenceLength, int numberOfChannels, RocketSettings settings, ulong seed)
    {
        Guard.AtLeast(referenceLength, 1);
        Guard.AtLeast(numberOfChannels, 1);
        ArgumentNullException.ThrowIfNull(settings);
        settings.Validate();

        var random = new SeededRandom(seed);
        var kernels = new RocketKernel[settings.NumberOfKernels];
        for (int i = 0; i < kernels.Length; i++)
            kernels[i] = Draw(referenceLength, numberOfChannels, random);
        return new RocketModel(numberOfChannels, kernels, settings.SinglePrecision);
    }

    private static RocketKernel Draw(int referenceLength, int numberOfChannels, SeededRandom random)
    {
        int length = CandidateLengths[random.NextInt32(CandidateLengths.Length)];
        int[] channels = [0];
        if (numberOfChannels > 1)
        {
            double mostChannels = Math.Log2(Math.Min(numberOfChannels, length) + 1);
            channels = new int[(int)Math.Pow(2, random.NextDouble() * mostChannels)];
            random.NextDistinct(numberOfChannels, channels);
        }

        var weights = new double[channels.Length * length];
        for (int channel = 0; channel < channels.Length; channel++)
            DrawCentred(weights.AsSpan(channel * length, length), random);

        double bias = 2 * random.NextDouble() - 1;
        double mostDilation = Math.Max(0, Math.Log2((referenceLength - 1) / (length - 1.0)));
        int dilation = (int)Math.Pow(2, random.NextDouble() * mostDilation);
        int padding = random.NextInt32(2) == 1 ? (length - 1) * dilation / 2 : 0;
        return new RocketKernel
        {
            Length = length,
            Weights = weights,
            Bias = bias,
            Dilation = dilation,
            Padding = padding,
            Channels = channels
        };
    }

    // Normal weights, less their mean.
    private static void DrawCentred(Span<double> weights, SeededRandom random)
    {
        double sum = 0;
        foreach (ref double weight in weights)
            sum += weight = random.NextNormal();
        foreach (ref double weight in weights)
            weight -= sum / weights.Length;
    }
}

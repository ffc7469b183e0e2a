namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// The four features that MultiRocket makes of one convolution output and one bias, in the order of the published code
/// (arXiv:2102.00457, section 3.2).
/// </summary>
internal static class MultiRocketPooling
{
    /// <summary>The number of poolings.</summary>
    public const int Count = 4;

    /// <summary>
    /// Values are summed in float32 over so many positions, and the sums in float64: so the sums are as exact as their
    /// values, and any number of series or kernels can be summed side by side in the same order. The sum of the
    /// positions' numbers, counted from the first, fits 16 bits.
    /// </summary>
    public const int PositionsAtOnce = 256;

    /// <summary>The names of the poolings, in their order.</summary>
    public static readonly string[] Names = ["ppv", "lspv", "mpv", "mipv"];

    /// <summary>PPV: the proportion of positive values, those above the bias.</summary>
    public static float Ppv(int count, int positions) => (float)count / positions;

    /// <summary>
    /// MPV: the mean of positive values; 0 where there is none. As in the published code the bias is added to
    /// them, not subtracted.
    /// </summary>
    public static float Mpv(double sum, int count, float bias) => count > 0 ? (float)(sum / count + bias) : 0;

    /// <summary>MIPV: the mean of indices of positive values; -1 where there is none.</summary>
    public static float Mipv(double sumOfIndices, int count) => count > 0 ? (float)(sumOfIndices / count) : -1;

    /// <summary>Pools an output: the specification.</summary>
    /// <param name="output">[time].</param>
    /// <param name="bias">What positive values exceed.</param>
    public static (float Ppv, float Lspv, float Mpv, float Mipv) Pool(ReadOnlySpan<float> output, float bias)
    {
        int count = 0;
        long sumOfIndices = 0;
        double sum = 0;

        // LSPV, the longest stretch of positive values: the largest distance between two negative values, as published.
        // The ends of the output count as such.
        int lastNegative = 0;
        int longest = 0;
        for (int start = 0; start < output.Length; start += PositionsAtOnce)
        {
            float part = 0;
            for (int t = start; t < Math.Min(start + PositionsAtOnce, output.Length); t++)
            {
                if (output[t] > bias)
                {
                    count++;
                    sumOfIndices += t;
                    part += output[t];
                }
                else if (output[t] < bias)
                {
                    longest = Math.Max(longest, t - lastNegative);
                    lastNegative = t;
                }
            }

            sum += part;
        }

        longest = Math.Max(longest, output.Length - 1 - lastNegative);
        return (Ppv(count, output.Length), longest, Mpv(sum, count, bias), Mipv(sumOfIndices, count));
    }
}

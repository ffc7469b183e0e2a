using System.Numerics;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// The outputs that make a proportion of positive values. The baseline is an all-zero series, whose outputs are all
/// alike. Where those are not positive, each positive output contributes its part; where they are, each output that is
/// not positive takes its part away from the whole.
/// </summary>
internal static class PpvAttribution
{
    /// <summary>Splits a weighted proportion.</summary>
    /// <typeparam name="T">What outputs are summed in.</typeparam>
    /// <param name="outputs">[position].</param>
    /// <param name="bias">What positive outputs exceed.</param>
    /// <param name="flat">The output of a series of zeros.</param>
    /// <param name="weight">Weight of the proportion.</param>
    /// <param name="proportion">The proportion, as the feature has it.</param>
    /// <param name="attributions">[position]: to each its part is added.</param>
    /// <returns>The weighted proportion of a series of zeros.</returns>
    public static double Add<T>(ReadOnlySpan<T> outputs, T bias, T flat, double weight, float proportion,
        Span<double> attributions)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        bool flatIsPositive = flat > bias;
        int unlike = 0;
        foreach (T output in outputs)
            unlike += output > bias != flatIsPositive ? 1 : 0;
        double whole = flatIsPositive ? weight : 0;
        if (unlike == 0)
            return whole;
        double part = (weight * proportion - whole) / unlike;
        for (int t = 0; t < outputs.Length; t++)
            attributions[t] += outputs[t] > bias != flatIsPositive ? part : 0;
        return whole;
    }
}

using System.Numerics;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>Who makes a proportion of positive values: the positive outputs, each to an equal part.</summary>
internal static class PositiveShares
{
    /// <summary>Gives each positive output the same part of a value.</summary>
    /// <typeparam name="T">What outputs are summed in.</typeparam>
    /// <param name="outputs">[position].</param>
    /// <param name="bias">What positive outputs exceed.</param>
    /// <param name="value">A weighted proportion; zero where no output is positive.</param>
    /// <param name="gifts">[position]: to each its part is added.</param>
    public static void Add<T>(ReadOnlySpan<T> outputs, T bias, double value, Span<double> gifts)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        if (value == 0)
            return;
        int positive = 0;
        foreach (T output in outputs)
            positive += output > bias ? 1 : 0;
        double part = value / positive;
        for (int t = 0; t < outputs.Length; t++)
            gifts[t] += outputs[t] > bias ? part : 0;
    }
}

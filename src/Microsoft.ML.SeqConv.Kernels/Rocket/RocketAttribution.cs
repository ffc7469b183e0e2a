using System.Numerics;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Splits a weighted sum of Rocket's features over the points of a series: a PPV is attributed to the outputs whose
/// sign is not that of an all-zero series, a maximum to the first output that has it. The rest is constant: the outputs
/// of an all-zero series are all the kernel's bias.
/// </summary>
internal static class RocketAttribution
{
    /// <summary>See <see cref="SeriesFeaturizer.Attribute"/>.</summary>
    /// <typeparam name="T">What outputs are summed in.</typeparam>
    public static double Apply<T>(RocketModel model, ReadOnlySpan<float> series, ReadOnlySpan<float> features,
        ReadOnlySpan<double> weights, Span<double> contributions)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        int length = series.Length / model.NumberOfChannels;
        T[] output = [];
        double[] attributions = [];
        double constant = 0;
        for (int i = 0; i < model.Kernels.Count; i++)
        {
            RocketKernel kernel = model.Kernels[i];
            (int first, int end) = ScalarRocketWorker<T>.Positions(length, kernel.Span, kernel.Padding);
            if (output.Length < end - first)
            {
                output = new T[end - first];
                attributions = new double[end - first];
            }

            Span<T> outputs = output.AsSpan(0, end - first);
            for (int t = 0; t < outputs.Length; t++)
                outputs[t] = ScalarRocketWorker<T>.Output(kernel, series, length, first + t);
            Span<double> attributed = attributions.AsSpan(0, outputs.Length);
            attributed.Clear();
            T flat = T.CreateTruncating(kernel.Bias);
            (int ppv, int max) = (model.Places[2 * i], model.Places[2 * i + 1]);
            if (ppv >= 0)
                constant += PpvAttribution.Add<T>(outputs, T.Zero, flat, weights[ppv], features[ppv], attributed);
            if (max >= 0)
            {
                double flatMax = weights[max] * float.CreateTruncating(flat);
                attributed[IndexOfMax(outputs)] += weights[max] * features[max] - flatMax;
                constant += flatMax;
            }

            constant += FieldOf(kernel).Distribute(attributed, first, step: 1, series, length, contributions);
        }

        return constant;
    }

    private static int IndexOfMax<T>(ReadOnlySpan<T> outputs)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        int max = 0;
        for (int t = 1; t < outputs.Length; t++)
            max = outputs[t] > outputs[max] ? t : max;
        return max;
    }

    private static ReceptiveField FieldOf(RocketKernel kernel)
        => new([.. Enumerable.Range(0, kernel.Length).Select(tap => (long)tap * kernel.Dilation)],
            kernel.Channels, kernel.Weights);
}

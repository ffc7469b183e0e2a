using System.Numerics;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// The specification of the Rocket transform, summed in <typeparamref name="T"/>. Every other path gives the same bits.
/// </summary>
internal sealed class ScalarRocketWorker<T>(RocketModel model) : FeaturizerWorker
    where T : struct, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public override void Transform(ReadOnlySpan<float> series, Span<float> features)
    {
        int length = LengthOf(series, model.NumberOfChannels);
        for (int i = 0; i < model.Kernels.Count; i++)
        {
            (float ppv, float max) = Apply(model.Kernels[i], series, length);
            (int ppvPlace, int maxPlace) = (model.Places[2 * i], model.Places[2 * i + 1]);
            if (ppvPlace >= 0)
                features[ppvPlace] = ppv;
            if (maxPlace >= 0)
                features[maxPlace] = max;
        }
    }

    /// <summary>
    /// The positions of the first tap: from -padding to before length + padding - span. A series shorter than
    /// the span is padded.
    /// </summary>
    internal static (int First, int End) Positions(int length, int span, int padding)
    {
        if (padding == 0 && length <= span)
            padding = span / 2;
        return (-padding, length + padding - span);
    }

    /// <summary>The output whose first tap is at position t.</summary>
    internal static T Output(RocketKernel kernel, ReadOnlySpan<float> series, int length, int t)
    {
        T sum = T.CreateTruncating(kernel.Bias);
        for (int channel = 0; channel < kernel.Channels.Length; channel++)
        {
            ReadOnlySpan<float> x = series.Slice(kernel.Channels[channel] * length, length);
            for (int tap = 0; tap < kernel.Length; tap++)
            {
                int position = t + tap * kernel.Dilation;
                T value = position >= 0 && position < length ? T.CreateTruncating(x[position]) : T.Zero;
                sum = T.FusedMultiplyAdd(T.CreateTruncating(kernel.Weights[channel * kernel.Length + tap]), value, sum);
            }
        }

        return sum;
    }

    private static (float Ppv, float Max) Apply(RocketKernel kernel, ReadOnlySpan<float> series, int length)
    {
        (int first, int end) = Positions(length, kernel.Span, kernel.Padding);
        int positive = 0;
        T max = T.NegativeInfinity;
        for (int t = first; t < end; t++)
        {
            T sum = Output(kernel, series, length, t);
            positive += sum > T.Zero ? 1 : 0;
            max = sum > max ? sum : max;
        }

        // Adding zero turns -0 into 0, so that no path needs to keep them apart.
        return ((float)positive / (end - first), float.CreateTruncating(max + T.Zero));
    }
}

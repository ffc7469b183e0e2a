namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// The specification of the Hydra transform. Every other path gives the same bits, so the order of the
/// additions is part of it.
/// </summary>
internal sealed class ScalarHydraWorker(HydraModel model) : FeaturizerWorker
{
    /// <summary>
    /// Positions whose largest outputs are summed in float32; the sums of such blocks are added in float64.
    /// </summary>
    internal const int Block = 512;

    /// <summary>Within a block as many sums take turns, position after position: a vector's lanes.</summary>
    internal const int Lanes = 16;

    private readonly float[] _outputs = new float[model.KernelsPerGroup];
    private readonly float[] _laneSums = new float[Lanes * model.KernelsPerGroup];
    private readonly double[] _sums = new double[model.KernelsPerGroup];
    private readonly int[] _counts = new int[model.KernelsPerGroup];
    private readonly float[] _features = new float[2 * model.KernelsPerGroup];      // of a group: [max or min, kernel]
    private float[] _difference = [];
    private float[] _sum = [];

    /// <inheritdoc/>
    public override void Transform(ReadOnlySpan<float> series, Span<float> features)
    {
        int length = LengthOf(series, model.NumberOfChannels);
        if (_difference.Length < series.Length)
        {
            _difference = new float[series.Length];
            _sum = new float[length];
        }

        Span<float> difference = _difference.AsSpan(0, FirstDifference.LengthOf(length) * model.NumberOfChannels);
        FirstDifference.Compute(series, model.NumberOfChannels, difference);

        int kernels = model.KernelsPerGroup;
        for (int group = 0; group < model.GroupNumbers.Length; group++)
        {
            (int dilation, int representation) = Math.DivRem(
                model.GroupNumbers[group] / model.Groups, model.Representations);
            ReadOnlySpan<float> x = SumOfChannels(representation == 0 ? series : difference, model.NumberOfChannels,
                model.ChannelsOf(group), _sum);
            ReadOnlySpan<float> weights = model.Weights.Slice(group * kernels * HydraSettings.KernelLength,
                kernels * HydraSettings.KernelLength);
            Compete(x, weights, model.Dilations[dilation], _features.AsSpan(0, kernels), _features.AsSpan(kernels));
            model.Place(group, _features, features);
        }

        model.Scaling?.Apply(features);
    }

    /// <summary>What the kernels of a group see of a series.</summary>
    /// <param name="series">[channel, time], row-major.</param>
    /// <param name="numberOfChannels">Channels of the series.</param>
    /// <param name="channels">Those that the group sums over.</param>
    /// <param name="buffer">At least [time]; used where there are several channels.</param>
    /// <returns>[time].</returns>
    internal static ReadOnlySpan<float> SumOfChannels(
        ReadOnlySpan<float> series, int numberOfChannels, ReadOnlySpan<int> channels, Span<float> buffer)
    {
        int length = series.Length / numberOfChannels;
        if (numberOfChannels == 1)
            return series;
        Span<float> sum = buffer[..length];
        sum.Clear();
        foreach (int channel in channels)
        {
            for (int t = 0; t < length; t++)
                sum[t] += series[channel * length + t];
        }

        return sum;
    }

    // At each position the kernel of the largest output adds it to its sum, that of the smallest counts one; of equal
    // outputs the first (section 3.1).
    private void Compete(ReadOnlySpan<float> x, ReadOnlySpan<float> weights, int dilation,
        Span<float> largest, Span<float> smallest)
    {
        _sums.AsSpan().Clear();
        _counts.AsSpan().Clear();
        for (int start = 0; start < x.Length; start += Block)
        {
            _laneSums.AsSpan().Clear();
            for (int t = start; t < Math.Min(start + Block, x.Length); t++)
            {
                Convolve(x, t, weights, dilation, _outputs);
                (int max, int min) = Winners(_outputs);
                _laneSums[max * Lanes + t % Lanes] += _outputs[max];
                _counts[min]++;
            }

            AddLanes(_laneSums, _sums);
        }

        for (int kernel = 0; kernel < _sums.Length; kernel++)
        {
            largest[kernel] = (float)_sums[kernel];
            smallest[kernel] = _counts[kernel];
        }
    }

    /// <summary>Ends a block.</summary>
    /// <param name="laneSums">[kernel, lane].</param>
    /// <param name="sums">[kernel].</param>
    internal static void AddLanes(ReadOnlySpan<float> laneSums, Span<double> sums)
    {
        for (int kernel = 0; kernel < sums.Length; kernel++)
        {
            foreach (float lane in laneSums.Slice(kernel * Lanes, Lanes))
                sums[kernel] += lane;
        }
    }

    /// <summary>The kernels of the largest and of the smallest output; of equal ones the first.</summary>
    internal static (int Max, int Min) Winners(ReadOnlySpan<float> outputs)
    {
        int max = 0;
        int min = 0;
        for (int kernel = 1; kernel < outputs.Length; kernel++)
        {
            if (outputs[kernel] > outputs[max])
                max = kernel;
            if (outputs[kernel] < outputs[min])
                min = kernel;
        }

        return (max, min);
    }

    /// <summary>The outputs of a group's kernels at one position.</summary>
    /// <param name="x">[time].</param>
    /// <param name="t">The position.</param>
    /// <param name="weights">[kernel, tap].</param>
    /// <param name="dilation">Points from tap to tap.</param>
    /// <param name="outputs">[kernel].</param>
    internal static void Convolve(
        ReadOnlySpan<float> x, int t, ReadOnlySpan<float> weights, int dilation, Span<float> outputs)
    {
        for (int kernel = 0; kernel < outputs.Length; kernel++)
        {
            float sum = 0;
            for (int tap = 0; tap < HydraSettings.KernelLength; tap++)
            {
                long position = t + (long)(tap - HydraSettings.KernelLength / 2) * dilation;
                float value = position >= 0 && position < x.Length ? x[(int)position] : 0;
                sum = MathF.FusedMultiplyAdd(weights[kernel * HydraSettings.KernelLength + tap], value, sum);
            }

            outputs[kernel] = sum;
        }
    }
}

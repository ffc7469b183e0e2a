namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Splits a weighted sum of Hydra's features over the points of a series. Of a sum of largest outputs each position
/// gives a part in proportion to its output's magnitude, of a count of smallest outputs each gives an equal part. The
/// scaling takes the root of such a feature, which is split in the same proportions; the mean that it subtracts is a
/// constant. Points of the difference stand for the two points of the series that they are between.
/// </summary>
internal static class HydraAttribution
{
    /// <summary>See <see cref="SeriesFeaturizer.Attribute"/>.</summary>
    public static double Apply(HydraModel model, ReadOnlySpan<float> series, ReadOnlySpan<float> features,
        ReadOnlySpan<double> weights, Span<double> contributions)
    {
        int channels = model.NumberOfChannels;
        int length = series.Length / channels;
        int shorter = FirstDifference.LengthOf(length);
        var difference = new float[shorter * channels];
        var ofDifference = new double[difference.Length];
        FirstDifference.Compute(series, channels, difference);

        var outcome = new Outcome(length, model.KernelsPerGroup);
        var sum = new float[length];
        int kernels = model.KernelsPerGroup;
        double constant = 0;
        for (int group = 0; group < model.GroupNumbers.Length; group++)
        {
            (int dilationIndex, int representation) = Math.DivRem(
                model.GroupNumbers[group] / model.Groups, model.Representations);
            int dilation = model.Dilations[dilationIndex];
            ReadOnlySpan<float> ofGroup = representation == 0 ? series : difference;
            ReadOnlySpan<float> x = ScalarHydraWorker.SumOfChannels(ofGroup, channels, model.ChannelsOf(group), sum);
            ReadOnlySpan<float> groupWeights = model.Weights.Slice(group * kernels * HydraSettings.KernelLength,
                kernels * HydraSettings.KernelLength);
            outcome.Compete(x, groupWeights, dilation);
            for (int kernel = 0; kernel < kernels; kernel++)
            {
                (double largest, double smallest) = (0, 0);
                int max = model.Places[2 * group * kernels + kernel];
                int min = model.Places[(2 * group + 1) * kernels + kernel];
                if (max >= 0)
                    constant += Unscale(model.Scaling, max, features, weights, ref largest);
                if (min >= 0)
                    constant += Unscale(model.Scaling, min, features, weights, ref smallest);
                ReadOnlySpan<double> attributions = outcome.Split(kernel, largest, smallest);
                ReceptiveField field = FieldOf(
                    groupWeights.Slice(kernel * HydraSettings.KernelLength, HydraSettings.KernelLength),
                    dilation, model.ChannelsOf(group));
                constant += field.Distribute(attributions, first: 0, step: 1, ofGroup, x.Length,
                    representation == 0 ? contributions : ofDifference);
            }
        }

        FirstDifference.Distribute(ofDifference, channels, contributions);
        return constant;
    }

    // The part of a weighted feature that positions made; returns the constant part, which the scaling adds. A feature
    // of zero is not scaled.
    private static double Unscale(SparseScaling? scaling, int feature, ReadOnlySpan<float> features,
        ReadOnlySpan<double> weights, ref double ofPositions)
    {
        double constant = scaling is null || features[feature] == 0
            ? 0
            : -weights[feature] * scaling.Means[feature] / scaling.Deviations[feature];
        ofPositions = weights[feature] * features[feature] - constant;
        return constant;
    }

    private static ReceptiveField FieldOf(ReadOnlySpan<float> weights, int dilation, ReadOnlySpan<int> channels)
    {
        var offsets = new long[weights.Length];
        var byChannel = new double[channels.Length * weights.Length];
        for (int tap = 0; tap < weights.Length; tap++)
        {
            offsets[tap] = (long)(tap - weights.Length / 2) * dilation;
            for (int channel = 0; channel < channels.Length; channel++)
                byChannel[channel * weights.Length + tap] = weights[tap];
        }

        return new(offsets, channels.ToArray(), byChannel);
    }

    /// <summary>Which kernel of a group won at which position.</summary>
    private sealed class Outcome(int length, int kernels)
    {
        private readonly int[] _largest = new int[length];
        private readonly int[] _smallest = new int[length];
        private readonly double[] _magnitudes = new double[length];      // of the largest outputs
        private readonly double[] _attributions = new double[length];
        private readonly float[] _outputs = new float[kernels];
        private int _length;

        public void Compete(ReadOnlySpan<float> x, ReadOnlySpan<float> weights, int dilation)
        {
            _length = x.Length;
            for (int t = 0; t < x.Length; t++)
            {
                ScalarHydraWorker.Convolve(x, t, weights, dilation, _outputs);
                (_largest[t], _smallest[t]) = ScalarHydraWorker.Winners(_outputs);
                _magnitudes[t] = Math.Abs(_outputs[_largest[t]]);
            }
        }

        /// <summary>Splits the weighted features of a kernel over positions.</summary>
        public ReadOnlySpan<double> Split(int kernel, double largest, double smallest)
        {
            double total = 0;
            int count = 0;
            for (int t = 0; t < _length; t++)
            {
                total += _largest[t] == kernel ? _magnitudes[t] : 0;
                count += _smallest[t] == kernel ? 1 : 0;
            }

            Span<double> attributions = _attributions.AsSpan(0, _length);
            attributions.Clear();
            for (int t = 0; t < attributions.Length; t++)
            {
                if (_largest[t] == kernel && total > 0)
                    attributions[t] += largest * (_magnitudes[t] / total);
                if (_smallest[t] == kernel)
                    attributions[t] += smallest / count;
            }

            return attributions;
        }
    }
}

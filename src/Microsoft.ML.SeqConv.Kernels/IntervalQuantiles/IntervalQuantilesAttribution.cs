namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Splits a weighted sum of QUANT's features over the points of a series.
/// </summary>
/// <remarks>
/// A quantile is a weighted sum of one or two points of its representation, less a mean of all points of the interval:
/// each has that part of it. A normal score is split relative to the score of a series of zeros, over the points that
/// move the quantile towards its sign, in proportion to how much. A point of the smoothed difference stands for the
/// five differences that it is the mean of, and a difference for the two points that it is between. A magnitude of the
/// spectrum is split over the points that add to it, in proportion to x[t] cos(2 pi k t / T + phase).
/// </remarks>
internal sealed class IntervalQuantilesAttribution
{
    private readonly IntervalQuantilesModel _model;
    private readonly IntervalPlan _plan;
    private readonly int _length;
    private readonly float[][] _values;             // [representation][time], of one channel
    private readonly double[][] _attributions;      // the same
    private readonly int[] _order;                  // points of an interval by their values
    private readonly double[] _parts;               // [point of an interval]
    private double _constant;

    public IntervalQuantilesAttribution(IntervalQuantilesModel model, int length)
    {
        _model = model;
        _length = length;
        _plan = model.PlanOf(length);
        _values = [.. _plan.Representations.Select(representation => new float[representation.Points])];
        _attributions = [.. _plan.Representations.Select(representation => new double[representation.Points])];
        _order = new int[length];
        _parts = new double[length];
    }

    /// <summary>See <see cref="SeriesFeaturizer.Attribute"/>.</summary>
    public double Apply(ReadOnlySpan<float> series, ReadOnlySpan<float> features, ReadOnlySpan<double> weights,
        Span<double> contributions)
    {
        var difference = new float[FirstDifference.LengthOf(_length)];
        for (int channel = 0; channel < _model.NumberOfChannels; channel++)
        {
            ReadOnlySpan<float> points = series.Slice(channel * _length, _length);
            FirstDifference.Compute(points, channels: 1, difference);
            points.CopyTo(_values[(int)SeriesRepresentation.Series]);
            SeriesRepresentations.Smooth(difference, _values[(int)SeriesRepresentation.Difference]);
            FirstDifference.Compute(difference, channels: 1, _values[(int)SeriesRepresentation.SecondDifference]);
            SpectrumAttribution? spectrum = null;
            if (_plan.Fourier is not null)
            {
                spectrum = new SpectrumAttribution(points);
                spectrum.Magnitudes(_values[(int)SeriesRepresentation.Spectrum]);
            }

            for (int i = 0; i < _plan.Representations.Length; i++)
            {
                _attributions[i].AsSpan().Clear();
                SplitFeatures(i, channel, features, weights);
            }

            Span<double> ofChannel = contributions.Slice(channel * _length, _length);
            Gather(ofChannel);
            if (spectrum is not null)
                _constant += spectrum.Distribute(_attributions[(int)SeriesRepresentation.Spectrum], ofChannel);
        }

        return _constant;
    }

    private void SplitFeatures(int representation, int channel, ReadOnlySpan<float> features,
        ReadOnlySpan<double> weights)
    {
        float[] values = _values[representation];
        foreach (PlannedInterval interval in _plan.Representations[representation].Intervals)
        {
            if (!interval.NeededChannels[channel])
                continue;
            int points = interval.End - interval.Start;
            Span<int> order = _order.AsSpan(0, points);
            for (int i = 0; i < points; i++)
                order[i] = interval.Start + i;
            values.AsSpan(interval.Start, points).ToArray().AsSpan().Sort(order);
            for (int quantile = 0; quantile < interval.Ranks.Count; quantile++)
            {
                int feature = _model.Selection.IndexOf(interval.First + channel * interval.Ranks.Count + quantile);
                if (feature >= 0)
                    Split(representation, interval, order, quantile, feature, features[feature], weights[feature]);
            }
        }
    }

    private void Split(int representation, PlannedInterval interval, ReadOnlySpan<int> order, int quantile,
        int feature, float value, double weight)
    {
        Span<double> parts = _parts.AsSpan(0, order.Length);
        double raw = Parts(_values[representation], interval, order, quantile, parts);
        double ofPoints = weight * value;
        if (_model.Scores is not null)
        {
            double ofZeros = weight * _model.Scores.ScoreOf(feature, 0);
            _constant += ofZeros;
            ofPoints -= ofZeros;
            raw = KeepTowards(raw, parts);
        }
        else
        {
            // What is lost to the rounding of a feature comes from no point.
            _constant += ofPoints - weight * raw;
            ofPoints = weight * raw;
        }

        if (raw == 0)
        {
            _constant += ofPoints;
            return;
        }

        double[] attributions = _attributions[representation];
        for (int i = 0; i < parts.Length; i++)
            attributions[interval.Start + i] += ofPoints * (parts[i] / raw);
    }

    // What each point of an interval adds to a quantile; returns the sum.
    private static double Parts(float[] values, PlannedInterval interval, ReadOnlySpan<int> order, int quantile,
        Span<double> parts)
    {
        QuantileRanks ranks = interval.Ranks;
        double upper = ranks.Weights[quantile];
        upper = upper < 0 ? 1 + upper : upper;
        for (int i = 0; i < parts.Length; i++)
        {
            bool isCentred = QuantileRanks.IsCentred(quantile);
            parts[i] = isCentred ? -values[interval.Start + i] / (double)parts.Length : 0;
        }

        int below = order[ranks.Lower[quantile]];
        int above = order[ranks.Upper[quantile]];
        parts[below - interval.Start] += (1 - upper) * values[below];
        parts[above - interval.Start] += upper * values[above];
        double sum = 0;
        foreach (double part in parts)
            sum += part;
        return sum;
    }

    // Points that move a sum the other way get no part; returns the sum of what is left.
    private static double KeepTowards(double sum, Span<double> parts)
    {
        double kept = 0;
        foreach (ref double part in parts)
        {
            part = sum < 0 ? Math.Min(part, 0) : Math.Max(part, 0);
            kept += part;
        }

        return kept;
    }

    // From representations to the points of the series.
    private void Gather(Span<double> contributions)
    {
        double[] ofSeries = _attributions[(int)SeriesRepresentation.Series];
        for (int t = 0; t < contributions.Length; t++)
            contributions[t] += ofSeries[t];

        double[] smoothed = _attributions[(int)SeriesRepresentation.Difference];
        var difference = new double[smoothed.Length];
        for (int t = 0; t < smoothed.Length; t++)
        {
            int reach = SeriesRepresentations.SmoothedPoints / 2;
            for (int offset = -reach; offset <= reach; offset++)
                difference[Math.Clamp(t + offset, 0, smoothed.Length - 1)] +=
                    smoothed[t] / SeriesRepresentations.SmoothedPoints;
        }

        FirstDifference.Distribute(_attributions[(int)SeriesRepresentation.SecondDifference], channels: 1, difference);
        FirstDifference.Distribute(difference, channels: 1, contributions);
    }
}

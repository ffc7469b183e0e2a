namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Splits a weighted sum of the features of dilated shapelets over the points of a series, against a series of zeros.
/// Of the smallest distance each point of the closest window gets what it adds to it, |w - v|, less |v|, what a zero
/// would add. Zeros have no position, so how far the closest window lies from the middle of the series is split evenly
/// over the points of that window. Of the count each window gets one where it is below the threshold and a window of
/// zeros would not be, minus one where it is the other way round, split evenly over its points. Where the range of
/// training limits a feature, of the series or of zeros, its parts shrink in proportion.
/// </summary>
/// <param name="model">Gives the features.</param>
/// <param name="length">Points a channel of the series.</param>
internal sealed class DilatedShapeletsAttribution(DilatedShapeletsModel model, int length)
{
    private readonly float[] _window = new float[model.ShapeletLength];
    private readonly float[] _zeros = new float[model.NumberOfChannels];
    private readonly List<int> _counted = [];

    /// <summary>See <see cref="SeriesFeaturizer.Attribute"/>.</summary>
    public static double Apply(DilatedShapeletsModel model, ReadOnlySpan<float> series, ReadOnlySpan<double> weights,
        Span<double> contributions)
    {
        var attribution = new DilatedShapeletsAttribution(model, series.Length / model.NumberOfChannels);
        double constant = 0;
        for (int i = 0; i < model.Shapelets.Length; i++)
            constant += attribution.Split(i, series, weights, contributions);
        return constant;
    }

    private double Split(
        int index, ReadOnlySpan<float> series, ReadOnlySpan<double> weights, Span<double> contributions)
    {
        DilatedShapelet shapelet = model.Shapelets[index];
        ReadOnlySpan<float> values = model.ValuesOf(shapelet);
        float ofZeros = Distance(_zeros, shapelet, values, 0);      // one point a channel: a window of zeros
        bool zerosCount = ofZeros < shapelet.Threshold;
        double ofMinimum = WeightOf(ShapeletFeature.Minimum, weights);
        double ofPosition = WeightOf(ShapeletFeature.Position, weights);
        double ofCount = WeightOf(ShapeletFeature.Count, weights);
        int windows = model.NumberOfWindows(shapelet.Dilation, length);
        float minimum = float.PositiveInfinity;
        int position = 0;
        _counted.Clear();
        for (int p = 0; p < windows; p++)
        {
            float distance = Distance(series, shapelet, values, p);
            if (distance < minimum)
                (minimum, position) = (distance, p);
            if (distance < shapelet.Threshold != zerosCount)
                _counted.Add(p);
        }

        Limited counts = Limit(index, ShapeletFeature.Count, zerosCount ? windows - _counted.Count : _counted.Count,
            zerosCount ? windows : 0);
        foreach (int p in _counted)
            SplitEvenly(shapelet, p, zerosCount ? -ofCount * counts.Share : ofCount * counts.Share, contributions);
        Limited positions = Limit(index, ShapeletFeature.Position, position, (windows - 1) / 2.0);
        SplitEvenly(shapelet, position, ofPosition * positions.Difference, contributions);
        Limited minima = Limit(index, ShapeletFeature.Minimum, minimum, ofZeros);
        SplitMinimum(series, shapelet, position, ofMinimum, minima, contributions);
        return ofMinimum * minima.OfZeros + ofPosition * positions.OfZeros + ofCount * counts.OfZeros;

        double WeightOf(ShapeletFeature feature, ReadOnlySpan<double> weights)
            => model.PlaceOf(index, feature) is int place and >= 0 ? weights[place] : 0;
    }

    private Limited Limit(int shapelet, ShapeletFeature feature, double value, double ofZeros)
    {
        int place = model.PlaceOf(shapelet, feature);
        if (model.Range is null || place < 0)
            return new(ofZeros, value - ofZeros, 1);
        double limited = model.Range.Limit(place, ofZeros);
        double difference = model.Range.Limit(place, value) - limited;
        return new(limited, difference, value == ofZeros ? 1 : difference / (value - ofZeros));
    }

    private float Distance(
        ReadOnlySpan<float> series, DilatedShapelet shapelet, ReadOnlySpan<float> values, int position)
        => ScalarDilatedShapeletsWorker.Distance(
            series, model.NumberOfChannels, shapelet, values, position, _window);

    private void SplitMinimum(ReadOnlySpan<float> series, DilatedShapelet shapelet, int position, double weight,
        Limited minimum, Span<double> contributions)
    {
        ReadOnlySpan<float> values = model.ValuesOf(shapelet);
        double added = 0;
        for (int c = 0; c < shapelet.Channels.Length; c++)
        {
            int channel = shapelet.Channels[c];
            ScalarDilatedShapeletsWorker.Window(series.Slice(channel * length, length), position, shapelet.Dilation,
                shapelet.IsNormalized, _window);
            for (int j = 0; j < _window.Length; j++)
            {
                double value = values[c * _window.Length + j];
                double more = (Math.Abs(_window[j] - value) - Math.Abs(value)) * minimum.Share;
                contributions[PointOf(channel, shapelet, position, j)] += weight * more;
                added += more;
            }
        }

        // What rounding to single precision has made of the sum.
        SplitEvenly(shapelet, position, weight * (minimum.Difference - added), contributions);
    }

    private void SplitEvenly(
        DilatedShapelet shapelet, int position, double attribution, Span<double> contributions)
    {
        double part = attribution / (shapelet.Channels.Length * model.ShapeletLength);
        foreach (int channel in shapelet.Channels)
        {
            for (int j = 0; j < model.ShapeletLength; j++)
                contributions[PointOf(channel, shapelet, position, j)] += part;
        }
    }

    private int PointOf(int channel, DilatedShapelet shapelet, int position, int j)
        => channel * length + (int)Math.Min(position + j * (long)shapelet.Dilation, length - 1);

    /// <summary>A feature within the range of training.</summary>
    /// <param name="OfZeros">Its value of zeros.</param>
    /// <param name="Difference">Its value of the series, less that.</param>
    /// <param name="Share">What the range leaves of the difference, 0 to 1.</param>
    private readonly record struct Limited(double OfZeros, double Difference, double Share);
}

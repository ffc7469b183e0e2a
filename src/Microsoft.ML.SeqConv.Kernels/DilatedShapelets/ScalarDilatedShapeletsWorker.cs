namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// The specification of the transform by dilated shapelets. Every other path gives the same bits, so the order of the
/// additions is part of it.
/// </summary>
internal sealed class ScalarDilatedShapeletsWorker(DilatedShapeletsModel model) : FeaturizerWorker
{
    /// <summary>A window that spreads no more is centred only.</summary>
    internal const float LeastSpread = 1e-7f;

    private readonly float[] _window = new float[model.ShapeletLength];

    /// <inheritdoc/>
    public override void Transform(ReadOnlySpan<float> series, Span<float> features)
    {
        LengthOf(series, model.NumberOfChannels);
        DilatedShapeletsModel.CheckValues(series);
        for (int shapelet = 0; shapelet < model.Shapelets.Length; shapelet++)
            model.Place(shapelet, Match(series, model.Shapelets[shapelet]), features);
        model.Range?.Limit(features);
    }

    /// <summary>Slides a shapelet over a series.</summary>
    /// <param name="series">[channel, time], row-major.</param>
    /// <param name="shapelet">One of the model's.</param>
    public ShapeletMatch Match(ReadOnlySpan<float> series, DilatedShapelet shapelet)
    {
        int windows = model.NumberOfWindows(shapelet.Dilation, series.Length / model.NumberOfChannels);
        float minimum = float.PositiveInfinity;
        int position = 0;
        int count = 0;
        for (int p = 0; p < windows; p++)
        {
            float distance = Distance(
                series, model.NumberOfChannels, shapelet, model.ValuesOf(shapelet), p, _window);

            // Of equal distances the first wins, and one that equals the threshold does not count.
            if (distance < minimum)
                (minimum, position) = (distance, p);
            if (distance < shapelet.Threshold)
                count++;
        }

        return new(minimum, position, count);
    }

    /// <summary>The distance of a shapelet from one window: sum |w - v|, channel by channel.</summary>
    /// <param name="series">[channel, time], row-major.</param>
    /// <param name="channels">Channels of the series.</param>
    /// <param name="shapelet">The shapelet.</param>
    /// <param name="values">[one of its channels, point]: its values.</param>
    /// <param name="position">The first point of the window.</param>
    /// <param name="window">Scratch: [point].</param>
    public static float Distance(ReadOnlySpan<float> series, int channels, DilatedShapelet shapelet,
        ReadOnlySpan<float> values, int position, Span<float> window)
    {
        int length = series.Length / channels;
        float sum = 0;
        for (int c = 0; c < shapelet.Channels.Length; c++)
        {
            ReadOnlySpan<float> x = series.Slice(shapelet.Channels[c] * length, length);
            Window(x, position, shapelet.Dilation, shapelet.IsNormalized, window);
            for (int j = 0; j < window.Length; j++)
                sum += Math.Abs(window[j] - values[c * window.Length + j]);
        }

        return sum;
    }

    /// <summary>A window of a channel. Beyond its end the last point continues.</summary>
    /// <param name="x">[time].</param>
    /// <param name="position">The first point.</param>
    /// <param name="dilation">Points from one point of the window to the next.</param>
    /// <param name="normalize">Whether it is z-normalised.</param>
    /// <param name="window">[point], to be filled.</param>
    public static void Window(
        ReadOnlySpan<float> x, int position, int dilation, bool normalize, Span<float> window)
    {
        for (int j = 0; j < window.Length; j++)
            window[j] = x[(int)Math.Min(position + j * (long)dilation, x.Length - 1)];
        if (normalize)
            Normalize(window);
    }

    // (w - mean) / spread, the spread being the population standard deviation; a window that hardly spreads is only
    // centred (section 3.1). Differences from the first point keep the digits of series far from zero.
    private static void Normalize(Span<float> window)
    {
        float first = window[0];
        float sum = 0;
        foreach (ref float value in window)
        {
            value -= first;
            sum += value;
        }

        float mean = sum / window.Length;
        float squares = 0;
        foreach (ref float value in window)
        {
            value -= mean;
            squares += value * value;
        }

        float spread = MathF.Sqrt(squares / window.Length);
        float scale = spread > LeastSpread ? 1 / spread : 1;
        foreach (ref float value in window)
            value *= scale;
    }
}

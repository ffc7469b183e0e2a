using ScottPlot;

namespace Microsoft.ML.SeqConv.Samples.Explain;

/// <summary>
/// Draws each channel of a series over bars of what its points contribute: blue for the class, red against it.
/// </summary>
internal static class ExplanationPlot
{
    private const int Width = 1200;
    private const int HeightOfOne = 420;
    private const int HeightOfMany = 260;

    private static readonly Color For = Color.FromHex("#2b6cb0");
    private static readonly Color Against = Color.FromHex("#c53030");

    public static void Save(float[] series, SeriesExplanation explanation, string title, string path)
    {
        int channels = explanation.NumberOfChannels;
        var figure = new Multiplot();
        figure.AddPlots(channels);
        figure.Layout = new ScottPlot.MultiplotLayouts.Grid(channels, 1);
        double largest = explanation.Contributions.Cast<double>().Max(Math.Abs);
        for (int channel = 0; channel < channels; channel++)
        {
            Plot plot = figure.GetPlot(channel);
            double[] points = [.. series.AsSpan(channel * explanation.Length, explanation.Length).ToArray()
                .Select(value => (double)value)];
            Draw(plot, points, explanation, channel, largest, withLegend: channel == 0);
            plot.Title(channels == 1 ? title : channel == 0 ? $"{title} (channel 0)" : $"channel {channel}", size: 16);
        }

        figure.SavePng(path, Width, (channels == 1 ? HeightOfOne : HeightOfMany) * channels);
    }

    private static void Draw(
        Plot plot, double[] points, SeriesExplanation explanation, int channel, double largest, bool withLegend)
    {
        Bar[] own = [.. Enumerable.Range(0, explanation.Length).Select(t => new Bar
        {
            Position = t,
            Value = explanation.Contributions[channel, t],
            Size = 1,
            FillColor = (explanation.Contributions[channel, t] >= 0 ? For : Against).WithAlpha(0.55),
            LineWidth = 0,
        })];
        var bars = plot.Add.Bars(own);
        bars.Axes.YAxis = plot.Axes.Right;
        plot.Axes.Right.Label.Text = "contribution";
        plot.Axes.SetLimitsY(-1.15 * largest, 1.15 * largest, plot.Axes.Right);

        var line = plot.Add.Signal(points);
        line.Color = Colors.Black;
        line.LineWidth = 2;
        plot.Axes.SetLimitsX(-1, points.Length);
        plot.XLabel("time (points)");
        plot.YLabel("value");
        if (!withLegend)
            return;

        // Room for the legend above the series.
        double[] present = [.. points.Where(double.IsFinite)];
        double range = present.Max() - present.Min();
        if (range > 0)
            plot.Axes.SetLimitsY(present.Min() - 0.05 * range, present.Max() + 0.3 * range);
        plot.Legend.Orientation = Orientation.Horizontal;
        string what = explanation.ClassName is { } name ? $"'{name}'" : "a higher value";
        plot.ShowLegend(
        [
            new LegendItem { LabelText = "series", LineColor = Colors.Black, LineWidth = 2 },
            new LegendItem { LabelText = $"for {what}", FillColor = For.WithAlpha(0.55), LineWidth = 0 },
            new LegendItem { LabelText = $"against {what}", FillColor = Against.WithAlpha(0.55), LineWidth = 0 },
        ], Alignment.UpperLeft);
    }
}

using ScottPlot;

namespace Microsoft.ML.SeqConv.Samples.Trust;

/// <summary>Draws reliability, in bins of equal numbers of rows, beside the accuracy of the surest rows.</summary>
internal static class TrustPlot
{
    private const int Width = 1200;
    private const int Height = 520;

    private static readonly Color Measured = Color.FromHex("#2b6cb0");
    private static readonly Color Ideal = Color.FromHex("#718096");

    public static void Save(TrustMetrics metrics, string path)
    {
        var figure = new Multiplot();
        figure.AddPlots(2);
        figure.Layout = new ScottPlot.MultiplotLayouts.Grid(1, 2);
        DrawReliability(figure.GetPlot(0), metrics);
        DrawRiskCoverage(figure.GetPlot(1), metrics);
        figure.SavePng(path, Width, Height);
    }

    private static void DrawReliability(Plot plot, TrustMetrics metrics)
    {
        ReliabilityBin[] bins = [.. metrics.ReliabilityBinsOfEqualMass];
        double least = Math.Min(bins.Min(bin => bin.MeanProbability), bins.Min(bin => bin.Accuracy));
        double from = Math.Max(0, Math.Floor(least * 10) / 10);
        var ideal = plot.Add.Line(from, from, 1, 1);
        ideal.LineColor = Ideal;
        ideal.LinePattern = LinePattern.Dashed;
        ideal.LegendText = "stated = observed";
        double[] stated = [.. bins.Select(bin => bin.MeanProbability)];
        double[] observed = [.. bins.Select(bin => bin.Accuracy)];
        var points = plot.Add.Scatter(stated, observed, Measured);
        points.LineWidth = 2;
        points.MarkerSize = 9;
        points.LegendText = $"{bins.Length} bins of {metrics.NumberOfRows / bins.Length} rows or one more";
        plot.Title($"reliability, calibration error {metrics.ExpectedCalibrationErrorOfEqualMass:F3}", size: 16);
        plot.XLabel("stated probability");
        plot.YLabel("accuracy");
        double margin = 0.03 * (1 - from);
        plot.Axes.SetLimits(from - margin, 1 + margin, from - margin, 1 + margin);
        plot.ShowLegend(Alignment.UpperLeft);
    }

    private static void DrawRiskCoverage(Plot plot, TrustMetrics metrics)
    {
        RiskCoveragePoint[] curve = [.. metrics.RiskCoverageCurve];
        double[] shares = [.. curve.Select(point => point.AnsweredShare)];
        double[] accuracies = [.. curve.Select(point => point.Accuracy)];
        var line = plot.Add.Scatter(shares, accuracies, Measured);
        line.LineWidth = 2;
        line.MarkerSize = 0;
        line.LegendText = "the surest";
        var all = plot.Add.HorizontalLine(metrics.Accuracy, color: Ideal, pattern: LinePattern.Dashed);
        all.LegendText = $"all: {metrics.Accuracy:F3}";
        plot.Title("accuracy of the series that are answered", size: 16);
        plot.XLabel("share of the series that are answered");
        plot.YLabel("accuracy");
        double least = Math.Min(metrics.Accuracy, curve.Min(point => point.Accuracy));
        double margin = Math.Max(0.005, 0.1 * (1 - least));
        plot.Axes.SetLimits(0, 1.02, least - margin, 1 + margin);
        plot.ShowLegend(Alignment.LowerLeft);
    }
}

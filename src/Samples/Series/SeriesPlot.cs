using ScottPlot;

namespace Microsoft.ML.SeqConv.Samples.Series;

/// <summary>
/// Draws series with their predictions, three in a row: a green title is a right prediction, a red one is wrong.
/// </summary>
internal static class SeriesPlot
{
    private const int Columns = 3;
    private const int CellWidth = 420;
    private const int CellHeight = 260;

    public static void Save(IReadOnlyList<PredictedSeries> predictions, string path)
    {
        int rows = (predictions.Count + Columns - 1) / Columns;
        var figure = new Multiplot();
        figure.AddPlots(predictions.Count);
        figure.Layout = new ScottPlot.MultiplotLayouts.Grid(rows, Math.Min(Columns, predictions.Count));
        for (int i = 0; i < predictions.Count; i++)
            Draw(figure.GetPlot(i), predictions[i]);
        figure.SavePng(path, CellWidth * Math.Min(Columns, predictions.Count), CellHeight * rows);
    }

    private static void Draw(Plot plot, PredictedSeries prediction)
    {
        foreach (float[] channel in prediction.Channels)
        {
            var line = plot.Add.Signal(channel);
            line.LineWidth = 1.5f;
        }

        plot.Title(prediction.Description, size: 14);
        plot.Axes.Title.Label.ForeColor = prediction.IsRight switch
        {
            true => Colors.DarkGreen,
            false => Colors.DarkRed,
            null => Colors.Black,
        };
        plot.XLabel("time (points)");
    }
}

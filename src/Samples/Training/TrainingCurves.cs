using Microsoft.ML.Data;
using ScottPlot;

namespace Microsoft.ML.SeqConv.Samples.Training;

/// <summary>
/// Draws how training went: the loss above, the metric below, one line a network; a dot marks the epoch whose
/// weights were kept.
/// </summary>
internal static class TrainingCurves
{
    private const int Width = 900;
    private const int Height = 700;

    private static readonly Color Training = Colors.SteelBlue;
    private static readonly Color Validation = Colors.DarkOrange;

    public static IReadOnlyList<TrainingHistory> HistoriesOf(ITransformer model) => model switch
    {
        SeriesNetworkTransformer series => series.Histories,
        TextCnnTransformer text => [text.History],
        CldnnTransformer audio => [audio.History],
        VdcnnTransformer text => [text.History],
        IEnumerable<ITransformer> chain => [.. chain.SelectMany(HistoriesOf)],
        _ => [],
    };

    public static void Save(IReadOnlyList<TrainingHistory> histories, string metric, string path)
    {
        var figure = new Multiplot();
        figure.AddPlots(2);
        figure.Layout = new ScottPlot.MultiplotLayouts.Grid(2, 1);
        Draw(figure.GetPlot(0), histories, "loss", epoch => epoch.Loss, epoch => epoch.ValidationLoss);
        Draw(figure.GetPlot(1), histories, metric, epoch => epoch.Metric, epoch => epoch.ValidationMetric);
        figure.SavePng(path, Width, Height);
    }

    private static void Draw(Plot plot, IReadOnlyList<TrainingHistory> histories, string name,
        Func<TrainingEpoch, double> training, Func<TrainingEpoch, double> validation)
    {
        for (int i = 0; i < histories.Count; i++)
        {
            AddLine(plot, histories[i], training, Training, i == 0 ? "training" : "");
            if (histories[i].Epochs.Any(epoch => double.IsFinite(validation(epoch))))
                AddLine(plot, histories[i], validation, Validation, i == 0 ? "validation" : "");
        }

        plot.YLabel(name);
        plot.XLabel("epoch");
        plot.ShowLegend(Alignment.MiddleRight);
    }

    private static void AddLine(
        Plot plot, TrainingHistory history, Func<TrainingEpoch, double> value, Color color, string legend)
    {
        var line = plot.Add.ScatterLine(history.Epochs.Select(epoch => (double)epoch.Epoch).ToArray(),
            history.Epochs.Select(value).ToArray(), color);
        line.LineWidth = 1.5f;
        line.LegendText = legend;
        plot.Add.Marker(history.BestEpoch, value(history.Epochs[history.BestEpoch - 1]),
            MarkerShape.FilledCircle, 7, color);
    }
}

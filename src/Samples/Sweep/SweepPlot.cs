using ScottPlot;

namespace Microsoft.ML.SeqConv.Samples.Sweep;

/// <summary>
/// Draws a sweep: every trial by when it ended, the best so far as steps, and the first trial as a dashed line.
/// </summary>
internal static class SweepPlot
{
    public static void Save(SweepLeaderBoard board, string path)
    {
        var plot = new Plot();
        var trials = new List<(SweepTrial Trial, double At)>();
        double seconds = 0;
        foreach (SweepTrial trial in board.Trials)
        {
            seconds += trial.Seconds;
            if (trial.HasSucceeded)
                trials.Add((trial, seconds));
        }

        foreach ((double least, double most, Color color, string name) in new[]
        {
            (0, 0.2, Colors.LightSteelBlue, "a ninth of the resource"), (0.2, 0.9, Colors.SteelBlue, "a third"), (0.9,
                1.1, Colors.DarkOrange, "all of it"),
        })
        {
            (SweepTrial Trial, double At)[] rung = [.. trials.Where(
                trial => trial.Trial.Fraction > least && trial.Trial.Fraction <= most)];
            if (rung.Length == 0)
                continue;
            var points = plot.Add.ScatterPoints(rung.Select(trial => trial.At).ToArray(),
                rung.Select(trial => trial.Trial.Mean).ToArray(), color);
            points.MarkerSize = 7;
            points.LegendText = name;
        }

        var best = plot.Add.ScatterLine(trials.Select(trial => trial.At).ToArray(),
            BestSoFar(board, trials), Colors.Black);
        best.ConnectStyle = ConnectStyle.StepHorizontal;
        best.LegendText = "best so far";
        if (board.Baseline.HasSucceeded)
        {
            var baseline = plot.Add.HorizontalLine(board.Baseline.Mean, 1, Colors.Gray, LinePattern.Dashed);
            baseline.LegendText = $"{board.Baseline.Candidate} as it comes";
        }

        (double bottom, double top) = Range(trials);
        plot.Axes.SetLimits(0, 1.02 * seconds, bottom, top);
        int outside = trials.Count(trial => trial.Trial.Mean < bottom || trial.Trial.Mean > top);
        if (outside > 0)
            plot.Title($"{outside} of {trials.Count} trials lie outside", size: 14);
        plot.XLabel("seconds");
        plot.YLabel($"{board.Metric}, cross-validated");
        plot.ShowLegend(Edge.Bottom);
        plot.SavePng(path, 900, 500);
    }

    // A few hopeless trials would press all others into a line: whole trials are shown, and of the
    // others all but a tenth.
    private static (double Bottom, double Top) Range(List<(SweepTrial Trial, double At)> trials)
    {
        double[] all = [.. trials.Select(trial => trial.Trial.Mean).Order()];
        double[] shown = [.. trials.Where(trial => trial.Trial.Fraction == 1).Select(trial => trial.Trial.Mean),
            all[all.Length / 20], all[all.Length - 1 - all.Length / 20]];
        double margin = Math.Max(0.05 * (shown.Max() - shown.Min()), 1e-3);
        return (shown.Min() - margin, shown.Max() + margin);
    }

    private static double[] BestSoFar(SweepLeaderBoard board, List<(SweepTrial Trial, double At)> trials)
    {
        var soFar = new SweepLeaderBoard(board.Metric);
        var best = new double[trials.Count];
        for (int i = 0; i < best.Length; i++)
        {
            soFar.Add(trials[i].Trial);
            best[i] = soFar.Best!.Mean;
        }

        return best;
    }
}

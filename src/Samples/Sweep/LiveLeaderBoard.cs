using System.Globalization;
using Spectre.Console;

namespace Microsoft.ML.SeqConv.Samples.Sweep;

/// <summary>
/// Draws the best trials while a sweep runs; where the output goes to a file or a pipe, writes them once at its end.
/// </summary>
internal static class LiveLeaderBoard
{
    private const int Shown = 10;

    public static SequenceSweepResult Show(SequenceSweepOptions options, Func<SequenceSweepResult> sweep)
    {
        SequenceSweepResult? result = null;
        if (!AnsiConsole.Profile.Out.IsTerminal)
        {
            result = sweep();
            result.LeaderBoard.WriteTable(Console.Out, Shown);
            return result;
        }

        AnsiConsole.Live(new Text("The first trial runs.")).Start(display =>
        {
            options.OnTrial = board => display.UpdateTarget(Draw(board, options));
            result = sweep();
        });
        return result!;
    }

    private static Table Draw(SweepLeaderBoard board, SequenceSweepOptions options)
    {
        string budget = options.NumberOfTrials is int trials ? $" of {trials}" : "";
        var table = new Table { Title = new TableTitle($"{board.Trials.Count}{budget} trials, the best first") };
        table.AddColumns("trial", $"{board.Metric}", "+-", "s", "resource", "candidate");
        foreach (SweepTrial trial in board.Ranking.Take(Shown))
        {
            table.AddRow(
                trial.Number.ToString(CultureInfo.InvariantCulture), trial.Mean.ToString("F4",
                    CultureInfo.InvariantCulture), trial.StandardDeviation.ToString("F4", CultureInfo.InvariantCulture),
                trial.Seconds.ToString("F2", CultureInfo.InvariantCulture),
                trial.Fraction.ToString("P0", CultureInfo.InvariantCulture), Markup.Escape(trial.Candidate));
        }

        if (board.Trials.FirstOrDefault(trial => !trial.HasSucceeded) is { } failed)
            table.Caption = new TableTitle(Markup.Escape($"{board.Trials.Count(trial => !trial.HasSucceeded)} failed; "
                + $"trial {failed.Number}, {failed.Candidate}: {failed.Failure}"));
        return table;
    }
}

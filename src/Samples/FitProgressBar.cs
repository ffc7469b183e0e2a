using System.Globalization;
using Spectre.Console;

namespace Microsoft.ML.SeqConv.Samples;

/// <summary>Draws the progress of a fit while it runs: one bar a stage.</summary>
internal static class FitProgressBar
{
    public static T Show<T>(MLContext context, Func<T> fit) => AnsiConsole.Progress()
        .AutoClear(false)
        .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(),
            new PercentageColumn(), new ElapsedTimeColumn())
        .Start(display =>
        {
            ProgressTask? task = null;
            using (context.OnFitProgress(progress => task = Update(display, task, progress)))
            {
                T result = fit();
                Finish(task);
                return result;
            }
        });

    private static ProgressTask Update(ProgressContext display, ProgressTask? task, FitProgress progress)
    {
        string title = $"{progress.Component}: {progress.Stage}";
        if (task is null || !task.Description.StartsWith(title, StringComparison.Ordinal))
        {
            Finish(task);
            task = display.AddTask(title, maxValue: 1);
        }

        task.Description = title + Metrics(progress);
        if (progress.Total is double total && total > 0)
            task.Value = progress.Done / total;
        else
            task.IsIndeterminate = true;
        return task;
    }

    // What the last epoch reached, without what it does not have.
    private static string Metrics(FitProgress progress)
        => string.Concat((progress.Metrics ?? []).Where(metric => double.IsFinite(metric.Value))
            .Select(metric => string.Create(CultureInfo.InvariantCulture, $", {metric.Key} {metric.Value:G3}")));

    private static void Finish(ProgressTask? task)
    {
        if (task is null)
            return;
        task.IsIndeterminate = false;
        task.Value = task.MaxValue;
        task.StopTask();
    }
}

using Spectre.Console;

namespace Microsoft.ML.SeqConv.Samples;

/// <summary>Draws the progress of a fit while it runs: one bar a stage.</summary>
internal static class FitProgressBar
{
    public static T Show<T>(MLContext context, Func<T> fit) => AnsiConsole.Progress()
        .AutoClear(false)
        .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
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
        if (task is null || task.Description != title)
        {
            Finish(task);
            task = display.AddTask(title, maxValue: 1);
        }

        if (progress.Total is double total && total > 0)
            task.Value = progress.Done / total;
        else
            task.IsIndeterminate = true;
        return task;
    }

    private static void Finish(ProgressTask? task)
    {
        if (task is null)
            return;
        task.IsIndeterminate = false;
        task.Value = task.MaxValue;
        task.StopTask();
    }
}

using System.Diagnostics;
using Xunit;

namespace Microsoft.ML.SeqConv.Kernels.Tests.Linear;

public class RidgeProgressTests
{
    private static readonly RidgeSample Large = RidgeSample.Draw(seed: 11, examples: 900, columns: 2000, targets: 1);

    [Fact]
    public void Progress_rises_to_one_on_the_calling_thread()
    {
        var reports = new List<(double Fraction, int Thread)>();
        Large.Solve(progress: new Callback(fraction => reports.Add((fraction, Environment.CurrentManagedThreadId))));
        Assert.All(reports, report => Assert.Equal(Environment.CurrentManagedThreadId, report.Thread));
        Assert.Equal(reports.Select(r => r.Fraction).Order(), reports.Select(r => r.Fraction));
        Assert.True(reports.Count > 3, $"{reports.Count} reports");
        Assert.Equal(1, reports[^1].Fraction);
    }

    [Fact]
    public void An_exception_of_the_callback_ends_the_work() =>
        Assert.Throws<InvalidTimeZoneException>(
            () => Large.Solve(progress: new Callback(_ => throw new InvalidTimeZoneException())));

    [Fact]
    public void Cancellation_midway_ends_the_work_soon()
    {
        using var source = new CancellationTokenSource();
        long cancelled = 0;
        var progress = new Callback(fraction =>
        {
            if (fraction < 0.3 || cancelled != 0)
                return;
            cancelled = Stopwatch.GetTimestamp();
            source.Cancel();
        });
        Assert.ThrowsAny<OperationCanceledException>(() => Large.Solve(progress: progress, cancellation: source.Token));
        // A tenth of a second where the machine is idle; test machines seldom are.
        Assert.InRange(Stopwatch.GetElapsedTime(cancelled), TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    private sealed class Callback(Action<double> report) : IProgress<double>
    {
        public void Report(double value) => report(value);
    }
}

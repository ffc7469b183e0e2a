using System.Globalization;
using Microsoft.ML.AutoML;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Writes a line for each trial of an experiment over series, and the leader board when the lead changes.
/// </summary>
public sealed class LeaderBoardMonitor : IMonitor
{
    private readonly TextWriter _writer;
    private readonly int _shown;

    /// <summary>Makes a monitor.</summary>
    /// <param name="writer">Is written to, for example the console's output.</param>
    /// <param name="metric">What the experiment compares by.</param>
    /// <param name="shown">Lines of the leader board.</param>
    public LeaderBoardMonitor(TextWriter writer, SweepMetric metric = SweepMetric.Accuracy, int shown = 5)
    {
        ArgumentNullException.ThrowIfNull(writer);
        _writer = writer;
        _shown = shown;
        LeaderBoard = new SweepLeaderBoard(metric);
    }

    /// <summary>The trials so far.</summary>
    public SweepLeaderBoard LeaderBoard { get; }

    /// <inheritdoc/>
    public void ReportRunningTrial(TrialSettings settings)
    {
    }

    /// <inheritdoc/>
    public void ReportCompletedTrial(TrialResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        SweepTrial trial = (result as SequenceTrialResult)?.Trial ?? new SweepTrial
        {
            Candidate = "pipeline",
            FoldMetrics = [result.Metric],
            Seconds = result.DurationInMilliseconds / 1000,
        };
        LeaderBoard.Add(trial.Numbered(LeaderBoard.Trials.Count + 1));
        _writer.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"trial {LeaderBoard.Trials.Count}: {trial.Candidate}, {LeaderBoard.Metric} {trial.Mean:F4} in "
            + $"{trial.Seconds:F2} s; best {LeaderBoard.Best!.Mean:F4}"));
    }

    /// <inheritdoc/>
    public void ReportBestTrial(TrialResult result) => LeaderBoard.WriteTable(_writer, _shown);

    /// <inheritdoc/>
    public void ReportFailTrial(TrialSettings settings, Exception? exception = null)
    {
        string failure = exception?.GetBaseException().Message ?? "no cause was given";
        LeaderBoard.Add(new SweepTrial
        {
            Number = LeaderBoard.Trials.Count + 1,
            Candidate = "pipeline",
            Failure = failure,
        });
        _writer.WriteLine($"trial {LeaderBoard.Trials.Count} failed: {failure}");
    }
}

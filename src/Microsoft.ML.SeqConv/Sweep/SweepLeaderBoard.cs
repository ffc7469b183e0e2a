using System.Globalization;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// The trials of a sweep, and which is the best. The best of many cross-validated means is optimistic: among equally
/// good pipelines the luckiest leads. Only rows that the sweep did not see tell how good it is.
/// </summary>
public sealed class SweepLeaderBoard
{
    private readonly List<SweepTrial> _trials = [];

    /// <summary>Makes an empty board.</summary>
    /// <param name="metric">What trials are compared by.</param>
    public SweepLeaderBoard(SweepMetric metric) => Metric = metric;

    /// <summary>What trials are compared by.</summary>
    public SweepMetric Metric { get; }

    /// <summary>All trials, in the order in which they ran.</summary>
    public IReadOnlyList<SweepTrial> Trials => _trials;

    /// <summary>
    /// The first trial: the first candidate at the values that it starts from, by default MiniRocket +
    /// ridge as they come.
    /// </summary>
    /// <exception cref="InvalidOperationException">No trial has run.</exception>
    public SweepTrial Baseline
        => _trials.Count > 0 ? _trials[0] : throw new InvalidOperationException("No trial has run.");

    /// <summary>
    /// Trials that succeeded, the best first: whole ones, then those with a share of the resource, which only choose
    /// what is tried whole. Of equal ones that of the lower number.
    /// </summary>
    public IReadOnlyList<SweepTrial> Ranking => [.. Rank(_trials).OrderBy(trial => trial.Fraction < 1)];

    /// <summary>The best trial; <see langword="null"/> where none has succeeded.</summary>
    public SweepTrial? Best => Ranking.Count > 0 ? Ranking[0] : null;

    /// <summary>Adds a trial.</summary>
    /// <param name="trial">The trial.</param>
    public void Add(SweepTrial trial) => _trials.Add(trial);

    /// <summary>Writes the best trials as text, one a line, and how many failed.</summary>
    /// <param name="writer">Is written to.</param>
    /// <param name="maxTrials">The most lines of trials.</param>
    public void WriteTable(TextWriter writer, int maxTrials = 10)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteLine($"{"trial",5}  {Metric,-20}  {"+-",8}  {"s",7}  {"resource",8}  candidate");
        foreach (SweepTrial trial in Ranking.Take(maxTrials))
        {
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{trial.Number,5}  {trial.Mean,-20:F4}  {trial.StandardDeviation,8:F4}  {trial.Seconds,7:F2}  "
                + $"{trial.Fraction,8:P0}  {trial.Candidate}: {trial.Parameters}"));
        }

        SweepTrial[] failed = [.. _trials.Where(trial => !trial.HasSucceeded)];
        if (failed.Length > 0)
            writer.WriteLine($"{failed.Length} of {_trials.Count} trials failed; the first, {failed[0].Number}, "
                + $"{failed[0].Candidate}: {failed[0].Failure}");
    }

    /// <summary>Writes every trial as a line of CSV, with a header, in the order in which they ran.</summary>
    /// <param name="writer">Is written to.</param>
    public void WriteCsv(TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteLine("trial,candidate,share,mean,deviation,seconds,failure,parameters");
        foreach (SweepTrial trial in _trials)
        {
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{trial.Number},{Quoted(trial.Candidate)},{trial.Fraction:R},{trial.Mean:R},"
                + $"{trial.StandardDeviation:R},"
                + $"{trial.Seconds:F3},{Quoted(trial.Failure ?? "")},{Quoted(trial.Parameters.ToString())}"));
        }
    }

    internal IEnumerable<SweepTrial> Rank(IEnumerable<SweepTrial> trials)
        => trials.Where(trial => trial.HasSucceeded)
            .OrderBy(trial => SweepTask.MoreIsBetter(Metric) ? -trial.Mean : trial.Mean).ThenBy(trial => trial.Number);

    private static string Quoted(string text)
        => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal).ReplaceLineEndings(" ")}\"";
}

using Microsoft.ML.SeqConv.Kernels;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.Sweep;

public class SweepSearchTests
{
    [Theory]
    [InlineData(1000, 9, 3)]
    [InlineData(13, 9, 3)]
    [InlineData(12, 8, 3)]
    [InlineData(3, 1, 3)]
    [InlineData(2, 1, 1)]
    public void A_bracket_fits_the_budget(int left, int width, int rungs)
    {
        (int actual, double[] shares) = SuccessiveHalving.Bracket(left);
        Assert.Equal((width, rungs), (actual, shares.Length));
    }

    [Fact]
    public void Halving_gives_the_best_third_more_of_the_resource()
    {
        // The rate alone decides.
        SweepLeaderBoard board = Run(Halving, Candidate(1), trials: 14);
        Assert.Equal(14, board.Trials.Count);
        Assert.Equal([1, .. Enumerable.Repeat(1.0 / 9, 9), .. Enumerable.Repeat(1.0 / 3, 3), 1],
            board.Trials.Select(trial => trial.Fraction));
        Assert.All(board.Trials, trial => Assert.Equal(Math.Max(10, Math.Round(trial.Fraction * Drawn(board, trial))),
            trial.Parameters.Get<int>("epochs")));
        double[] first = [.. board.Trials.Skip(1).Take(9).Select(trial => trial.Mean).OrderDescending()];
        Assert.Equal(first[..3], board.Trials.Skip(10).Take(3).Select(trial => trial.Mean).OrderDescending());
        Assert.Equal(first[0], board.Trials[13].Mean);

        // What the trial has with all of the resource: the baseline's start, or the last trial of the same rate.
        static double Drawn(SweepLeaderBoard board, SweepTrial trial)
            => board.Trials.Last(other => other.Mean.Equals(trial.Mean)) is var last && last.Fraction == 1
                ? last.Parameters.Get<int>("epochs")
                : trial.Parameters.Get<int>("epochs") / trial.Fraction;
    }

    [Theory]
    [InlineData(900, 1.0 / 9)]
    [InlineData(11, 1.0 / 9)]
    [InlineData(10, 1)]         // the least: there is no less to begin with, and the trial is not run again
    public void A_trial_with_the_least_of_the_resource_is_whole(int epochs, double share)
        => Assert.Equal(share, new SweepPlan(Candidate(1)[0], new SweepParameters(
            new Dictionary<string, object> { ["rate"] = 0.5, ["epochs"] = epochs }), 1.0 / 9).Given);

    [Fact]
    public void Every_candidate_starts_at_its_start_the_cheapest_first_and_no_trial_is_run_twice()
    {
        SweepCandidate[] candidates = [.. Candidate(5), .. Candidate(3), .. Candidate(1)];
        SweepLeaderBoard board = Run(Random, candidates, trials: 30);
        Assert.Equal(["cost 5", "cost 1", "cost 3"], board.Trials.Take(3).Select(trial => trial.Candidate));
        Assert.All(board.Trials.Take(3), trial => Assert.Equal(0.5, trial.Parameters.Get<double>("rate")));
        Assert.Equal(30, board.Trials.Select(trial => $"{trial.Candidate} {trial.Parameters}").Distinct().Count());
    }

    [Fact]
    public void A_space_that_is_used_up_ends_the_search()
    {
        var candidate = new SweepCandidate("few",
            new SweepSpace(SweepDimension.Choice("rate", 0.5, 0.25, 0.5)), (_, _) => null!);
        Assert.Equal(2, Run(Random, [candidate], trials: 30).Trials.Count);
        Assert.Equal(2, Run(Halving, [candidate], trials: 30).Trials.Count);
    }

    [Fact]
    public void A_trial_that_is_not_given_back_is_named()
    {
        ITrialSource source = Halving(new SweepDraws(Candidate(1), 1), trials: 14);
        Assert.NotNull(source.Next(null));
        Assert.Equal("A trial is missing: the plan before was not tried.",
            Assert.Throws<InvalidOperationException>(() => source.Next(null)).Message);
    }

    [Fact]
    public void The_board_ranks_by_the_metric_and_tells_failures()
    {
        var board = new SweepLeaderBoard(SweepMetric.LogLoss);
        Assert.Equal("No trial has run.", Assert.Throws<InvalidOperationException>(() => board.Baseline).Message);
        board.Add(Trial(1, "a", [0.3, 0.5], seconds: 1));
        board.Add(Trial(2, "b", [], seconds: 1, failure: "It \"broke\"."));
        board.Add(Trial(3, "c", [0.1, 0.3], seconds: 2, fraction: 1.0 / 9));
        board.Add(Trial(4, "d", [0.2, 0.2], seconds: 2));
        // 3 has a share of its resource alone
        Assert.Equal([4, 1, 3], board.Ranking.Select(trial => trial.Number));
        Assert.Equal(4, board.Best!.Number);
        Assert.Equal(Math.Sqrt(0.02), board.Trials[0].StandardDeviation, 12);
        var text = new StringWriter();
        board.WriteTable(text, maxTrials: 2);
        string[] lines = text.ToString().ReplaceLineEndings("\n").Trim().Split('\n');
        Assert.Equal(
            ["trial  LogLoss                     +-        s  resource  candidate",
                "4  0.2000                  0.0000     2.00     100 %  d: rate 0.5", "    1  0.4000                  "
                    + "0.1414     1.00     100 %  a: rate 0.5", "1 of 4 trials failed; the first, 2, b: It \"broke\"."],
            [lines[0], lines[1].TrimStart(), lines[2], lines[3]]);
        var csv = new StringWriter();
        board.WriteCsv(csv);
        Assert.Contains("2,\"b\",1,NaN,NaN,1.000,\"It \"\"broke\"\".\",\"rate 0.5\"",
            csv.ToString(), StringComparison.Ordinal);
        Assert.Equal(5, csv.ToString().Trim().Split('\n').Length);
    }

    private static SweepCandidate[] Candidate(double cost) =>
        [new($"cost {cost}", new SweepSpace(SweepDimension.Range("rate", 0.0, 1.0, 0.5),
            SweepDimension.Range("epochs", 10, 1000, 900)), (_, _) => null!)
        {
            Cost = cost,
            Resource = "epochs"
        }];

    private static SweepTrial Trial(int number, string candidate, double[] metrics, double seconds,
        double fraction = 1, string? failure = null) => new()
        {
            Number = number,
            Candidate = candidate,
            Parameters = new SweepParameters(new Dictionary<string, object> { ["rate"] = 0.5 }),
            FoldMetrics = metrics,
            Seconds = seconds,
            Fraction = fraction,
            Failure = failure,
        };

    private static ITrialSource Halving(SweepDraws draws, int trials)
        => new SuccessiveHalving(draws, trials, new SweepLeaderBoard(SweepMetric.Accuracy).Rank);

    private static ITrialSource Random(SweepDraws draws, int trials) => new RandomSearch(draws);

    private static SweepLeaderBoard Run(
        Func<SweepDraws, int, ITrialSource> search, IEnumerable<SweepCandidate> candidates, int trials)
    {
        var board = new SweepLeaderBoard(SweepMetric.Accuracy);
        ITrialSource source = search(new SweepDraws([.. candidates], 1), trials);
        SweepTrial? last = null;
        while (board.Trials.Count < trials && source.Next(last) is { } plan)
        {
            last = new SweepTrial
            {
                Number = board.Trials.Count + 1,
                Candidate = plan.Candidate.Name,
                Parameters = plan.Parameters,
                Fraction = plan.Given,
                FoldMetrics = [plan.Parameters.Get<double>("rate")],
            };
            board.Add(last);
        }

        return board;
    }
}

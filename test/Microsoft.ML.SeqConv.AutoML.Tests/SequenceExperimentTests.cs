using Microsoft.ML.AutoML;
using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.TestKit;
using Xunit;

namespace Microsoft.ML.SeqConv.AutoMLTests;

public class SequenceExperimentTests
{
    private readonly MLContext _context = new(1);

    private IDataView Data => SineWaves.View(_context, SineWaves.Make(30, 40), 40);

    [Fact]
    public async Task An_experiment_tries_the_cheapest_first_draws_the_leader_board_and_fits_all_rows()
    {
        var text = new StringWriter();
        var monitor = new LeaderBoardMonitor(text);
        TrialResult best = await _context.Auto().CreateSequenceClassificationExperiment(Data,
            new SequenceSweepOptions { NumberOfTrials = 8, NumberOfFolds = 3 }, monitor).RunAsync();
        Assert.Equal(["MiniRocket + ridge", "IntervalQuantiles + ridge", "Hydra + ridge", "MiniRocket + logistic"],
            monitor.LeaderBoard.Trials.Take(4).Select(trial => trial.Candidate));
        Assert.Equal(8, monitor.LeaderBoard.Trials.Count);
        Assert.Equal(best.Metric, monitor.LeaderBoard.Best!.Mean);
        Assert.Contains("trial 8: ", text.ToString(), StringComparison.Ordinal);
        Assert.Contains("candidate", text.ToString(), StringComparison.Ordinal);
        IDataView scored = best.Model.Transform(SineWaves.View(_context, SineWaves.Make(30, 40, seed: 2), 40));
        Assert.InRange(_context.MulticlassClassification.Evaluate(scored).MicroAccuracy, 0.8, 1);
        Assert.Subset(new HashSet<string> { "c0", "c1", "c2" }, scored.GetColumn<string>("PredictedLabel").ToHashSet());
        var saved = new MemoryStream();
        _context.Model.Save(best.Model, Data.Schema, saved);
        Assert.NotEqual(0, saved.Length);
    }

    [Fact]
    public async Task The_first_trial_is_that_of_the_sweep_that_needs_no_package()
    {
        var options = new SequenceSweepOptions { NumberOfTrials = 1 };
        var result = (SequenceTrialResult)await _context.Auto()
            .CreateSequenceClassificationExperiment(Data, options).RunAsync();
        Assert.Equal(_context.Model.SweepSequenceClassifier(Data, options).Best.FoldMetrics, result.Trial.FoldMetrics);
    }

    [Fact]
    public async Task Regression_is_minimised()
    {
        var monitor = new LeaderBoardMonitor(TextWriter.Null, SweepMetric.RootMeanSquaredError);
        TrialResult best = await _context.Auto().CreateSequenceRegressionExperiment(Data,
            new SequenceSweepOptions { NumberOfTrials = 7, NumberOfFolds = 3 }, monitor, "Target").RunAsync();
        Assert.Equal(monitor.LeaderBoard.Trials.Min(trial => trial.Mean), best.Metric);
        Assert.InRange(_context.Regression.Evaluate(best.Model.Transform(Data), "Target").RSquared, 0.5, 1);
    }

    [Fact]
    public async Task A_cancelled_experiment_keeps_the_best_so_far()
    {
        using var cancellation = new CancellationTokenSource();
        var options = new SequenceSweepOptions { NumberOfTrials = 100, NumberOfFolds = 3 };
        options.OnTrial = board =>
        {
            if (board.Trials.Count == 2)
                cancellation.Cancel();
        };
        TrialResult best = await _context.Auto().CreateSequenceClassificationExperiment(Data, options)
            .RunAsync(cancellation.Token);
        Assert.NotNull(best.Model.Transform(Data).GetColumn<string>("PredictedLabel").First());
        Assert.InRange(((SequenceTrialResult)best).Trial.Number, 1, 2);
    }

    [Fact]
    public async Task Time_ends_an_experiment()
    {
        var options = new SequenceSweepOptions { NumberOfTrials = null, MaxSeconds = 10, NumberOfFolds = 3 };
        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        TrialResult best = await _context.Auto().CreateSequenceClassificationExperiment(Data, options).RunAsync();
        Assert.NotNull(best.Model);
        Assert.InRange(System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalSeconds, 5, 60);
    }

    [Fact]
    public async Task A_failing_pipeline_shows_its_cause()
    {
        var options = new SequenceSweepOptions
        {
            NumberOfTrials = 3,
            Candidates = [new("broken", new SweepSpace(), (_, _) => throw new NotSupportedException("It cannot."))]
        };
        var monitor = new LeaderBoardMonitor(TextWriter.Null);
        Assert.Equal("It cannot.", (await Assert.ThrowsAsync<NotSupportedException>(
            () => _context.Auto().CreateSequenceClassificationExperiment(Data, options, monitor).RunAsync())).Message);
        Assert.Equal("It cannot.", monitor.LeaderBoard.Trials[0].Failure);
    }

    [Theory]
    [InlineData(SweepMetric.RSquared, 5, "The metric RSquared is for regression, and this sweep is of a classifier; "
        + "choose Accuracy, MacroAccuracy, LogLoss.")]
    [InlineData(null, 0, "NumberOfTrials is 0; a sweep needs a budget of at least 1 trial.")]
    public void Bad_options_are_reported(SweepMetric? metric, int trials, string message) => Assert.StartsWith(
        message,
        Assert.ThrowsAny<ArgumentException>(() => _context.Auto().CreateSequenceClassificationExperiment(Data,
            new SequenceSweepOptions { Metric = metric, NumberOfTrials = trials })).Message, StringComparison.Ordinal);

    [Fact]
    public void AutoML_alone_runs_the_pipelines_and_estimators_too()
    {
        AutoCatalog auto = _context.Auto();
        SweepablePipeline[] pipelines =
        [
            _context.Transforms.Conversion.MapValueToKey("Label").Append(auto.SequenceClassification()),
            _context.Transforms.Conversion.MapValueToKey("Label")
                .Append(auto.SweepableMiniRocket("Features", "Series"),
                    auto.SweepableHydra("Features", "Series")).Append(auto.SweepableRidge()),
        ];
        foreach (SweepablePipeline pipeline in pipelines)
        {
            TrialResult result = auto.CreateExperiment().SetPipeline(pipeline)
                .SetDataset(Data, fold: 3).SetMaxModelToExplore(4)
                .SetMulticlassClassificationMetric(MulticlassClassificationMetric.MicroAccuracy, "Label").Run();
            Assert.InRange(result.Metric, 0.5, 1);
        }
    }

    [Theory]
    [InlineData(SequenceTask.Classification)]
    [InlineData(SequenceTask.Regression)]
    public void The_ensemble_is_swept(SequenceTask task)
    {
        AutoCatalog auto = _context.Auto();
        SweepableEstimator ensemble = auto.SweepableSequenceEnsemble(
            task == SequenceTask.Regression ? "Target" : "Label", task: task,
            configure: options => (options.MultiRocketFeatures, options.Shapelets) = (672, 50));
        Assert.Contains(nameof(SequenceEnsembleOptions.Preset), ensemble.SearchSpace.Keys);
        AutoMLExperiment experiment = auto.CreateExperiment()
            .SetPipeline(_context.Transforms.Conversion.MapValueToKey("Label").Append(ensemble))
            .SetDataset(Data, fold: 2).SetMaxModelToExplore(3);
        experiment = task == SequenceTask.Regression
            ? experiment.SetRegressionMetric(RegressionMetric.RSquared, "Target")
            : experiment.SetMulticlassClassificationMetric(MulticlassClassificationMetric.MicroAccuracy, "Label");
        Assert.InRange(experiment.Run().Metric, 0.8, 1);
    }

    [Fact]
    public void Networks_are_swept()
    {
        AutoCatalog auto = _context.Auto();
        SweepablePipeline pipeline = _context.Transforms.Conversion.MapValueToKey("Label").Append(
            auto.SweepableInceptionTime(searchSpace: Small(),
                configure: options => (options.NumberOfNetworks, options.Depth, options.NumberOfFilters) = (1, 3, 8)),
            auto.SweepableTextCnn(
                searchSpace: Small(),
                configure: options => (options.Dimension, options.NumberOfFilters) = (16, 8)));
        TrialResult result = auto.CreateExperiment().SetPipeline(pipeline)
            .SetDataset(Data, fold: 2).SetMaxModelToExplore(3)
            .SetMulticlassClassificationMetric(MulticlassClassificationMetric.MicroAccuracy, "Label").Run();
        Assert.InRange(result.Metric, 0, 1);
        Assert.NotNull(result.Model);

        static SearchSpace.SearchSpace Small()
            => new() { { "NumberOfEpochs", new SearchSpace.Option.UniformIntOption(1, 3) } };
    }

    [Theory]
    [InlineData("tsc/ArrowHead/ArrowHead_TRAIN.ts")]
    [InlineData("tsc/ECG200/ECG200_TRAIN.ts")]
    public async Task Experiments_on_public_sets_beat_their_first_trial(string file)
    {
        IDataView train = _context.Data.LoadFromTsFile(Folders.Data(file));
        IDataView test = _context.Data.LoadFromTsFile(
            Folders.Data(file.Replace("TRAIN", "TEST", StringComparison.Ordinal)));
        var monitor = new LeaderBoardMonitor(TextWriter.Null);
        TrialResult best = await _context.Auto().CreateSequenceClassificationExperiment(train,
            new SequenceSweepOptions { NumberOfTrials = 60 }, monitor).RunAsync();
        double accuracy = _context.MulticlassClassification.Evaluate(best.Model.Transform(test)).MicroAccuracy;
        SweepTrial leader = monitor.LeaderBoard.Best!;
        TestContext.Current.TestOutputHelper?.WriteLine(FormattableString.Invariant(
            $"{file}: {monitor.LeaderBoard.Trials.Count} trials, {leader.Candidate} {leader.Mean:F4} (first trial ")
            + FormattableString.Invariant(
                $"{monitor.LeaderBoard.Baseline.Mean:F4}), test accuracy {accuracy:F4}; {leader.Parameters}"));
        Assert.Equal(leader.Mean, best.Metric);
        Assert.True(leader.Mean > monitor.LeaderBoard.Baseline.Mean,
            $"best {leader.Mean}, default {monitor.LeaderBoard.Baseline.Mean}");
        Assert.InRange(accuracy, 0.7, 1);
    }
}

using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.TestKit;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.Sweep;

public class SequenceSweepTests
{
    private readonly MLContext _context = new(1);

    private IDataView Data => SineWaves.View(_context, SineWaves.Make(30, 40), 40);

    [Fact]
    public void A_classifier_is_found_the_same_for_a_seed_and_its_model_scores_the_data_as_it_was_given()
    {
        SequenceSweepResult first = _context.Model.SweepSequenceClassifier(Data, Few(trials: 16));
        SequenceSweepResult second = _context.Model.SweepSequenceClassifier(Data, Few(trials: 16));
        Assert.Equal(16, first.LeaderBoard.Trials.Count);
        Assert.Equal("MiniRocket + ridge", first.LeaderBoard.Baseline.Candidate);
        Assert.Equal((10_000, 1.0), (first.LeaderBoard.Baseline.Parameters.Get<int>("MiniRocket.NumberOfFeatures"),
            first.LeaderBoard.Baseline.Fraction));
        Assert.All(first.LeaderBoard.Trials, trial => Assert.Null(trial.Failure));
        Assert.All(first.LeaderBoard.Trials.Zip(second.LeaderBoard.Trials), pair => Assert.Equal(
            (pair.First.Candidate, pair.First.Parameters.ToString(), pair.First.Mean), (pair.Second.Candidate,
                pair.Second.Parameters.ToString(), pair.Second.Mean)));
        Assert.True(first.Best.Mean >= first.LeaderBoard.Baseline.Mean);
        Assert.False(first.WasCancelled);

        IDataView test = first.Model.Transform(SineWaves.View(_context, SineWaves.Make(30, 40, seed: 2), 40));
        Assert.InRange(_context.MulticlassClassification.Evaluate(test).MicroAccuracy, 0.8, 1);
        Assert.Subset(new HashSet<string> { "c0", "c1", "c2" }, test.GetColumn<string>("PredictedLabel").ToHashSet());
        Assert.Equal(test.GetColumn<float[]>("Score").SelectMany(s => s),
            second.Model.Transform(SineWaves.View(_context, SineWaves.Make(30, 40, seed: 2), 40))
                .GetColumn<float[]>("Score").SelectMany(s => s));
    }

    [Fact]
    public void The_first_trial_is_what_the_default_pipeline_reaches_on_the_same_folds()
    {
        SequenceSweepResult result = _context.Model.SweepSequenceClassifier(Data, Few(trials: 1));
        SweepData data = SweepData.Prepare(SweepTask.Classification, Data, "Label", "Series", 3, 1, 1);
        double[] byHand = [.. data.Folds.Select(fold =>
        {
            var context = new MLContext(1);
            ITransformer model = context.Transforms.MiniRocket("Features", "Series")
                .Append(context.MulticlassClassification.Trainers.Ridge()).Fit(fold.Train);
            return context.MulticlassClassification.Evaluate(model.Transform(fold.Test)).MicroAccuracy;
        })];
        Assert.Equal(byHand, result.Best.FoldMetrics);
    }

    [Fact]
    public void A_regressor_is_found()
    {
        SequenceSweepOptions options = Few(trials: 9);
        options.Search = SweepSearch.Random;
        SequenceSweepResult result = _context.Model.SweepSequenceRegressor(Data, options, labelColumnName: "Target");
        Assert.Equal(SweepMetric.RootMeanSquaredError, result.LeaderBoard.Metric);
        Assert.Equal(["MiniRocket + ridge", "IntervalQuantiles + ridge", "Hydra + ridge", "DilatedShapelets + ridge",
            "MultiRocket + ridge", "ensemble", "Hydra-MultiRocket + ridge", "Rocket + ridge"],
            result.LeaderBoard.Trials.Take(8).Select(trial => trial.Candidate));
        Assert.True(result.Best.Mean <= result.LeaderBoard.Baseline.Mean);
        RegressionMetrics metrics = _context.Regression.Evaluate(result.Model.Transform(Data), "Target");
        Assert.InRange(metrics.RSquared, 0.5, 1);
    }

    [Theory]
    [InlineData("Label")]
    [InlineData("Flag")]
    [InlineData("Target")]
    public void The_ensemble_is_a_candidate_of_every_task_and_its_preset_is_searched(string label)
    {
        bool isNumber = label == "Target";
        SequenceSweepOptions options = Few(trials: 3);
        options.Search = SweepSearch.Random;
        options.Candidates = [.. (isNumber
            ? SequenceCandidates.ForRegression(label)
            : SequenceCandidates.ForClassification(label)).Where(candidate => candidate.Name == "ensemble")];
        SequenceSweepResult result = isNumber
            ? _context.Model.SweepSequenceRegressor(Data, options, labelColumnName: label)
            : _context.Model.SweepSequenceClassifier(Data, options, labelColumnName: label);
        Assert.Equal(SequenceEnsemblePreset.Default,
            result.LeaderBoard.Baseline.Parameters.Get<SequenceEnsemblePreset>("Ensemble.Preset"));
        Assert.All(result.LeaderBoard.Trials, trial => Assert.Null(trial.Failure));
        IDataView scored = result.Model.Transform(
            SineWaves.View(_context, SineWaves.Make(30, 40, seed: 2), 40));
        Assert.InRange(isNumber
            ? _context.Regression.Evaluate(scored, label).RSquared
            : _context.MulticlassClassification.Evaluate(scored, label).MicroAccuracy, 0.8, 1);
    }

    [Fact]
    public void Labels_of_other_types_and_keys_are_learned()
    {
        SequenceSweepResult flags = _context.Model.SweepSequenceClassifier(Data,
            Few(trials: 1), labelColumnName: "Flag");
        Assert.Contains(true, flags.Model.Transform(Data).GetColumn<bool>("PredictedLabel"));
        IDataView keyed = _context.Transforms.Conversion.MapValueToKey("Label").Fit(Data).Transform(Data);
        SequenceSweepResult keys = _context.Model.SweepSequenceClassifier(keyed, Few(trials: 1));
        Assert.IsType<KeyDataViewType>(keys.Model.Transform(keyed).Schema["PredictedLabel"].Type);
    }

    [Fact]
    public void Candidates_of_ones_own_are_swept_and_what_fails_is_reported()
    {
        var options = Few(trials: 4);
        options.Search = SweepSearch.Random;
        options.Candidates =
        [
            new("broken", new SweepSpace(), (_, _) => throw new NotSupportedException("It cannot.")) { Cost = 2 },
            new("own", new SweepSpace(SweepDimension.Range("kernels", 50, 500, 100, logarithmic: true)),
                (context, parameters) => context.Transforms.Rocket("Features", "Series", parameters.Get<int>("kernels"))
                    .Append(context.MulticlassClassification.Trainers.Ridge())),
        ];
        SequenceSweepResult result = _context.Model.SweepSequenceClassifier(Data, options);
        Assert.Equal("It cannot.", result.LeaderBoard.Baseline.Failure);
        Assert.Equal(["broken", "own", "own", "own"], result.LeaderBoard.Trials.Select(trial => trial.Candidate));
        Assert.Equal(100, result.LeaderBoard.Trials[1].Parameters.Get<int>("kernels"));
        Assert.Equal("own", result.Best.Candidate);
        Assert.NotNull(result.PipelineOf(result.LeaderBoard.Trials[2]).Fit(Data));
        SweepTrial foreign = result.Best.Numbered(99);
        Assert.StartsWith("Trial 99, own, is of another sweep. Take one of this result's LeaderBoard.",
            Assert.Throws<ArgumentException>(() => result.PipelineOf(foreign)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_every_trial_fails_the_first_cause_is_shown()
    {
        var options = new SequenceSweepOptions
        {
            NumberOfTrials = 3,
            Candidates = [new("broken", new SweepSpace(SweepDimension.Range("x", 0.0, 1.0, 0.5)), (_, parameters) =>
                throw new NotSupportedException($"It cannot do {parameters.Get<double>("x") == 0.5}."))],
        };
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(
            () => _context.Model.SweepSequenceClassifier(Data, options));
        Assert.Equal("All 3 trials failed. The first, broken with x 0.5: It cannot do True.", error.Message);
        Assert.IsType<NotSupportedException>(error.InnerException);
        options.NumberOfTrials = null;
        options.MaxSeconds = 1000;
        Assert.StartsWith("All 10 trials failed.",
            Assert.Throws<InvalidOperationException>(() => _context.Model.SweepSequenceClassifier(Data, options))
                .Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cancelled_sweep_keeps_the_best_so_far()
    {
        using var cancellation = new CancellationTokenSource();
        SequenceSweepOptions options = Few(trials: 100);
        options.OnTrial = board =>
        {
            if (board.Trials.Count == 3)
                cancellation.Cancel();
        };
        SequenceSweepResult result = _context.Model.SweepSequenceClassifier(Data, options,
            cancellation: cancellation.Token);
        Assert.True(result.WasCancelled);
        Assert.Equal(3, result.LeaderBoard.Trials.Count);
        Assert.NotNull(result.Model.Transform(Data).GetColumn<string>("PredictedLabel").First());

        using var early = new CancellationTokenSource();
        early.Cancel();
        Assert.Throws<OperationCanceledException>(
            () => _context.Model.SweepSequenceClassifier(Data, Few(trials: 2), cancellation: early.Token));
    }

    [Fact]
    public void A_cancelled_context_ends_a_sweep_within_a_trial()
    {
        using var cancellation = new CancellationTokenSource();
        var context = new MLContext(1);
        using IDisposable cancelling = context.CancelOn(cancellation.Token);
        int built = 0;
        SequenceSweepOptions options = Few(trials: 100);
        options.Candidates = [new("own",
            new SweepSpace(SweepDimension.Range("kernels", 50, 500, 100)), (trial, parameters) =>
            {
                if (++built == 5)       // the second fold of the second trial
                    cancellation.Cancel();
                return trial.Transforms.Rocket("Features", "Series", parameters.Get<int>("kernels"))
                    .Append(trial.MulticlassClassification.Trainers.Ridge());
            })];
        SequenceSweepResult result = context.Model.SweepSequenceClassifier(Data, options);
        Assert.True(result.WasCancelled);
        Assert.Single(result.LeaderBoard.Trials);
        Assert.Equal(6, built);     // and the last fit
    }

    [Fact]
    public void Time_ends_a_sweep_but_not_before_its_first_trial()
    {
        SequenceSweepOptions options = Few(trials: 1000);
        options.NumberOfTrials = null;
        options.MaxSeconds = 1e-3;
        SequenceSweepResult result = _context.Model.SweepSequenceClassifier(Data, options);
        Assert.Single(result.LeaderBoard.Trials);
        Assert.False(result.WasCancelled);
    }

    [Fact]
    public void Progress_is_told_in_trials()
    {
        var done = new List<double>();
        using IDisposable listening = _context.OnFitProgress(progress =>
        {
            Assert.Equal(("Sweep", "trials"), (progress.Component, progress.Stage));
            done.Add(progress.Done);
        });
        _context.Model.SweepSequenceClassifier(Data, Few(trials: 2));
        Assert.Equal([0, 1, 2], done);
    }

    [Theory]
    [InlineData("tsc/ArrowHead/ArrowHead_TRAIN.ts")]
    [InlineData("tsc/ECG200/ECG200_TRAIN.ts")]
    public void Sweeps_beat_the_default_pipeline_in_validation(string file)
    {
        IDataView train = _context.Data.LoadFromTsFile(Folders.Data(file));
        SequenceSweepResult result = _context.Model.SweepSequenceClassifier(train,
            new SequenceSweepOptions { NumberOfTrials = 60, Metric = SweepMetric.LogLoss });
        Assert.True(result.Best.Mean < result.LeaderBoard.Baseline.Mean,
            $"best {result.Best.Mean}, default {result.LeaderBoard.Baseline.Mean}");
        Assert.Equal(1, result.Best.Fraction);
    }

    private static SequenceSweepOptions Few(int trials)
        => new() { NumberOfTrials = trials, NumberOfFolds = 3, NumberOfRepeats = 1 };
}

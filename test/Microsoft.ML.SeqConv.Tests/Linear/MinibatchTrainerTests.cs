using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.TestKit;
using Xunit;
using static Microsoft.ML.SeqConv.Tests.Linear.MinibatchSample;

namespace Microsoft.ML.SeqConv.Tests.Linear;

/// <summary>What logistic regression on minibatches learns.</summary>
public class MinibatchTrainerTests
{
    private readonly MLContext _context = new(1);

    [Fact]
    public void Classes_are_learned_and_the_model_tells_how()
    {
        IDataView data = View(_context, Rows(600));
        MulticlassPredictionTransformer<MinibatchLogisticRegressionModelParameters> transformer =
            _context.MulticlassClassification.Trainers.MinibatchLogisticRegression(Options(50)).Fit(data);
        MinibatchLogisticRegressionModelParameters model = transformer.Model;
        IDataView scored = transformer.Transform(View(_context, Rows(3000, seed: 2)));
        MulticlassClassificationMetrics metrics = _context.MulticlassClassification.Evaluate(scored, "LabelKey");
        double lbfgs = _context.MulticlassClassification.Evaluate(
            _context.MulticlassClassification.Trainers.LbfgsMaximumEntropy("LabelKey", "Series").Fit(data)
                .Transform(View(_context, Rows(3000, seed: 2))), "LabelKey").LogLoss;
        Assert.InRange(metrics.MicroAccuracy, 0.6, 0.9);
        Assert.InRange(metrics.LogLoss, 0, 1.05 * lbfgs);
        Assert.All(scored.GetColumn<float[]>("Score"), scores => Assert.Equal(1, scores.Sum(), 1e-5));
        Assert.Equal((3, Length), (model.NumberOfClasses, model.NumberOfFeatures));
        Assert.InRange(model.LearningRate, 1e-8, 0.01);     // was halved
        Assert.InRange(model.ValidationLoss, 0.5 * metrics.LogLoss, 1.5 * metrics.LogLoss);
        Assert.InRange(model.ValidationAccuracy, 0.5, 1);
        Assert.InRange(model.NumberOfSteps, 1, 50 * 540 / 16 - 1);      // stopped early
        var decisions = new double[3];
        float[] features = data.GetColumn<float[]>("Series").First();
        model.GetDecisionValues(features, decisions);
        double expected = model.Intercepts[1];
        for (int j = 0; j < features.Length; j++)
            expected += model.GetCoefficients(1)[j] * features[j];
        Assert.Equal(expected, decisions[1], 1e-4);
    }

    [Fact]
    public void The_validation_loss_is_that_of_single_rows_spread_over_the_data()
    {
        List<SeriesRow> rows = Rows(400);
        MinibatchLogisticRegressionTrainer.Options options = Options();
        options.ValidationRows = 25;
        bool[] validates = SpreadExamples.OneOfEach(16, 400, 1);
        MulticlassPredictionTransformer<MinibatchLogisticRegressionModelParameters> transformer =
            _context.MulticlassClassification.Trainers.MinibatchLogisticRegression(options).Fit(View(_context, rows));
        List<SeriesRow> held = [.. rows.Where((_, i) => validates[i])];
        Assert.Equal(25, held.Count);
        MulticlassClassificationMetrics metrics = _context.MulticlassClassification.Evaluate(
            transformer.Transform(View(_context, held)), "LabelKey");
        Assert.Equal(metrics.LogLoss, transformer.Model.ValidationLoss, 1e-4);
        Assert.Equal(metrics.MicroAccuracy, transformer.Model.ValidationAccuracy, 1e-9);

        // Their features are no part of the learning: other ones change nothing but what is chosen by them.
        options.ValidationRows = 0;
        Assert.True(double.IsNaN(Fit(_context, options, View(_context, rows)).ValidationLoss));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Rows_that_stream_give_the_model_of_rows_held(bool featurizerIsLast)
    {
        List<SeriesRow> rows = SineWaves.Make(300, 30);
        rows[3].Label = rows[50].Label = rows[51].Label = "none";       // no key: left out
        IDataView keyed = View(_context, SineWaves.Make(3, Length));
        IDataView series = SineWaves.View(_context, rows, 30);
        IDataView keys = _context.Data.LoadFromEnumerable(
            new[] { new { Label = "c0" }, new { Label = "c1" }, new { Label = "c2" } });
        IEstimator<ITransformer> key = _context.Transforms.Conversion.MapValueToKey("LabelKey", "Label", keyData: keys);
        IEstimator<ITransformer> features = _context.Transforms.MiniRocket("Features", "Series",
            numberOfFeatures: 168, seed: 1);
        IEstimator<ITransformer> pipeline = featurizerIsLast ? key.Append(features) : features.Append(key);
        IDataView data = pipeline.Fit(series).Transform(series);
        string[] bits = [.. new[] { (2048, 1), (0, 1), (0, 3) }.Select(of =>
        {
            MinibatchLogisticRegressionTrainer.Options options = Options(6);
            options.FeatureColumnName = "Features";
            (options.CacheMegabytes, options.NumberOfThreads) = of;
            return Bits(Fit(_context, options, data));
        })];
        Assert.Equal(bits[0], bits[1]);
        Assert.Equal(bits[0], bits[2]);
    }

    [Fact]
    public void Only_the_validation_rows_are_computed_before_the_first_epoch()
    {
        List<SeriesRow> rows = SineWaves.Make(400, 30);
        IDataView series = SineWaves.View(_context, rows, 30);
        var pipeline = _context.Transforms.Conversion.MapValueToKey("LabelKey", "Label")
            .Append(_context.Transforms.MiniRocket("Features", "Series", numberOfFeatures: 84, seed: 1));
        ITransformer transformer = pipeline.Fit(series);

        // A bad row fails where its features are computed.
        bool[] validates = SpreadExamples.OneOfEach(10, 400, 1);
        int bad = Array.IndexOf(validates, false);
        rows[bad].Series[0] = float.NaN;
        MinibatchLogisticRegressionTrainer.Options options = Options(1);
        (options.FeatureColumnName, options.CacheMegabytes) = ("Features", 0);
        var stages = new List<string>();
        using IDisposable watching = _context.OnFitProgress(state => stages.Add(state.Stage));
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(
            () => Fit(_context, options, transformer.Transform(series)));
        Assert.Contains($"in row {bad};", error.Message);
        Assert.Equal(["reading labels", "reading validation rows", "training"], stages.Distinct());
    }

    [Fact]
    public void A_class_that_is_rare_late_or_never_seen_has_its_score()
    {
        List<SeriesRow> rows = Rows(300);
        IDataView data = View(_context, rows.OrderBy(row => row.Label == "c2"));       // c2 is in no early chunk
        Assert.Equal(3, Fit(_context, Options(), data).NumberOfClasses);
        MulticlassPredictionTransformer<MinibatchLogisticRegressionModelParameters> never =
            _context.MulticlassClassification.Trainers.MinibatchLogisticRegression(Options())
                .Fit(View(_context, rows.Where(row => row.Label != "c1")));
        Assert.Equal(3, never.Model.NumberOfClasses);
        Assert.All(never.Transform(View(_context, rows)).GetColumn<float[]>("Score"),
            scores => Assert.InRange(scores[1], 0, scores.Max() - 1e-3f));
    }

    [Fact]
    public void Balancing_gives_a_rare_class_its_say()
    {
        List<SeriesRow> rows = [.. Rows(1500).Where((row, i) => row.Label != "c1" || i % 24 == 1)];
        IDataView data = View(_context, rows);
        double Recall(Action<MinibatchLogisticRegressionTrainer.Options> change)
        {
            MinibatchLogisticRegressionTrainer.Options options = Options();
            change(options);
            uint[] predicted = [.. _context.MulticlassClassification.Trainers.MinibatchLogisticRegression(options)
                .Fit(data).Transform(data).GetColumn<uint>("PredictedLabel")];
            return rows.Select((row, i) => (row, i)).Where(pair => pair.row.Label == "c1")
                .Average(pair => predicted[pair.i] == 2 ? 1.0 : 0);
        }

        double plain = Recall(_ => { });
        double balanced = Recall(options => options.BalanceClasses = true);
        double weighted = Recall(options => options.ClassWeights = new Dictionary<string, double> { ["c1"] = 8 });
        Assert.True(balanced > plain + 0.3, $"{balanced} against {plain}");
        Assert.True(weighted > plain + 0.3, $"{weighted} against {plain}");
    }

    [Fact]
    public void Rows_of_weight_zero_teach_nothing()
    {
        List<SeriesRow> rows = Rows(320);
        MinibatchLogisticRegressionTrainer.Options options = Options(10);
        (options.ExampleWeightColumnName, options.ValidationRows, options.ChunkSize,
            options.BatchSize) = ("Weight", 0, 32, 32);
        foreach (SeriesRow row in rows.Skip(160))
            row.Weight = 0;
        MinibatchLogisticRegressionModelParameters weighted = Fit(_context, options, View(_context, rows));
        foreach (SeriesRow row in rows.Skip(160))
            row.Series = [.. row.Series.Reverse()];
        Assert.Equal(Bits(weighted), Bits(Fit(_context, options, View(_context, rows))));
        Assert.Equal(10 * 5, weighted.NumberOfSteps);
    }

    [Fact]
    public void Features_that_are_constant_in_the_first_chunk_or_large_do_no_harm()
    {
        List<SeriesRow> rows = Rows(400);
        for (int i = 0; i < rows.Count; i++)
        {
            rows[i].Series[3] = 5;
            rows[i].Series[4] = i < 100 ? 0 : i % 2;
            rows[i].Series[5] *= 1e6f;
        }

        MulticlassPredictionTransformer<MinibatchLogisticRegressionModelParameters> model =
            _context.MulticlassClassification.Trainers.MinibatchLogisticRegression(Options()).Fit(View(_context, rows));
        Assert.Equal(0, model.Model.GetCoefficients(0)[3]);
        Assert.InRange(_context.MulticlassClassification
            .Evaluate(model.Transform(View(_context, rows)), "LabelKey").MicroAccuracy, 0.55, 1);
    }

    [Fact]
    public void Progress_tells_losses_as_they_fall()
    {
        var reports = new List<FitProgress>();
        using (_context.OnFitProgress(state =>
        {
            if (state.Stage == "training")
                reports.Add(state);
        }))
        {
            Fit(_context, Options(), View(_context, Rows(600)));
        }

        Assert.All(reports.Zip(reports.Skip(1)), pair => Assert.True(pair.First.Done <= pair.Second.Done));
        Assert.InRange(reports[^1].Done, 600, 20 * 600);
        Assert.Equal(20 * 600, reports[0].Total);
        List<IReadOnlyList<KeyValuePair<string, double>>> metrics =
            [.. reports.Where(report => report.Metrics is not null).Select(report => report.Metrics!)];
        Assert.Equal(["loss", "validation loss", "validation accuracy", "learning rate"],
            metrics[0].Select(metric => metric.Key));
        Assert.True(metrics[^1][0].Value < metrics[0][0].Value);
        Assert.True(metrics[^1][1].Value < metrics[0][1].Value);
    }

    // Few features, so that L-BFGS ends within seconds.
    [Theory]
    [InlineData("tsc/PhalangesOutlinesCorrect/PhalangesOutlinesCorrect_TRAIN.tsv", 0.02)]
    [InlineData("tsc/ItalyPowerDemand/ItalyPowerDemand_TRAIN.ts", 0.02)]
    public void Features_of_MiniRocket_are_told_as_well_as_by_Lbfgs(string train, double tolerance)
    {
        (double ours, double lbfgs) = Compare(
            _context.Data.LoadFromSeriesFile(Folders.Data(train)), _context.Data.LoadFromSeriesFile(
                Folders.Data(train.Replace("_TRAIN", "_TEST", StringComparison.Ordinal))), 840, 3e-3);
        Assert.True(ours >= lbfgs - tolerance, $"{ours} against {lbfgs}");
    }

    // The published mean with ridge is .835.
    [Fact]
    public void All_features_and_default_options_tell_outlines_of_phalanges()
    {
        IDataView train = _context.Data.LoadFromSeriesFile(
            Folders.Data("tsc/PhalangesOutlinesCorrect/PhalangesOutlinesCorrect_TRAIN.tsv"));
        IDataView test = _context.Data.LoadFromSeriesFile(
            Folders.Data("tsc/PhalangesOutlinesCorrect/PhalangesOutlinesCorrect_TEST.tsv"));
        ITransformer model = _context.Transforms.Conversion.MapValueToKey("LabelKey", "Label")
            .Append(_context.Transforms.MiniRocket("Features", "Series", seed: 1))
            .Append(_context.MulticlassClassification.Trainers.MinibatchLogisticRegression(
                "LabelKey", seed: 1)).Fit(train);
        Assert.InRange(
            _context.MulticlassClassification.Evaluate(model.Transform(test), "LabelKey").MicroAccuracy, 0.8, 0.87);
    }

    // 24 classes. Every second series of the training file is held out, and features are few, so that L-BFGS
    // ends within seconds.
    [Fact]
    public void Crop_is_told_as_well_as_by_Lbfgs()
    {
        IDataView all = _context.Data.LoadFromSeriesFile(Folders.Data("tsc/Crop/Crop_TRAIN.tsv"));
        SeriesRow[] rows = [.. all.GetColumn<float[]>("Series").Zip(all.GetColumn<string>("Label"),
            (series, label) => new SeriesRow { Series = series, Label = label })];
        new Random(1).Shuffle(rows);
        IDataView Half(int first)
            => SineWaves.View(_context, rows.Where((_, i) => i % 2 == first), rows[0].Series.Length);
        (double ours, double lbfgs) = Compare(Half(0), Half(1), 420, 3e-3);
        Assert.InRange(ours, 0.6, 1);
        Assert.True(ours >= lbfgs - 0.01, $"{ours} against {lbfgs}");
    }

    private (double Ours, double Lbfgs) Compare(
        IDataView train, IDataView test, int numberOfFeatures, double learningRate)
    {
        ITransformer features = _context.Transforms.Conversion.MapValueToKey("LabelKey", "Label")
            .Append(_context.Transforms.MiniRocket("Features", "Series", numberOfFeatures, seed: 1)).Fit(train);
        IDataView trainFeatures = _context.Data.Cache(features.Transform(train), "LabelKey", "Features");
        IDataView testFeatures = _context.Data.Cache(features.Transform(test), "LabelKey", "Features");
        double Accuracy(IEstimator<ITransformer> trainer)
            => _context.MulticlassClassification.Evaluate(trainer.Fit(trainFeatures).Transform(testFeatures),
                "LabelKey").MicroAccuracy;
        var options = new MinibatchLogisticRegressionTrainer.Options
        {
            LabelColumnName = "LabelKey",
            LearningRate = learningRate,
            Seed = 1
        };
        return (Accuracy(_context.MulticlassClassification.Trainers.MinibatchLogisticRegression(options)),
            Accuracy(_context.MulticlassClassification.Trainers.LbfgsMaximumEntropy("LabelKey")));
    }
}

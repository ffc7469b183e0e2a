using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.Kernels;
using Microsoft.ML.SeqConv.TestKit;
using Microsoft.ML.SeqConv.Tests.Onnx;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.Trust;

/// <summary>Prediction sets behind trained classifiers.</summary>
public class ConformalClassificationTests
{
    private readonly MLContext _context = new(1);

    public static TheoryData<ConformalScore> Scores => [.. Enum.GetValues<ConformalScore>()];

    [Fact]
    public void Columns_hold_what_p_values_say()
    {
        IDataView train = ConformalSample.View(_context, 60);
        IDataView scored = ConformalSample.Ridge(_context).Append(_context.MulticlassClassification.Conformal(0.2))
            .Fit(train).Transform(ConformalSample.View(_context, 300, seed: 2));
        float[][] pValues = [.. scored.GetColumn<float[]>("PValue")];
        bool[][] sets = [.. scored.GetColumn<bool[]>("PredictionSet")];
        float[] confidences = [.. scored.GetColumn<float>("Confidence")];
        float[] credibilities = [.. scored.GetColumn<float>("Credibility")];
        bool[] rejected = [.. scored.GetColumn<bool>("IsRejected")];
        for (int i = 0; i < sets.Length; i++)
        {
            float[] descending = [.. pValues[i].OrderDescending()];
            Assert.Equal(pValues[i].Select(pValue => pValue > 0.2f), sets[i]);
            Assert.Equal(descending[0], credibilities[i]);
            Assert.Equal(1 - descending[1], confidences[i]);
            Assert.Equal(sets[i].Count(isMember => isMember) != 1, rejected[i]);
        }

        Assert.Contains(true, rejected);
        Assert.Contains(false, rejected);
        foreach (string column in new[] { "PredictionSet", "PValue" })
        {
            VBuffer<ReadOnlyMemory<char>> names = default;
            scored.Schema[column].GetSlotNames(ref names);
            Assert.Equal(["c0", "c1", "c2"], names.DenseValues().Select(name => name.ToString()));
        }
    }

    // Within four standard errors, of the calibration rows and of the 2,000 rows that are counted.
    [Theory]
    [InlineData(ConformalCalibration.LeaveOneOut, ConformalScore.Lac)]
    [InlineData(ConformalCalibration.LeaveOneOut, ConformalScore.Aps)]
    [InlineData(ConformalCalibration.LeaveOneOut, ConformalScore.Raps)]
    [InlineData(ConformalCalibration.Rows, ConformalScore.Lac)]
    [InlineData(ConformalCalibration.Rows, ConformalScore.Aps)]
    [InlineData(ConformalCalibration.Rows, ConformalScore.Raps)]
    public void Sets_hold_the_class_as_often_as_stated(ConformalCalibration calibration, ConformalScore score)
    {
        IDataView train = ConformalSample.View(_context, 300);
        IDataView test = ConformalSample.View(_context, 2000, seed: 2);
        ITransformer model = ConformalSample.Ridge(_context).Fit(train);
        IDataView rows = model.Transform(ConformalSample.View(_context, 500, seed: 3));
        IDataView scored = model.Transform(test);
        foreach (double significance in new[] { 0.2, 0.1, 0.05 })
        {
            ConformalClassificationEstimator.Options options = ConformalSample.OnRows(score);
            options.Significance = significance;
            options.Calibration = calibration;
            ConformalClassificationTransformer sets = _context.MulticlassClassification.Conformal(options).Fit(
                calibration == ConformalCalibration.Rows ? rows : model.Transform(train));
            int count = calibration == ConformalCalibration.Rows ? 500 : 300;
            double error = Math.Sqrt(significance * (1 - significance) * (1.0 / count + 1.0 / 2000));
            Assert.Equal(1 - significance, ConformalSample.Coverage(sets.Transform(scored)), 4 * error);
            Assert.Equal(count, sets.GetNumberOfCalibrationRows(0));
        }
    }

    [Fact]
    public void Leave_one_out_is_found_behind_steps_that_leave_the_scores_alone_and_after_loading()
    {
        IDataView train = ConformalSample.View(_context, 60);
        ITransformer model = ConformalSample.Ridge(_context)
            .Append(_context.Transforms.Conversion.MapKeyToValue("Prediction", "PredictedLabel"))
            .Append(_context.Transforms.DropColumns("Features")).Fit(train);
        float[][] expected = PValues(model);
        using var stream = new MemoryStream();
        _context.Model.Save(model, train.Schema, stream);
        stream.Position = 0;
        Assert.Equal(expected, PValues(_context.Model.Load(stream, out _)));

        float[][] PValues(ITransformer of)
        {
            IDataView scored = of.Transform(train);
            return [.. _context.MulticlassClassification.Conformal().Fit(scored).Transform(scored)
                .GetColumn<float[]>("PValue")];
        }
    }

    [Fact]
    public void Ensembles_keep_leave_one_out_predictions_in_both_fusions()
    {
        foreach (EnsembleFusion fusion in Enum.GetValues<EnsembleFusion>())
        {
            var options = new RidgeEnsembleMulticlassTrainer.Options
            {
                LabelColumnName = "LabelKey",
                FeatureColumnNames = ["MiniRocket", "Hydra"],
                Fusion = fusion,
            };
            ITransformer model = _context.Transforms.Conversion.MapValueToKey("LabelKey", "Label")
                .Append(_context.Transforms.MiniRocket("MiniRocket", "Series", numberOfFeatures: 500, seed: 1))
                .Append(_context.Transforms.Hydra("Hydra", "Series", numberOfGroups: 4, seed: 1))
                .Append(_context.MulticlassClassification.Trainers.RidgeEnsemble(options))
                .Append(_context.MulticlassClassification.Conformal())
                .Fit(ConformalSample.View(_context, 200));
            IDataView scored = model.Transform(ConformalSample.View(_context, 1000, seed: 2));
            Assert.InRange(ConformalSample.Coverage(scored), 0.86, 0.95);
        }
    }

    // With leave-one-out the errors among the rows that are answered are about the target.
    [Fact]
    public void A_risk_target_is_met_by_rejecting_unlikely_rows()
    {
        var options = new ConformalClassificationEstimator.Options
        {
            Rejection = ConformalRejection.Risk,
            MaxRisk = 0.03,
        };
        IDataView train = ConformalSample.View(_context, 300);
        TransformerChain<ConformalClassificationTransformer> model = ConformalSample.Ridge(_context)
            .Append(_context.MulticlassClassification.Conformal(options)).Fit(train);
        IDataView scored = model.Transform(ConformalSample.View(_context, 2000, seed: 2));
        uint[] labels = [.. scored.GetColumn<uint>("LabelKey")];
        uint[] predicted = [.. scored.GetColumn<uint>("PredictedLabel")];
        bool[] rejected = [.. scored.GetColumn<bool>("IsRejected")];
        float[] largest = [.. scored.GetColumn<float[]>("Score").Select(row => row.Max())];
        int[] answered = [.. Enumerable.Range(0, labels.Length).Where(i => !rejected[i])];
        Assert.InRange(answered.Count(i => labels[i] != predicted[i]) / (double)answered.Length, 0, 0.06);
        Assert.InRange(answered.Length, 200, 1990);
        float limit = model.LastTransformer.RejectionLimit;
        Assert.Equal(largest.Select(value => value < limit), rejected);
    }

    [Fact]
    public void Rows_unlike_the_training_data_are_rejected_by_credibility()
    {
        var options = new ConformalClassificationEstimator.Options
        {
            Rejection = ConformalRejection.Credibility,
            MinCredibility = 0.1,
        };
        IDataView train = ConformalSample.View(_context, 300);
        IDataView scored = ConformalSample.Ridge(_context)
            .Append(_context.MulticlassClassification.Conformal(options)).Fit(train).Transform(train);
        Assert.Equal(scored.GetColumn<float>("Credibility").Select(value => value < 0.1f),
            scored.GetColumn<bool>("IsRejected"));
    }

    // Scores of the graph differ in last bits, so that a p-value may count a neighbouring calibration row or two.
    [Theory]
    [MemberData(nameof(Scores))]
    public void The_graph_has_the_same_sets(ConformalScore score)
    {
        foreach (bool perClass in new[] { false, true })
        {
            foreach (ConformalRejection rejection in Enum.GetValues<ConformalRejection>())
            {
                ConformalClassificationEstimator.Options options = ConformalSample.OnRows(score);
                (options.PerClass, options.Rejection, options.FreeRanks) = (perClass, rejection, 0);
                IDataView train = ConformalSample.View(_context, 90);
                IDataView test = ConformalSample.View(_context, 200, seed: 2);
                ITransformer model = ConformalSample.Ridge(_context).Fit(train);
                model = model.Append(_context.MulticlassClassification.Conformal(options).Fit(
                    model.Transform(ConformalSample.View(_context, 150, seed: 3))));
                IDataView scored = model.Transform(test);
                using OnnxRun run = OnnxRun.Of(_context, model, test, new OnnxExportOptions
                {
                    OutputColumnNames = ["PredictionSet", "PValue", "Confidence", "Credibility", "IsRejected"],
                });
                float[][] series = [.. test.GetColumn<float[]>("Series")];
                float[] pValues = run.Get<float>("PValue", "Series", series);
                float[] expected = [.. scored.GetColumn<float[]>("PValue").SelectMany(row => row)];
                for (int i = 0; i < expected.Length; i++)
                    Assert.Equal(expected[i], pValues[i], 0.03);
                Assert.InRange(expected.Zip(pValues).Count(pair => pair.First != pair.Second), 0, 6);
                AssertMostlyEqual(scored.GetColumn<bool[]>("PredictionSet").SelectMany(set => set),
                    run.Get<bool>("PredictionSet", "Series", series));
                AssertMostlyEqual(scored.GetColumn<bool>("IsRejected"), run.Get<bool>("IsRejected", "Series", series));
                AssertMostlyEqual(
                    scored.GetColumn<float>("Confidence"), run.Get<float>("Confidence", "Series", series));
                AssertMostlyEqual(
                    scored.GetColumn<float>("Credibility"), run.Get<float>("Credibility", "Series", series));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Scores))]
    public void The_scorer_of_exported_files_opens_models_with_sets(ConformalScore score)
    {
        ConformalClassificationEstimator.Options options = ConformalSample.OnRows(score);
        options.PerClass = true;
        IDataView train = ConformalSample.View(_context, 60);
        ITransformer model = ConformalSample.Ridge(_context).Fit(train);
        model = model.Append(_context.MulticlassClassification.Conformal(options).Fit(
            model.Transform(ConformalSample.View(_context, 2500, seed: 3))));
        using var scorer = new OnnxSequenceScorer(OnnxRun.Export(_context, model, train), "model.onnx");
        List<SeriesRow> rows = ConformalSample.Rows(20, seed: 2);
        IDataView scored = model.Transform(SineWaves.View(_context, rows, ConformalSample.Length));
        bool[][] sets = [.. scored.GetColumn<bool[]>("PredictionSet")];
        bool[] rejections = [.. scored.GetColumn<bool>("IsRejected")];
        float[] credibilities = [.. scored.GetColumn<float>("Credibility")];
        SequencePrediction[] actual = scorer.Score([.. rows.Select(row => row.Series)]);
        for (int i = 0; i < rows.Count; i++)
        {
            Assert.Equal(sets[i], actual[i].PredictionSet);
            Assert.Equal(rejections[i], actual[i].IsRejected);
            Assert.Equal(credibilities[i], actual[i].Credibility!.Value, 0.01);
            Assert.Null(actual[i].LowerBound);
        }
    }

    [Fact]
    public void A_cache_hides_the_model()
    {
        IDataView train = ConformalSample.View(_context, 30);
        IDataView cached = _context.Data.Cache(ConformalSample.Ridge(_context).Fit(train).Transform(train));
        Assert.StartsWith("Column 'Score' has no trained model in this view, which alone knows its leave-one-out "
            + "predictions (a cache or a file in between hides it)", Assert.Throws<InvalidOperationException>(
                () => _context.MulticlassClassification.Conformal().Fit(cached)).Message);
    }

    [Fact]
    public void A_row_whose_scores_are_not_finite_has_all_classes_and_is_rejected_natively_and_in_the_graph()
    {
        foreach (ConformalRejection rejection in Enum.GetValues<ConformalRejection>())
        {
            ConformalClassificationEstimator.Options options = ConformalSample.OnRows();
            (options.Rejection, options.LabelColumnName) = (rejection, "Label");
            ScoredRow[] rows = [.. Enumerable.Range(0, 30).Select(i => new ScoredRow { Label = i == 1 ? "b" : "a" })];
            IDataView data = Keyed(rows);
            ConformalClassificationTransformer sets =
                _context.MulticlassClassification.Conformal(options).Fit(data);
            float[][] scores = [[float.NaN, 0.5f], [float.PositiveInfinity, 0.5f], [0.9f, 0.1f]];
            IDataView scored = sets.Transform(
                Keyed([.. scores.Select(row => new ScoredRow { Score = row, Label = "a" })]));
            Assert.Equal([true, true], scored.GetColumn<bool[]>("PredictionSet").First());
            Assert.Equal([true, true, false], scored.GetColumn<bool>("IsRejected"));
            Assert.All(scored.GetColumn<float>("Credibility").Take(2), value => Assert.True(float.IsNaN(value)));
            using OnnxRun run = OnnxRun.Of(_context, sets, data);
            Assert.Equal(scored.GetColumn<bool>("IsRejected"), run.Get<bool>("IsRejected", "Score", scores));
            Assert.Equal(scored.GetColumn<bool[]>("PredictionSet").SelectMany(set => set),
                run.Get<bool>("PredictionSet", "Score", scores));
            Assert.Equal(scored.GetColumn<float>("Confidence"), run.Get<float>("Confidence", "Score", scores));
        }
    }

    [Fact]
    public void A_prediction_engine_gives_the_set_of_each_row()
    {
        IDataView train = ConformalSample.View(_context, 60);
        ITransformer model = ConformalSample.Ridge(_context)
            .Append(_context.MulticlassClassification.Conformal(0.2)).Fit(train);
        List<SeriesRow> rows = ConformalSample.Rows(20, seed: 2);
        IDataView scored = model.Transform(SineWaves.View(_context, rows, ConformalSample.Length));
        bool[][] expected = [.. scored.GetColumn<bool[]>("PredictionSet")];
        using PredictionEngine<SeriesRow, ConformalOutput> engine =
            _context.Model.CreatePredictionEngine<SeriesRow, ConformalOutput>(
                model, train.Schema);
        for (int i = 0; i < rows.Count; i++)
            Assert.Equal(expected[i], engine.Predict(rows[i]).PredictionSet);
    }

    private static void AssertMostlyEqual<T>(IEnumerable<T> expected, T[] actual)
        => Assert.InRange(expected.Zip(actual).Count(pair => !Equals(pair.First, pair.Second)), 0, 3);

    private IDataView Keyed(ScoredRow[] rows)
    {
        IDataView data = _context.Data.LoadFromEnumerable(rows);
        return _context.Transforms.Conversion.MapValueToKey("Label").Fit(data).Transform(data);
    }

    private sealed class ScoredRow
    {
        [VectorType(2)]
        public float[] Score { get; set; } = [0.75f, 0.25f];

        public string Label { get; set; } = "";
    }
}

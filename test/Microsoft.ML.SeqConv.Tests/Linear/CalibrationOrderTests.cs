using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.Kernels;
using Microsoft.ML.SeqConv.TestKit;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.Linear;

/// <summary>
/// Score, probability and predicted label never contradict each other, however weak the signal: leave-one-out
/// predictions of a model without signal are anti-correlated with the labels.
/// </summary>
public sealed class CalibrationOrderTests
{
    private const int NumberOfFeatures = 20;

    private readonly MLContext _context = new(seed: 1);

    [Fact]
    public void Binary_score_probability_and_label_agree_on_a_thousand_random_problems()
    {
        var random = new SeededRandom(1);
        for (int problem = 0; problem < 1000; problem++)
        {
            int count = 4 + random.NextInt32(197);
            double signal = new[] { 0, 0.2, 0.5, 1, 3 }[problem % 5];
            double share = new[] { 0.5, 0.2, 0.9 }[problem % 3];
            bool weighted = problem % 4 == 0;
            Row[] rows = [.. Enumerable.Range(0, count)
                .Select(i => MakeRow(random, i < 2 ? i == 0 : random.NextDouble() < share, signal))];
            IDataView data = _context.Data.LoadFromEnumerable(rows);
            var options = new RidgeBinaryTrainer.Options
            {
                LabelColumnName = "Flag",
                ExampleWeightColumnName = weighted ? "Weight" : null
            };
            IDataView scored = _context.BinaryClassification.Trainers.Ridge(options).Fit(data).Transform(data);
            float[] scores = [.. scored.GetColumn<float>("Score")];
            float[] probabilities = [.. scored.GetColumn<float>("Probability")];
            bool[] labels = [.. scored.GetColumn<bool>("PredictedLabel")];
            int[] order = [.. Enumerable.Range(0, count).OrderBy(i => scores[i])];
            for (int i = 1; i < count; i++)
                Assert.True(probabilities[order[i - 1]] <= probabilities[order[i]],
                    $"Problem {problem}: probability falls where the score rises.");
            for (int i = 0; i < count; i++)
            {
                Assert.Equal(probabilities[i] > 0.5f, labels[i]);
                if (Math.Abs(scores[i]) > 1e-6)
                    Assert.Equal(scores[i] > 0, labels[i]);
            }
        }
    }

    [Theory]
    [InlineData(0, 200)]
    [InlineData(0.2, 100)]
    [InlineData(0.5, 40)]
    [InlineData(0.5, 100)]
    public void Probabilities_rise_with_the_decision_in_every_fit_of_a_weak_signal(double signal, int count)
    {
        var random = new SeededRandom(7);
        for (int fit = 0; fit < 100; fit++)
        {
            Row[] rows = [.. Enumerable.Range(0, count).Select(i => MakeRow(random, i % 2 == 0, signal))];
            var model = _context.BinaryClassification.Trainers.Ridge("Flag")
                .Fit(_context.Data.LoadFromEnumerable(rows)).Model;
            Assert.True(model.Calibrator.Slope < 0);

            // The training rows lie on the side of their labels, if the coefficients have kept their sign.
            double lift = rows.Sum(row =>
                (row.Flag ? 1 : -1) * row.Features.Select((value, k) => value * model.SubModel.Coefficients[k]).Sum());
            Assert.True(lift > 0);
        }
    }

    [Fact]
    public void Without_signal_probabilities_are_the_class_share()
    {
        var random = new SeededRandom(3);
        Row[] rows = [.. Enumerable.Range(0, 200).Select(i => MakeRow(random, i % 10 < 3, signal: 0))];
        IDataView data = _context.Data.LoadFromEnumerable(rows);

        // The data are drawn until leave-one-out says that there is nothing.
        IDataView scored = _context.BinaryClassification.Trainers.Ridge("Flag").Fit(data).Transform(data);
        Assert.All(scored.GetColumn<float>("Probability"), probability => Assert.InRange(probability, 0.29, 0.31));
        Assert.DoesNotContain(true, scored.GetColumn<bool>("PredictedLabel"));
        Assert.True(scored.GetColumn<float>("Score").Distinct().Count() > 190);
    }

    [Fact]
    public void Without_signal_multiclass_scores_are_the_class_shares()
    {
        var random = new SeededRandom(3);
        Row[] rows = [.. Enumerable.Range(0, 200).Select(_ => MakeRow(random, flag: true, signal: 0))];
        for (int i = 0; i < rows.Length; i++)
            rows[i].Class = i % 4 == 0 ? 2u : 1u;
        IDataView data = _context.Data.LoadFromEnumerable(rows);
        var options = new RidgeMulticlassTrainer.Options { LabelColumnName = "Class", FitIntercept = false };
        IDataView scored = _context.MulticlassClassification.Trainers.Ridge(options).Fit(data).Transform(data);
        foreach (float[] scores in scored.GetColumn<float[]>("Score"))
        {
            // A value of the property is a class counted from 0; the others have no rows.
            Assert.InRange(scores[1], 0.74, 0.76);
            Assert.InRange(scores[2], 0.24, 0.26);
            Assert.Equal(1, scores[1] + scores[2], 1e-6);
        }

        Assert.All(scored.GetColumn<uint>("PredictedLabel"), key => Assert.Equal(2u, key));
    }

    [Fact]
    public void The_evaluator_counts_the_predicted_labels()
    {
        var random = new SeededRandom(5);
        Row[] rows = [.. Enumerable.Range(0, 300).Select(i => MakeRow(random, i % 4 == 0, signal: 0.5))];
        IDataView data = _context.Data.LoadFromEnumerable(rows);
        IDataView scored = _context.BinaryClassification.Trainers.Ridge("Flag").Fit(data).Transform(data);
        double correct = scored.GetColumn<bool>("PredictedLabel")
            .Zip(rows, (label, row) => label == row.Flag).Average(hit => hit ? 1 : 0);
        Assert.Equal(correct, _context.BinaryClassification.Evaluate(scored, "Flag").Accuracy, 12);
    }

    [Theory]
    [InlineData("ridge")]
    [InlineData("minibatch")]
    public void Multiclass_scores_keep_the_order_of_the_decisions(string trainer)
    {
        var random = new SeededRandom(11);
        for (int problem = 0; problem < (trainer == "ridge" ? 200 : 20); problem++)
        {
            int count = 6 + random.NextInt32(100);
            double signal = new[] { 0, 0.2, 1 }[problem % 3];
            Row[] rows = [.. Enumerable.Range(0, count).Select(i => MakeRow(random, i % 3 == 0, signal))];
            for (int i = 0; i < count; i++)
                rows[i].Class = (uint)(i % 3 + 1);
            IDataView data = _context.Data.LoadFromEnumerable(rows);
            LinearModel model;
            ITransformer fitted;
            if (trainer == "ridge")
            {
                var ridge = _context.MulticlassClassification.Trainers.Ridge("Class").Fit(data);
                Assert.True(ridge.Model.Temperature > 0);
                (fitted, model) = (ridge, ((ILinearHead)ridge.Model).Linear!);
            }
            else
            {
                var minibatch = _context.MulticlassClassification.Trainers.MinibatchLogisticRegression(
                    "Class", numberOfEpochs: 3).Fit(data);
                (fitted, model) = (minibatch, ((ILinearHead)minibatch.Model).Linear!);
            }

            float[][] scores = [.. fitted.Transform(data).GetColumn<float[]>("Score")];
            var decisions = new double[model.NumberOfTargets];
            for (int i = 0; i < count; i++)
            {
                model.Score(rows[i].Features, decisions);
                for (int a = 0; a < decisions.Length; a++)
                {
                    for (int b = 0; b < decisions.Length; b++)
                        Assert.True(decisions[a] <= decisions[b] || scores[i][a] >= scores[i][b]);
                }
            }
        }
    }

    [Fact]
    public void Rows_of_weight_zero_change_nothing()
    {
        var random = new SeededRandom(13);
        Row[] rows = [.. Enumerable.Range(0, 60).Select(i => MakeRow(random, i % 2 == 0, signal: 0.7))];
        Row[] extra = [.. Enumerable.Range(0, 30).Select(_ => MakeRow(random, flag: true, signal: 0))];
        foreach (Row row in rows.Concat(extra))
            row.Class = row.Flag ? 1u : 2;
        foreach (Row row in rows)
            row.Weight = 1;
        foreach (Row row in extra)
            row.Weight = 0;
        IDataView without = _context.Data.LoadFromEnumerable(rows);
        IDataView with = _context.Data.LoadFromEnumerable(
            rows.Zip(extra.Concat(extra), (row, other) => new[] { other, row }).SelectMany(both => both));
        foreach (AlphaSelection selection in (AlphaSelection[])[AlphaSelection.LeaveOneOut,
            AlphaSelection.GeneralizedCrossValidation, AlphaSelection.Holdout])
        {
            var multiclass = new RidgeMulticlassTrainer.Options
            {
                LabelColumnName = "Class",
                ExampleWeightColumnName = "Weight",
                BalanceClasses = true,
                AlphaSelection = selection
            };
            RidgeMulticlassModelParameters a =
                _context.MulticlassClassification.Trainers.Ridge(multiclass).Fit(without).Model;
            RidgeMulticlassModelParameters b =
                _context.MulticlassClassification.Trainers.Ridge(multiclass).Fit(with).Model;
            Assert.Equal((a.Alpha, a.Temperature, a.LeaveOneOutAccuracy, a.SelectionError),
                (b.Alpha, b.Temperature, b.LeaveOneOutAccuracy, b.SelectionError));
            Assert.Equal(((ILinearHead)a).Linear!.Coefficients, ((ILinearHead)b).Linear!.Coefficients);

            var binary = new RidgeBinaryTrainer.Options
            {
                LabelColumnName = "Flag",
                ExampleWeightColumnName = "Weight",
                BalanceClasses = true,
                AlphaSelection = selection
            };
            Assert.Equal(_context.BinaryClassification.Trainers.Ridge(binary).Fit(without).Model.SubModel.Coefficients,
                _context.BinaryClassification.Trainers.Ridge(binary).Fit(with).Model.SubModel.Coefficients);

            var regression = new RidgeRegressionTrainer.Options
            {
                LabelColumnName = "Weight",
                ExampleWeightColumnName = "Weight",
                AlphaSelection = selection
            };
            Assert.Equal(_context.Regression.Trainers.Ridge(regression).Fit(without).Model.Coefficients,
                _context.Regression.Trainers.Ridge(regression).Fit(with).Model.Coefficients);
        }

        var options = new MinibatchLogisticRegressionTrainer.Options
        {
            LabelColumnName = "Class",
            ExampleWeightColumnName = "Weight",
            BalanceClasses = true,
            Seed = 1,
            NumberOfEpochs = 4,
            BatchSize = 8,
            ValidateEvery = 2,
        };
        var trainers = _context.MulticlassClassification.Trainers;
        Assert.Equal(
            ((ILinearHead)trainers.MinibatchLogisticRegression(options).Fit(without).Model).Linear!.Coefficients,
            ((ILinearHead)trainers.MinibatchLogisticRegression(options).Fit(with).Model).Linear!.Coefficients);
    }

    [Fact]
    public void A_weight_of_two_is_the_row_twice()
    {
        var random = new SeededRandom(17);
        Row[] rows = [.. Enumerable.Range(0, 80).Select(i => MakeRow(random, i % 3 == 0, signal: 0.7))];
        foreach (Row row in rows)
            (row.Class, row.Weight) = (row.Flag ? 1u : 2, row.Features[0] > 0.5 ? 2 : 1);
        Row[] twice = [.. rows.SelectMany(row => Enumerable.Repeat(
            new Row { Features = row.Features, Flag = row.Flag, Class = row.Class, Weight = 1 }, (int)row.Weight))];

        // One penalty: leave-one-out leaves out a row with all of its weight, so that the choice among
        // several may differ.
        var options = new RidgeMulticlassTrainer.Options
        {
            LabelColumnName = "Class",
            ExampleWeightColumnName = "Weight",
            BalanceClasses = true,
            Alphas = [1]
        };
        LinearModel weighted = ((ILinearHead)_context.MulticlassClassification.Trainers.Ridge(options)
            .Fit(_context.Data.LoadFromEnumerable(rows)).Model).Linear!;
        LinearModel repeated = ((ILinearHead)_context.MulticlassClassification.Trainers.Ridge(options)
            .Fit(_context.Data.LoadFromEnumerable(twice)).Model).Linear!;
        for (int i = 0; i < weighted.Coefficients.Length; i++)
            Assert.Equal(repeated.Coefficients[i], weighted.Coefficients[i], 1e-5);
    }

    [Fact]
    public void A_class_whose_rows_all_weigh_nothing_is_named()
    {
        var warnings = new List<string>();
        _context.Log += (_, entry) =>
        {
            if (entry.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Warning)
                warnings.Add(entry.RawMessage);
        };
        List<SeriesRow> rows = SineWaves.Make(30, NumberOfFeatures);
        foreach (SeriesRow row in rows)
            row.Weight = row.Label == "c0" ? 0 : 1;
        var options = new RidgeMulticlassTrainer.Options
        {
            LabelColumnName = "LabelKey",
            FeatureColumnName = "Series",
            ExampleWeightColumnName = "Weight"
        };
        IDataView data = SineWaves.View(_context, rows, NumberOfFeatures);
        IDataView keyed = _context.Transforms.Conversion.MapValueToKey("LabelKey", "Label").Fit(data).Transform(data);
        _context.MulticlassClassification.Trainers.Ridge(options).Fit(keyed);
        string zero = $"{rows.Count(row => row.Weight == 0)}";
        Assert.Contains($"Column 'Weight' is 0 in {zero} of 30 rows; they are left out. "
            + "No other rows have the classes 'c0', "
            + "which the model therefore does not know. Give their rows a weight above 0.", warnings);

        List<SeriesRow> two = [.. rows.Where(row => row.Label != "c2")];
        IDataView pair = SineWaves.View(_context, two, NumberOfFeatures);
        IDataView keyedPair = _context.Transforms.Conversion.MapValueToKey("LabelKey", "Label")
            .Fit(pair).Transform(pair);
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(
            () => _context.MulticlassClassification.Trainers.Ridge(options).Fit(keyedPair));
        Assert.StartsWith("Column 'LabelKey' has the one class 'c1' in all ", error.Message, StringComparison.Ordinal);
    }

    private static Row MakeRow(SeededRandom random, bool flag, double signal)
    {
        var features = new float[NumberOfFeatures];
        for (int k = 0; k < NumberOfFeatures; k++)
            features[k] = (float)random.NextNormal();
        features[0] += (float)(signal * (flag ? 1 : -1));
        return new Row { Flag = flag, Features = features, Weight = 0.5f + (float)random.NextDouble() };
    }

    private sealed class Row
    {
        [VectorType(NumberOfFeatures)]
        public float[] Features { get; set; } = [];

        public bool Flag { get; set; }

        public float Weight { get; set; }

        [KeyType(3)]
        public uint Class { get; set; } = 1;
    }
}

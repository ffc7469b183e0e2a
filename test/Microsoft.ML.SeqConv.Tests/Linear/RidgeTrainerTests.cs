using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.TestKit;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.Linear;

/// <summary>What the ridge trainers tell and refuse.</summary>
public class RidgeTrainerTests
{
    private readonly MLContext _context = new(1);

    [Fact]
    public void Scores_are_probabilities_and_the_model_tells_how_it_was_chosen()
    {
        IDataView data = Keyed(SineWaves.Make(60, 40));
        MulticlassPredictionTransformer<RidgeMulticlassModelParameters> transformer =
            _context.MulticlassClassification.Trainers.Ridge("LabelKey").Fit(data);
        RidgeMulticlassModelParameters model = transformer.Model;
        Assert.All(transformer.Transform(data).GetColumn<float[]>("Score"),
            scores => Assert.Equal(1, scores.Sum(), 1e-5));
        Assert.Equal(10, model.Alphas.Count);
        Assert.Contains(model.Alpha, model.Alphas);
        Assert.Equal(model.SelectionErrors.Min(), model.SelectionError);
        Assert.InRange(model.LeaveOneOutAccuracy, 0.9, 1);
        Assert.Equal(model.NumberOfFeatures, model.GetCoefficients(2).Length);

        var decisions = new double[3];
        float[] features = data.GetColumn<float[]>("Features").First();
        model.GetDecisionValues(features, decisions);
        Assert.Equal(0, Array.IndexOf(decisions, decisions.Max()));
        double expected = model.Intercepts[1];
        for (int j = 0; j < features.Length; j++)
            expected += model.GetCoefficients(1)[j] * features[j];
        Assert.Equal(expected, decisions[1], 1e-4);
    }

    [Fact]
    public void Probabilities_of_unseen_series_are_neither_certain_nor_blind()
    {
        IEstimator<ITransformer> pipeline = _context.Transforms.Conversion.MapValueToKey("LabelKey", "Label")
            .Append(_context.Transforms.MiniRocket("Features", "Series", numberOfFeatures: 840, seed: 1)).Append(
                _context.MulticlassClassification.Trainers.Ridge("LabelKey"));
        ITransformer model = pipeline.Fit(View(SineWaves.Make(90, 60)));
        MulticlassClassificationMetrics metrics = _context.MulticlassClassification.Evaluate(
            model.Transform(View(SineWaves.Make(90, 60, seed: 2))), "LabelKey");
        Assert.Equal(1, metrics.MicroAccuracy);
        Assert.InRange(metrics.LogLoss, 1e-4, 0.4);
    }

    [Fact]
    public void Balancing_gives_a_rare_class_its_say()
    {
        List<SeriesRow> rows = SineWaves.Make(200, 20, classes: 2);
        var random = new Random(1);
        foreach (SeriesRow row in rows)
            row.Series = [(row.Flag ? 0.6f : 0) + (float)random.NextDouble(), (float)random.NextDouble()];
        rows = [.. rows.Where((row, i) => !row.Flag || i % 20 == 1)];
        IDataView data = SineWaves.View(_context, rows, 2);
        double Recall(RidgeBinaryTrainer.Options options)
        {
            options.LabelColumnName = "Flag";
            options.FeatureColumnName = "Series";
            float[] scores = [.. _context.BinaryClassification.Trainers.Ridge(options).Fit(data)
                .Transform(data).GetColumn<float>("Score")];
            return rows.Select((row, i) => (row, i)).Where(pair => pair.row.Flag)
                .Average(pair => scores[pair.i] > 0 ? 1.0 : 0);
        }

        double plain = Recall(new());
        double balanced = Recall(new() { BalanceClasses = true });
        double weighted = Recall(new() { ClassWeights = new Dictionary<string, double> { ["True"] = 20 } });
        Assert.True(balanced > plain + 0.3, $"{balanced} against {plain}");
        Assert.True(weighted > plain + 0.3, $"{weighted} against {plain}");
    }

    [Fact]
    public void Classes_that_were_numbers_are_weighed_by_those_numbers()
    {
        IDataView data = _context.Transforms.Conversion.MapValueToKey("Label", "Code").Fit(Coded.View(_context))
            .Transform(Coded.View(_context));
        var options =
            new RidgeMulticlassTrainer.Options { ClassWeights = new Dictionary<string, double> { ["5"] = 3 } };
        Assert.Equal(2, _context.MulticlassClassification.Trainers.Ridge(options).Fit(data).Model.NumberOfClasses);
        options.ClassWeights = new Dictionary<string, double> { ["1"] = 3 };
        ArgumentException error = Assert.Throws<ArgumentException>(
            () => _context.MulticlassClassification.Trainers.Ridge(options).Fit(data));
        Assert.Equal("ClassWeights names the class '1', which column 'Label' does not have; its classes are 5, 6.",
            error.Message);
    }

    [Fact]
    public void A_hash_is_no_label()
    {
        IDataView data = _context.Transforms.Conversion.Hash("Label", "Code", numberOfBits: 20)
            .Fit(Coded.View(_context)).Transform(Coded.View(_context));
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(
            () => _context.MulticlassClassification.Trainers.Ridge().Fit(data));
        Assert.Equal("Column 'Label' has 1048576 key values by its type; at most 100000 are possible. "
            + "If it is a hash or a row number, make keys with MapValueToKey.", error.Message);
    }

    [Fact]
    public void Example_weights_are_used()
    {
        List<SeriesRow> rows = SineWaves.Make(20, 3);
        foreach (SeriesRow row in rows.Take(10))
            row.Weight = 0;
        IDataView data = SineWaves.View(_context, rows, 3);
        float[] weighted = Scores(_context.Regression.Trainers.Ridge("Target", "Series", "Weight"), data, data);
        float[] half = Scores(_context.Regression.Trainers.Ridge("Target", "Series"),
            SineWaves.View(_context, rows.Skip(10), 3), data);
        for (int i = 0; i < half.Length; i++)
            Assert.Equal(half[i], weighted[i], 1e-4);
    }

    [Fact]
    public void Sparse_features_score_as_dense_ones()
    {
        IDataView dense = _context.Data.LoadFromEnumerable(
            Enumerable.Range(0, 20).Select(i => new Point { Features = [i % 2, 0, i % 3], Label = i % 2 + i % 3 }));
        ITransformer model = _context.Regression.Trainers.Ridge().Fit(dense);
        IDataView sparse = _context.Data.LoadFromEnumerable(Enumerable.Range(0, 20)
            .Select(i => new SparsePoint { Features = new VBuffer<float>(3, 2, [i % 2, i % 3], [0, 2]), Label = 0 }));
        Assert.Equal(model.Transform(dense).GetColumn<float>("Score"),
            model.Transform(sparse).GetColumn<float>("Score"));
    }

    [Fact]
    public void Rows_without_a_label_are_left_out_with_a_warning()
    {
        var warnings = new List<string>();
        _context.Log += (_, e) =>
        {
            if (e.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Warning)
                warnings.Add(e.Message);
        };
        List<SeriesRow> rows = SineWaves.Make(20, 3);
        rows[3].Target = rows[7].Target = float.NaN;
        _context.Regression.Trainers.Ridge("Target", "Series").Fit(SineWaves.View(_context, rows, 3));
        Assert.Contains(warnings, warning => warning.Contains("Column 'Target' is missing in 2 of 20 rows; "
            + "they are left out. Add the labels, or remove the rows.", StringComparison.Ordinal));
    }

    [Fact]
    public void A_label_that_is_no_key_is_told_the_remedy()
    {
        ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(
            () => _context.MulticlassClassification.Trainers.Ridge("Label", "Series")
                .Fit(SineWaves.View(_context, SineWaves.Make(9, 3), 3)));
        Assert.StartsWith("Column 'Label' is String; Ridge needs a key. "
            + "Append mlContext.Transforms.Conversion.MapValueToKey(\"Label\") before the trainer.", error.Message);
        ArgumentOutOfRangeException binary = Assert.Throws<ArgumentOutOfRangeException>(
            () => _context.BinaryClassification.Trainers.Ridge("Label", "Series")
                .Fit(SineWaves.View(_context, SineWaves.Make(9, 3), 3)));
        Assert.StartsWith("Column 'Label' is String; Ridge needs Boolean.", binary.Message);
        ArgumentOutOfRangeException regression = Assert.Throws<ArgumentOutOfRangeException>(
            () => _context.Regression.Trainers.Ridge("Label", "Series")
                .Fit(SineWaves.View(_context, SineWaves.Make(9, 3), 3)));
        Assert.StartsWith("Column 'Label' is String; Ridge needs Single.", regression.Message);
    }

    [Fact]
    public void One_class_is_an_error_that_names_it()
    {
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() =>
            _context.MulticlassClassification.Trainers.Ridge("LabelKey").Fit(Keyed(SineWaves.Make(6, 20, classes: 1))));
        Assert.Equal("Column 'LabelKey' has the one class 'c0' in all 6 rows; a classifier needs at least two. "
            + "Check the data view or its filters.", error.Message);
        InvalidOperationException binary = Assert.Throws<InvalidOperationException>(
            () => _context.BinaryClassification.Trainers.Ridge("Flag", "Series")
                .Fit(SineWaves.View(_context, SineWaves.Make(6, 3, classes: 1), 3)));
        Assert.Equal("Column 'Flag' has the one class 'False' in all 6 rows; a classifier needs at least two. "
            + "Check the data view or its filters.", binary.Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Fewer_than_two_rows_are_an_error(int count)
    {
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => _context.Regression.Trainers
            .Ridge("Target", "Series").Fit(SineWaves.View(_context, SineWaves.Make(count, 3), 3)));
        Assert.Equal($"Column 'Target' has {count} rows with a label; Ridge needs at least two. "
            + "Check the data view or its filters.", error.Message);
    }

    [Fact]
    public void Features_that_are_not_finite_are_named()
    {
        List<SeriesRow> rows = SineWaves.Make(9, 3);
        rows[4].Series[2] = float.NaN;
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(
            () => _context.Regression.Trainers.Ridge("Target", "Series").Fit(SineWaves.View(_context, rows, 3)));
        Assert.Equal("Column 'Series' has NaN in slot 2 of row 4; Ridge needs finite features. Replace missing values "
            + "first, for example with mlContext.Transforms.ReplaceMissingValues.", error.Message);
    }

    [Fact]
    public void Numbers_in_messages_are_the_same_in_every_culture()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
        try
        {
            List<SeriesRow> rows = SineWaves.Make(9, 3);
            rows[1].Weight = -1.5f;
            Assert.Equal("Column 'Weight' has -1.5 in row 1; a weight must be finite and not negative. "
                + "Correct or remove the row.",
                Assert.Throws<InvalidOperationException>(() => _context.Regression.Trainers
                    .Ridge("Target", "Series", "Weight")
                    .Fit(SineWaves.View(_context, rows, 3))).Message);
            var options = new RidgeMulticlassTrainer.Options
            {
                ClassWeights = new Dictionary<string, double> { ["a"] = -0.5 }
            };
            Assert.StartsWith("ClassWeights gives class 'a' the weight -0.5; a weight must be positive and finite.",
                Assert.Throws<ArgumentOutOfRangeException>(
                    () => _context.MulticlassClassification.Trainers.Ridge(options)).Message);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Weights_and_penalties_out_of_range_are_named()
    {
        List<SeriesRow> rows = SineWaves.Make(9, 3);
        rows[1].Weight = -1;
        InvalidOperationException weight = Assert.Throws<InvalidOperationException>(() =>
            _context.Regression.Trainers.Ridge("Target", "Series", "Weight").Fit(SineWaves.View(_context, rows, 3)));
        Assert.Equal("Column 'Weight' has -1 in row 1; a weight must be finite and not negative. "
            + "Correct or remove the row.", weight.Message);
        ArgumentOutOfRangeException alpha = Assert.Throws<ArgumentOutOfRangeException>(
            () => _context.Regression.Trainers.Ridge(alphas: [1, -2]));
        Assert.StartsWith("Alphas holds -2; a penalty must be positive and finite.", alpha.Message);
        ArgumentException none = Assert.Throws<ArgumentException>(() => _context.Regression.Trainers.Ridge(alphas: []));
        Assert.StartsWith(
            "Alphas is empty; name at least one penalty, or leave it null for the default ten.", none.Message);
        ArgumentException unknown = Assert.Throws<ArgumentException>(
            () => _context.MulticlassClassification.Trainers.Ridge(
                new RidgeMulticlassTrainer.Options
                {
                    LabelColumnName = "LabelKey",
                    ClassWeights = new Dictionary<string, double> { ["c9"] = 2 }
                }).Fit(Keyed(SineWaves.Make(9, 20))));
        Assert.Equal("ClassWeights names the class 'c9', which column 'LabelKey' does not have; "
            + "its classes are c0, c1, c2.", unknown.Message);
    }

    private IDataView View(List<SeriesRow> rows) => SineWaves.View(_context, rows, rows[0].Series.Length);

    private IDataView Keyed(List<SeriesRow> rows) => _context.Transforms.Conversion.MapValueToKey("LabelKey", "Label")
        .Append(_context.Transforms.MiniRocket("Features", "Series", numberOfFeatures: 168, seed: 1)).Fit(
            View(rows)).Transform(View(rows));

    private static float[] Scores(RidgeRegressionTrainer trainer, IDataView train, IDataView test)
        => [.. trainer.Fit(train).Transform(test).GetColumn<float>("Score")];

    private sealed class Point
    {
        [VectorType(3)]
        public float[] Features { get; set; } = [];

        public float Label { get; set; }
    }

    private sealed class Coded
    {
        [VectorType(1)]
        public float[] Features { get; set; } = [];

        public int Code { get; set; }

        public static IDataView View(MLContext context)
            => context.Data.LoadFromEnumerable(
                Enumerable.Range(0, 12).Select(i => new Coded { Features = [i % 2 + 0.1f * i], Code = 5 + i % 2 }));
    }

    private sealed class SparsePoint
    {
        [VectorType(3)]
        public VBuffer<float> Features { get; set; }

        public float Label { get; set; }
    }
}

using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.TestKit;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.Trust;

/// <summary>Measures of whether probabilities can be relied upon.</summary>
public class TrustEvaluationTests
{
    private readonly MLContext _context = new(1);

    [Fact]
    public void Numbers_of_four_rows_are_those_computed_by_hand()
    {
        TrustMetrics metrics = _context.MulticlassClassification.EvaluateTrust(Keyed(
            new("a", 0.5f, 0.25f, 0.25f), new("b", 0.125f, 0.75f, 0.125f), new("c", 0.5f, 0.125f, 0.375f),
            new("c", 0, 0, 1)), numberOfBins: 2);
        Assert.Equal(4, metrics.NumberOfRows);
        Assert.Equal(0.75, metrics.Accuracy);
        Assert.Equal(-(Math.Log(0.5) + Math.Log(0.75) + Math.Log(0.375)) / 4, metrics.LogLoss, 6);
        Assert.Equal((0.375 + 0.09375 + (0.25 + 0.015625 + 0.390625)) / 4, metrics.BrierScore, 6);
        Assert.Equal([2, 2], metrics.ReliabilityBins.Select(bin => bin.Count));
        Assert.Equal([0.5, 0.875], metrics.ReliabilityBins.Select(bin => bin.MeanProbability));
        Assert.Equal([0.5, 1], metrics.ReliabilityBins.Select(bin => bin.Accuracy));
        Assert.Equal(0.0625, metrics.ExpectedCalibrationError, 6);
        Assert.Equal(0.0625, metrics.ExpectedCalibrationErrorOfEqualMass, 6);
        Assert.Equal([0.25, 0.5, 0.75, 1], metrics.RiskCoverageCurve.Select(point => point.AnsweredShare));
        Assert.Equal([1, 1, 1 - 0.5 / 3, 0.75], metrics.RiskCoverageCurve.Select(point => point.Accuracy),
            (expected, actual) => Math.Abs(expected - actual) < 1e-9);
        Assert.Equal([1, 0.75, 0.5, 0.5], metrics.RiskCoverageCurve.Select(point => point.MinProbability));
        Assert.Equal((0.5 / 3 + 0.25) / 4, metrics.AreaUnderRiskCoverage, 6);
        Assert.Null(metrics.PredictionSets);
    }

    [Fact]
    public void Two_classes_are_measured_by_the_probability_of_true()
    {
        IDataView data = _context.Data.LoadFromEnumerable<BinaryRow>(
        [
            new() { Label = true, Probability = 0.75f }, new() { Label = false, Probability = 0.25f },
            new() { Label = true, Probability = 0.25f }, new() { Label = true, Probability = 1 },
        ]);
        TrustMetrics metrics = _context.BinaryClassification.EvaluateTrust(data, numberOfBins: 2);
        Assert.Equal(0.75, metrics.Accuracy);
        Assert.Equal(-(2 * Math.Log(0.75) + Math.Log(0.25)) / 4, metrics.LogLoss, 6);
        Assert.Equal((2 * 0.0625 + 0.5625) / 4, metrics.BrierScore, 6);
        Assert.Equal([0.25, 0.875], metrics.ReliabilityBins.Select(bin => bin.MeanProbability));
        Assert.Equal([0.5, 1], metrics.ReliabilityBins.Select(bin => bin.Accuracy));
        Assert.Equal(0.1875, metrics.ExpectedCalibrationError, 6);
    }

    [Fact]
    public void Log_loss_and_accuracy_are_those_of_ML_NET()
    {
        IDataView train = ConformalSample.View(_context, 60);
        ITransformer model = ConformalSample.Ridge(_context).Fit(train);
        IDataView scored = model.Transform(ConformalSample.View(_context, 300, seed: 2));
        MulticlassClassificationMetrics expected = _context.MulticlassClassification.Evaluate(scored, "LabelKey");
        TrustMetrics metrics = _context.MulticlassClassification.EvaluateTrust(scored, "LabelKey");
        Assert.Equal(expected.LogLoss, metrics.LogLoss, 6);
        Assert.Equal(expected.MicroAccuracy, metrics.Accuracy, 9);
        Assert.InRange(metrics.RiskCoverageCurve.Count, 100, 100);
        Assert.Equal(metrics.Accuracy, metrics.RiskCoverageCurve[^1].Accuracy);
    }

    [Fact]
    public void Prediction_sets_are_measured_where_there_are_some()
    {
        IDataView train = ConformalSample.View(_context, 120);
        IDataView scored = ConformalSample.Ridge(_context).Append(_context.MulticlassClassification.Conformal(0.2))
            .Fit(train).Transform(ConformalSample.View(_context, 500, seed: 2));
        PredictionSetMetrics sets =
            _context.MulticlassClassification.EvaluateTrust(scored, "LabelKey").PredictionSets!;
        bool[][] expected = [.. scored.GetColumn<bool[]>("PredictionSet")];
        uint[] labels = [.. scored.GetColumn<uint>("LabelKey")];
        bool[] rejected = [.. scored.GetColumn<bool>("IsRejected")];
        uint[] predicted = [.. scored.GetColumn<uint>("PredictedLabel")];
        Assert.Equal(ConformalSample.Coverage(scored), sets.Coverage, 9);
        Assert.Equal(expected.Average(set => set.Count(isMember => isMember)), sets.MeanSize, 9);
        Assert.Equal(expected.Average(set => set.Count(isMember => isMember) == 1 ? 1.0 : 0), sets.SingletonShare, 9);
        Assert.Equal(expected.Average(set => set.Contains(true) ? 0.0 : 1), sets.EmptyShare, 9);
        for (int k = 0; k < 3; k++)
            Assert.Equal(expected.Where((_, i) => labels[i] == k + 1).Average(set => set[k] ? 1.0 : 0),
                sets.CoverageOfClasses[k], 9);
        Assert.Equal(rejected.Average(isRejected => isRejected ? 0.0 : 1), sets.AnsweredShare, 9);
        int[] answered = [.. Enumerable.Range(0, labels.Length).Where(i => !rejected[i])];
        Assert.Equal(answered.Average(i => labels[i] == predicted[i] ? 1.0 : 0), sets.AccuracyOfAnswered, 9);
    }

    [Fact]
    public void Rows_without_a_label_are_left_out_of_all_numbers()
    {
        IDataView train = ConformalSample.View(_context, 60);
        ITransformer model = ConformalSample.Ridge(_context)
            .Append(_context.MulticlassClassification.Conformal(0.2)).Fit(train);
        List<SeriesRow> rows = ConformalSample.Rows(40, seed: 2);
        rows[0].Label = "unknown";      // a missing key
        TrustMetrics with = Measure(rows);
        TrustMetrics without = Measure(rows[1..]);
        Assert.Equal(39, with.NumberOfRows);
        Assert.Equal(without.LogLoss, with.LogLoss);
        Assert.Equal(without.PredictionSets!.MeanSize, with.PredictionSets!.MeanSize);

        TrustMetrics Measure(List<SeriesRow> of) => _context.MulticlassClassification.EvaluateTrust(
            model.Transform(SineWaves.View(_context, of, ConformalSample.Length)), "LabelKey");
    }

    [Fact]
    public void Bad_input_is_refused()
    {
        IDataView data = Keyed(new ScoredRow("a", 0.5f, 0.25f, 0.25f));
        MulticlassClassificationCatalog classes = _context.MulticlassClassification;
        BinaryClassificationCatalog two = _context.BinaryClassification;
        Assert.StartsWith("numberOfBins is 0; it must be 1 to 1000.",
            Assert.Throws<ArgumentOutOfRangeException>(() => classes.EvaluateTrust(data, numberOfBins: 0)).Message);
        Assert.Equal("Column 'Missing' is missing; EvaluateTrust reads the probabilities of the classes from it. The "
            + "columns are 'Score', 'Label'. Set scoreColumnName. (Parameter 'data')",
            Assert.Throws<ArgumentOutOfRangeException>(
                () => classes.EvaluateTrust(data, scoreColumnName: "Missing")).Message);
        Assert.StartsWith("Column 'Score' is Vector<Single, 3>; EvaluateTrust needs a label that is a key.",
            Assert.Throws<ArgumentOutOfRangeException>(
                () => classes.EvaluateTrust(data, labelColumnName: "Score")).Message);
        Assert.StartsWith("Column 'Score' holds 2, 0.25, 0.25 in row 0, which are no probabilities of classes",
            Assert.Throws<InvalidOperationException>(
                () => classes.EvaluateTrust(Keyed(new ScoredRow("a", 2, 0.25f, 0.25f)))).Message);
        Assert.StartsWith("Column 'Label' has no label in 0 rows; at least one row with a label is needed.",
            Assert.Throws<InvalidOperationException>(
                () => classes.EvaluateTrust(_context.Data.SkipRows(data, 1))).Message);
        IDataView wrongSets = _context.Transforms.CopyColumns("PredictionSet", "Score")
            .Append(_context.Transforms.CopyColumns("IsRejected", "Score")).Fit(data).Transform(data);
        Assert.StartsWith("Column 'PredictionSet' is Vector<Single, 3>; a prediction set is a vector of Boolean, one "
            + "of each of the 3 classes.",
            Assert.Throws<ArgumentOutOfRangeException>(() => classes.EvaluateTrust(wrongSets)).Message);
        IDataView flags = _context.Data.LoadFromEnumerable<BinaryRow>([new() { Probability = 1.5f }]);
        Assert.Equal("Column 'Probability' holds 1.5 in row 0; a probability must be 0 to 1. Use a trainer with a "
            + "calibrator, such as Ridge.",
            Assert.Throws<InvalidOperationException>(() => two.EvaluateTrust(flags)).Message);
        Assert.StartsWith("Column 'Label' is Boolean; a probability of true is a Single",
            Assert.Throws<ArgumentOutOfRangeException>(
                () => two.EvaluateTrust(flags, probabilityColumnName: "Label")).Message);
        Assert.StartsWith("Column 'Probability' is Single; EvaluateTrust needs a label that is Boolean",
            Assert.Throws<ArgumentOutOfRangeException>(
                () => two.EvaluateTrust(flags, labelColumnName: "Probability")).Message);
        Assert.StartsWith("Column 'Label' has no rows; at least one is needed.",
            Assert.Throws<InvalidOperationException>(
                () => two.EvaluateTrust(_context.Data.LoadFromEnumerable<BinaryRow>([]))).Message);
    }

    private IDataView Keyed(params ScoredRow[] rows)
    {
        IDataView data = _context.Data.LoadFromEnumerable(rows);
        return _context.Transforms.Conversion.MapValueToKey("Label",
            keyOrdinality: Transforms.ValueToKeyMappingEstimator.KeyOrdinality.ByValue).Fit(data).Transform(data);
    }

    private sealed class ScoredRow(string label, params float[] scores)
    {
        [VectorType(3)]
        public float[] Score { get; set; } = scores;

        public string Label { get; set; } = label;
    }

    private sealed class BinaryRow
    {
        public bool Label { get; set; }

        public float Probability { get; set; }
    }
}

using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.TestKit;
using Microsoft.ML.SeqConv.Tests.Onnx;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.Trust;

/// <summary>Intervals behind trained regressions.</summary>
public class ConformalRegressionTests
{
    private readonly MLContext _context = new(1);
    private readonly List<string> _warnings = [];

    public ConformalRegressionTests() => _context.Log += (_, message) =>
    {
        if (message.Kind == Runtime.ChannelMessageKind.Warning)
            _warnings.Add(message.RawMessage);
    };

    [Theory]
    [InlineData(ConformalCalibration.LeaveOneOut)]
    [InlineData(ConformalCalibration.Rows)]
    public void As_a_component(ConformalCalibration calibration) => ComponentChecks.All(
        context => Ridge(context).Append(context.Regression.Conformal(Options(calibration, 0.2))),
        ConformalSample.Rows(30), ConformalSample.Length);

    [Fact]
    public void Of_an_ensemble_as_a_component() => ComponentChecks.All(
        context => Ensemble(context).Append(context.Regression.Conformal(0.2)),
        ConformalSample.Rows(30), ConformalSample.Length);

    [Theory]
    [InlineData(ConformalCalibration.LeaveOneOut, false)]
    [InlineData(ConformalCalibration.LeaveOneOut, true)]
    [InlineData(ConformalCalibration.Rows, false)]
    public void Intervals_hold_the_label_as_often_as_stated(ConformalCalibration calibration, bool isEnsemble)
    {
        IDataView train = ConformalSample.View(_context, 300);
        ITransformer model = (isEnsemble ? Ensemble(_context) : Ridge(_context)).Fit(train);
        IDataView scored = model.Transform(ConformalSample.View(_context, 2000, seed: 2));
        IDataView rows = model.Transform(
            calibration == ConformalCalibration.Rows ? ConformalSample.View(_context, 500, seed: 3) : train);
        float[] labels = [.. scored.GetColumn<float>("Target")];
        foreach (double significance in new[] { 0.2, 0.1, 0.05 })
        {
            ConformalRegressionTransformer bounds =
                _context.Regression.Conformal(Options(calibration, significance)).Fit(rows);
            IDataView bounded = bounds.Transform(scored);
            float[] lower = [.. bounded.GetColumn<float>("LowerBound")];
            float[] upper = [.. bounded.GetColumn<float>("UpperBound")];
            float[] scores = [.. bounded.GetColumn<float>("Score")];
            int count = calibration == ConformalCalibration.Rows ? 500 : 300;
            double error = Math.Sqrt(significance * (1 - significance) * (1.0 / count + 1.0 / 2000));
            double held = labels.Select((label, i) => label >= lower[i] && label <= upper[i] ? 1.0 : 0).Average();
            Assert.Equal(1 - significance, held, 4 * error);
            Assert.Equal(count, bounds.NumberOfCalibrationRows);
            Assert.All(scores.Zip(lower, upper), row => Assert.Equal(
                (row.First - bounds.HalfWidth, row.First + bounds.HalfWidth), (row.Second, row.Third)));
        }
    }

    [Fact]
    public void Fewer_rows_than_the_significance_needs_give_infinite_bounds_and_a_warning()
    {
        IDataView train = ConformalSample.View(_context, 18);
        ITransformer model = Ridge(_context).Append(_context.Regression.Conformal(0.05)).Fit(train);
        IDataView scored = model.Transform(train);
        Assert.All(scored.GetColumn<float>("LowerBound"), bound => Assert.Equal(float.NegativeInfinity, bound));
        Assert.All(scored.GetColumn<float>("UpperBound"), bound => Assert.Equal(float.PositiveInfinity, bound));
        Assert.Contains("There are 18 calibration rows; a significance of 0.05 needs at least 19: all bounds are "
            + "infinite. Add rows or raise Significance.", _warnings);
        using var scorer = new OnnxSequenceScorer(OnnxRun.Export(_context, model, train), "model.onnx");
        Assert.All(scorer.Score([.. train.GetColumn<float[]>("Series")]), prediction
            => Assert.Equal(float.PositiveInfinity, prediction.UpperBound));
    }

    [Fact]
    public void The_scorer_of_exported_files_gives_the_bounds()
    {
        IDataView train = ConformalSample.View(_context, 60);
        ITransformer model = Ridge(_context).Append(_context.Regression.Conformal(0.1)).Fit(train);
        using var scorer = new OnnxSequenceScorer(OnnxRun.Export(_context, model, train), "model.onnx");
        IDataView scored = model.Transform(train);
        float[] lower = [.. scored.GetColumn<float>("LowerBound")];
        float[] upper = [.. scored.GetColumn<float>("UpperBound")];
        SequencePrediction[] actual = scorer.Score([.. train.GetColumn<float[]>("Series")]);
        for (int i = 0; i < actual.Length; i++)
        {
            Assert.Equal(lower[i], actual[i].LowerBound!.Value, 1e-4);
            Assert.Equal(upper[i], actual[i].UpperBound!.Value, 1e-4);
            Assert.Null(actual[i].PredictionSet);
        }
    }

    [Fact]
    public void Bad_input_is_refused()
    {
        IDataView train = ConformalSample.View(_context, 30);
        Assert.StartsWith("Significance is 1; it must be above 0 and below 1.",
            Assert.Throws<ArgumentOutOfRangeException>(() => _context.Regression.Conformal(1)).Message);
        Assert.StartsWith("Column 'Score' is missing; Conformal reads predictions from it.",
            Assert.Throws<ArgumentOutOfRangeException>(() => _context.Regression.Conformal().Fit(train)).Message);
        Assert.StartsWith("Column 'Label' is String; a prediction is a Single",
            Assert.Throws<ArgumentOutOfRangeException>(
                () => _context.Regression.Conformal(scoreColumnName: "Label").Fit(train)).Message);
        IDataView scored = Ridge(_context).Fit(train).Transform(train);
        ConformalRegressionEstimator.Options options = Options(ConformalCalibration.Rows, 0.1);
        options.LabelColumnName = "Label";
        Assert.StartsWith("Column 'Label' is String; Conformal needs a label that is a Single.",
            Assert.Throws<ArgumentOutOfRangeException>(
                () => _context.Regression.Conformal(options).Fit(scored)).Message);
        IDataView other = _context.Transforms.MiniRocket("Features", "Series", numberOfFeatures: 84, seed: 1)
            .Append(_context.Regression.Trainers.LbfgsPoissonRegression("Target")).Fit(train).Transform(train);
        Assert.StartsWith("Column 'Score' is of PoissonRegressionModelParameters, which keeps no leave-one-out "
            + "predictions; the ridge regression trainers and their ensembles keep them.",
            Assert.Throws<InvalidOperationException>(() => _context.Regression.Conformal().Fit(other)).Message);
    }

    [Fact]
    public void Calibration_rows_without_labels_or_with_scores_that_are_not_finite()
    {
        ConformalRegressionEstimator.Options options = new() { Calibration = ConformalCalibration.Rows };
        Assert.Equal("Column 'Score' is NaN in row 1; predictions of calibration rows must be finite. Correct or "
            + "remove the row.", Refusal(new() { Label = 1 }, new() { Label = 2, Score = float.NaN }));
        Assert.StartsWith("Column 'Label' has no label in 1 calibration rows; at least one row with a label is needed.",
            Refusal(new ScoredRow { Label = float.NaN }));
        Assert.StartsWith("Column 'Label' has no label in 0 calibration rows", Refusal());

        string Refusal(params ScoredRow[] rows) => Assert.Throws<InvalidOperationException>(
            () => _context.Regression.Conformal(options).Fit(_context.Data.LoadFromEnumerable(rows))).Message;
    }

    private static ConformalRegressionEstimator.Options Options(ConformalCalibration calibration, double significance)
        => new() { LabelColumnName = "Target", Calibration = calibration, Significance = significance };

    private static IEstimator<ITransformer> Ridge(MLContext context)
        => context.Transforms.MiniRocket("Features", "Series", numberOfFeatures: 500, seed: 1)
            .Append(context.Regression.Trainers.Ridge("Target"));

    private static IEstimator<ITransformer> Ensemble(MLContext context)
        => context.Transforms.MiniRocket("MiniRocket", "Series", numberOfFeatures: 500, seed: 1)
            .Append(context.Transforms.Hydra("Hydra", "Series", numberOfGroups: 4, seed: 1))
            .Append(context.Regression.Trainers.RidgeEnsemble("Target", "MiniRocket", "Hydra"));

    private sealed class ScoredRow
    {
        public float Score { get; set; }

        public float Label { get; set; }
    }
}

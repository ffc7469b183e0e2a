using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.TestKit;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.Trust;

/// <summary>What prediction sets refuse, and what they warn of.</summary>
public class ConformalBadInputTests
{
    private readonly MLContext _context = new(1);
    private readonly List<string> _warnings = [];

    public ConformalBadInputTests() => _context.Log += (_, message) =>
    {
        if (message.Kind == Runtime.ChannelMessageKind.Warning)
            _warnings.Add(message.RawMessage);
    };

    [Theory]
    [InlineData(0, "0")]
    [InlineData(1, "1")]
    [InlineData(-0.1, "-0.1")]
    [InlineData(double.NaN, "NaN")]
    public void A_significance_outside_of_0_to_1(double significance, string text)
        => Assert.StartsWith($"Significance is {text}; it must be above 0 and below 1.",
            Assert.Throws<ArgumentOutOfRangeException>(
                () => _context.MulticlassClassification.Conformal(significance)).Message);

    [Fact]
    public void Options_outside_of_their_ranges()
    {
        Refused("MinCredibility is 1.5; it must be 0 to 1.", options => options.MinCredibility = 1.5);
        Refused("MaxRisk is -1; it must be 0 to 1.", options => options.MaxRisk = -1);
        Refused("RankPenalty is 2; it must be 0 to 1.", options => options.RankPenalty = 2);
        Refused("FreeRanks is -1; it must be at least 0.", options => options.FreeRanks = -1);
        Refused("Score is 7; it must be one of Lac, Aps, Raps.", options => options.Score = (ConformalScore)7);
        Refused("Calibration is 7; it must be one of LeaveOneOut, Rows.",
            options => options.Calibration = (ConformalCalibration)7);
        Refused("Rejection is 7; it must be one of SetSize, Credibility, Risk.",
            options => options.Rejection = (ConformalRejection)7);

        void Refused(string message, Action<ConformalClassificationEstimator.Options> change)
        {
            var options = new ConformalClassificationEstimator.Options();
            change(options);
            Assert.StartsWith(message, Assert.Throws<ArgumentOutOfRangeException>(
                () => _context.MulticlassClassification.Conformal(options)).Message);
        }
    }

    [Fact]
    public void A_column_that_is_missing_or_of_another_type()
    {
        IDataView data = ConformalSample.View(_context, 20);
        Assert.StartsWith("Column 'Score' is missing; Conformal reads the probabilities of the classes from it.",
            Assert.Throws<ArgumentOutOfRangeException>(
                () => _context.MulticlassClassification.Conformal().Fit(data)).Message);
        Assert.StartsWith("Column 'Label' is String; the probabilities of classes are a vector of Single of known size",
            Assert.Throws<ArgumentOutOfRangeException>(
                () => _context.MulticlassClassification.Conformal(scoreColumnName: "Label").Fit(data)).Message);
        IDataView scored = ConformalSample.Ridge(_context).Fit(data).Transform(data);
        ConformalClassificationEstimator.Options options = ConformalSample.OnRows();
        options.LabelColumnName = "Label";
        Assert.StartsWith("Column 'Label' is String; Conformal needs a label that is a key.",
            Assert.Throws<ArgumentOutOfRangeException>(
                () => _context.MulticlassClassification.Conformal(options).Fit(scored)).Message);
    }

    [Fact]
    public void A_model_without_leave_one_out_predictions()
    {
        IDataView data = ConformalSample.View(_context, 30);
        IDataView scored = _context.Transforms.Conversion.MapValueToKey("LabelKey", "Label")
            .Append(_context.Transforms.MiniRocket("Features", "Series", numberOfFeatures: 84, seed: 1))
            .Append(_context.MulticlassClassification.Trainers.LbfgsMaximumEntropy("LabelKey"))
            .Fit(data).Transform(data);
        Assert.Equal("Column 'Score' is of MaximumEntropyModelParameters, which keeps no leave-one-out predictions; "
            + "the ridge classifiers and their ensembles keep them. Train one of those again, or set Calibration to "
            + "Rows and fit on rows that the model was not trained on.",
            Assert.Throws<InvalidOperationException>(
                () => _context.MulticlassClassification.Conformal().Fit(scored)).Message);
        Assert.InRange(ConformalSample.Coverage(_context.MulticlassClassification.Conformal(ConformalSample.OnRows())
            .Fit(scored).Transform(scored)), 0.85, 1);
    }

    [Fact]
    public void A_model_of_a_version_without_leave_one_out_predictions()
    {
        ITransformer model = _context.Model.Load(
            Path.Combine(Folders.Repository, "test", "Models", "minirocket-ridge-multiclass-2.zip"), out _);
        IDataView scored = model.Transform(SineWaves.View(_context, SineWaves.Make(24, 30), 30));
        Assert.StartsWith(
            "Column 'Score' is of a model that was saved without its leave-one-out predictions; the ridge",
            Assert.Throws<InvalidOperationException>(
                () => _context.MulticlassClassification.Conformal().Fit(scored)).Message);
    }

    // One ridge a class, whose scores are not the probabilities of one distribution.
    [Fact]
    public void Scores_that_are_no_probabilities()
    {
        ScoredRow[] rows = [new() { Label = "a", Score = [0.5f, 0.5f] }, new() { Label = "b", Score = [2.5f, -1] }];
        Assert.Equal("Column 'Score' holds 2.5, -1 in row 1, which are no probabilities of classes: they must be 0 to "
            + "1 and sum to 1. Use a trainer whose scores are probabilities, such as Ridge, SequenceEnsemble or "
            + "LbfgsMaximumEntropy.", Refusal(rows));
        rows[1].Score = [0.5f, 0.4f];
        Assert.StartsWith("Column 'Score' holds 0.5, 0.4 in row 1, which are no probabilities", Refusal(rows));
        rows[1].Score = [float.NaN, 0.4f];
        Assert.StartsWith("Column 'Score' holds NaN, 0.4 in row 1, which are no probabilities", Refusal(rows));
    }

    [Fact]
    public void Calibration_rows_of_other_classes()
    {
        IDataView train = ConformalSample.View(_context, 30);
        ITransformer model = ConformalSample.Ridge(_context).Fit(train);
        List<SeriesRow> rows = ConformalSample.Rows(30, seed: 2);
        rows[3].Label = "other";
        IDataView scored = model.Transform(SineWaves.View(_context, rows, ConformalSample.Length));
        IDataView keyed = _context.Transforms.Conversion.MapValueToKey("LabelKey", "Label").Fit(scored)
            .Transform(scored);
        Assert.StartsWith("Column 'LabelKey' has the class 'other' in the calibration rows, which the classes of the "
            + "model do not have; their classes are c0, c1, c2.",
            Assert.Throws<InvalidOperationException>(() => _context.MulticlassClassification
                .Conformal(ConformalSample.OnRows()).Fit(keyed)).Message);
    }

    // Keys that were made of other rows have other numbers for the same classes.
    [Fact]
    public void Keys_in_another_order_are_compared_by_name()
    {
        IDataView train = ConformalSample.View(_context, 60);
        ITransformer model = ConformalSample.Ridge(_context).Fit(train);
        List<SeriesRow> rows = [.. ConformalSample.Rows(90, seed: 2)];
        IDataView scored = model.Transform(SineWaves.View(_context, rows, ConformalSample.Length));
        IDataView reordered = _context.Transforms.Conversion.MapValueToKey("LabelKey", "Label",
            keyOrdinality: Transforms.ValueToKeyMappingEstimator.KeyOrdinality.ByValue).Fit(scored).Transform(scored);
        rows.Reverse();
        IDataView reversed = model.Transform(SineWaves.View(_context, rows, ConformalSample.Length));
        IDataView keyed = _context.Transforms.Conversion.MapValueToKey("LabelKey", "Label").Fit(reversed)
            .Transform(reversed);
        Assert.Equal(PValues(reordered), PValues(keyed));

        float[][] PValues(IDataView calibration) =>
        [
            .. _context.MulticlassClassification.Conformal(ConformalSample.OnRows()).Fit(calibration)
                .Transform(model.Transform(train)).GetColumn<float[]>("PValue"),
        ];
    }

    [Fact]
    public void No_calibration_rows_or_none_with_a_label()
    {
        ConformalClassificationEstimator.Options options = ConformalSample.OnRows();
        options.LabelColumnName = "Label";
        ITransformer keys = Keys().Fit(_context.Data.LoadFromEnumerable<ScoredRow>([new() { Label = "a" }]));
        IDataView none = keys.Transform(_context.Data.LoadFromEnumerable<ScoredRow>([]));
        Assert.Equal("Column 'Label' has no label in 0 calibration rows; at least one row with a label is needed. "
            + "Check the data view or its filters.", Assert.Throws<InvalidOperationException>(
                () => _context.MulticlassClassification.Conformal(options).Fit(none)).Message);
        IDataView unknown = keys.Transform(_context.Data.LoadFromEnumerable<ScoredRow>([new() { Label = "b" }]));
        Assert.StartsWith("Column 'Label' has no label in 1 calibration rows", Assert.Throws<InvalidOperationException>(
            () => _context.MulticlassClassification.Conformal(options).Fit(unknown)).Message);
    }

    [Fact]
    public void Fewer_rows_than_the_significance_needs_give_all_classes_and_a_warning()
    {
        IDataView train = ConformalSample.View(_context, 18);
        IDataView scored = ConformalSample.Ridge(_context).Append(_context.MulticlassClassification.Conformal(0.05))
            .Fit(train).Transform(train);
        Assert.All(scored.GetColumn<bool[]>("PredictionSet"), set => Assert.Equal([true, true, true], set));
        Assert.Contains("There are 18 calibration rows; a significance of 0.05 needs at least 19: every set has all "
            + "classes. Add rows or raise Significance.", _warnings);
    }

    [Fact]
    public void Classes_of_few_rows_are_in_every_set_and_named()
    {
        IDataView train = ConformalSample.View(_context, 28);       // 10, 9 and 9
        var options = new ConformalClassificationEstimator.Options { PerClass = true, Significance = 0.095 };
        IDataView scored = ConformalSample.Ridge(_context).Append(_context.MulticlassClassification.Conformal(options))
            .Fit(train).Transform(ConformalSample.View(_context, 200, seed: 2));
        Assert.All(scored.GetColumn<bool[]>("PredictionSet"), set => Assert.True(set[1] && set[2]));
        Assert.Contains(scored.GetColumn<bool[]>("PredictionSet"), set => !set[0]);
        Assert.Contains("There are too few calibration rows of the classes 'c1', 'c2'; a significance of 0.095 needs "
            + "at least 10 of each class: these classes are in every set. Add rows, raise Significance, or set "
            + "PerClass to false.", _warnings);
    }

    [Fact]
    public void A_risk_that_no_share_of_rows_reaches_rejects_all_and_warns()
    {
        IEnumerable<ScoredRow> rows =
            Enumerable.Range(0, 20).Select(_ => new ScoredRow { Label = "b", Score = [0.9f, 0.1f] });
        ConformalClassificationEstimator.Options options = ConformalSample.OnRows();
        (options.LabelColumnName, options.Rejection, options.MaxRisk) = ("Label", ConformalRejection.Risk, 0.01);
        IDataView data = Keyed([new() { Label = "a" }, .. rows]);
        ConformalClassificationTransformer sets = _context.MulticlassClassification.Conformal(options).Fit(data);
        Assert.All(sets.Transform(data).GetColumn<bool>("IsRejected"), Assert.True);
        Assert.Contains("MaxRisk is 0.01, which no share of the 21 calibration rows reaches: every row is rejected. "
            + "Raise it.", _warnings);
    }

    [Fact]
    public void Scores_of_another_number_of_classes_than_in_calibration()
    {
        IDataView train = ConformalSample.View(_context, 30);
        ConformalClassificationTransformer sets = _context.MulticlassClassification.Conformal()
            .Fit(ConformalSample.Ridge(_context).Fit(train).Transform(train));
        Assert.StartsWith("Column 'Score' is Vector<Single, 2>; the sets were calibrated on 3 classes.",
            Assert.Throws<ArgumentOutOfRangeException>(() => sets.Transform(Keyed([new() { Label = "a" }]))).Message);
    }

    private IEstimator<ITransformer> Keys() => _context.Transforms.Conversion.MapValueToKey("Label");

    private IDataView Keyed(ScoredRow[] rows)
    {
        IDataView data = _context.Data.LoadFromEnumerable(rows);
        return Keys().Fit(data).Transform(data);
    }

    private string Refusal(ScoredRow[] rows)
    {
        ConformalClassificationEstimator.Options options = ConformalSample.OnRows();
        options.LabelColumnName = "Label";
        return Assert.Throws<InvalidOperationException>(
            () => _context.MulticlassClassification.Conformal(options).Fit(Keyed(rows))).Message;
    }

    private sealed class ScoredRow
    {
        [VectorType(2)]
        public float[] Score { get; set; } = [0.75f, 0.25f];

        public string Label { get; set; } = "";
    }
}

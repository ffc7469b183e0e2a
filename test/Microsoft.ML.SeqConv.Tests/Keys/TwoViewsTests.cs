using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.TestKit;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.Keys;

/// <summary>
/// Keys of two views are compared by the names of their values; rows without a label are left out with
/// one counted warning.
/// </summary>
public sealed class TwoViewsTests
{
    private readonly MLContext _context = new(1);
    private readonly List<string> _warnings = [];
    private readonly List<SeriesRow> _rows = SineWaves.Make(60, 12);

    public TwoViewsTests() => _context.Log += (_, e) =>
    {
        if (e.Kind == Runtime.ChannelMessageKind.Warning)
            _warnings.Add(e.Message[(e.Message.IndexOf("] ", StringComparison.Ordinal) + 2)..]);
    };

    [Fact]
    public void A_part_whose_keys_were_mapped_apart_is_summed_by_name()
    {
        List<SeriesRow> rest = [.. _rows.Skip(30).OrderByDescending(row => row.Label)];
        ITransformer keys = _context.Transforms.Conversion.MapValueToKey("Label").Fit(View(_rows));
        IDataView first = keys.Transform(View([.. _rows.Take(30)]));
        float[][] together = Scores(first, keys.Transform(View(rest)));
        Assert.Equal(together,
            Scores(first, _context.Transforms.Conversion.MapValueToKey("Label").Fit(View(rest)).Transform(View(rest))));
    }

    [Fact]
    public void A_part_of_other_classes_is_refused()
    {
        IDataView first = Keyed(_rows);
        Assert.Equal("Column 'Label' has the class 'c3' in the rows, which the sums do not have; their classes are c0, "
            + "c1, c2. Make the keys of both with one fitted MapValueToKey.",
            Assert.Throws<InvalidOperationException>(
                () => Scores(first, Keyed(SineWaves.Make(20, 12, classes: 4)))).Message);
    }

    [Theory]
    [InlineData("ridge")]
    [InlineData("minibatch")]
    [InlineData("pruning")]
    [InlineData("sweep")]
    [InlineData("accumulator")]
    public void Rows_without_a_class_are_left_out_with_one_counted_warning(string component)
    {
        _rows[3].Label = _rows[7].Label = "";
        IDataView data = Keyed(_rows);
        switch (component)
        {
            case "ridge":
                IDataView scored = _context.MulticlassClassification.Trainers.Ridge(featureColumnName: "Series")
                    .Fit(data).Transform(data);
                Assert.All(scored.GetColumn<uint>("PredictedLabel"), key => Assert.InRange(key, 1u, 3u));
                Assert.InRange(_context.MulticlassClassification.Evaluate(scored).MicroAccuracy, 0, 1);
                break;
            case "minibatch":
                _context.MulticlassClassification.Trainers.MinibatchLogisticRegression(
                    featureColumnName: "Series", numberOfEpochs: 1).Fit(data);
                break;
            case "pruning":
                _context.Transforms.MiniRocket("Features", "Series", 84, seed: 1).Prune().Fit(data);
                break;
            case "sweep":
                _context.Model.SweepSequenceClassifier(data,
                    new SequenceSweepOptions { NumberOfTrials = 1, NumberOfFolds = 2, NumberOfRepeats = 1 });
                break;
            default:
                Scores(data, data);
                break;
        }

        string[] expected = [.. Enumerable.Repeat("Column 'Label' is missing in 2 of 60 rows; they are left out. "
            + "Add the labels, or remove the rows.", component == "accumulator" ? 2 : 1)];
        Assert.Equal(expected, _warnings.Where(warning => warning.Contains("missing", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_view_without_any_label_is_refused()
    {
        IDataView data = Keyed(_rows);
        foreach (SeriesRow row in _rows)
            row.Label = "";
        Assert.Equal("Column 'Label' has 0 rows with a label; Ridge needs at least two. "
            + "Check the data view or its filters.",
            Assert.Throws<InvalidOperationException>(
                () => _context.MulticlassClassification.Trainers.Ridge(featureColumnName: "Series").Fit(data)).Message);
    }

    [Fact]
    public void Many_class_names_are_cut_in_a_message()
    {
        IDataView data = Keyed(SineWaves.Make(60, 12, classes: 30));
        var options = new RidgeMulticlassTrainer.Options
        {
            FeatureColumnName = "Series",
            ClassWeights = new Dictionary<string, double> { ["x"] = 2 }
        };
        Assert.EndsWith(" c19 and 10 more.", Assert.Throws<ArgumentException>(
            () => _context.MulticlassClassification.Trainers.Ridge(options).Fit(data)).Message);
    }

    private float[][] Scores(IDataView first, IDataView second)
    {
        var trainer = _context.MulticlassClassification.Trainers.Ridge(featureColumnName: "Series");
        ITransformer nothing = _context.Transforms.CopyColumns("Copy", "Series").Fit(first);
        using var sums = new RidgeAccumulator(_context, trainer, nothing, first.Schema);
        sums.Add(first);
        sums.Add(second);
        return [.. sums.Solve().Transform(first).GetColumn<float[]>("Score")];
    }

    private IDataView Keyed(List<SeriesRow> rows)
        => _context.Transforms.Conversion.MapValueToKey("Label").Fit(View(rows)).Transform(View(rows));

    private IDataView View(List<SeriesRow> rows) => SineWaves.View(_context, rows, 12);
}

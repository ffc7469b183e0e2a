using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.TestKit;
using Microsoft.ML.SeqConv.Tests.Data;
using Xunit;
using static Microsoft.ML.SeqConv.Tests.Linear.MinibatchSample;

namespace Microsoft.ML.SeqConv.Tests.Linear;

/// <summary>What logistic regression on minibatches refuses, and how it says so.</summary>
public class MinibatchBadInputTests
{
    private const string Remedy = "a view that is read twice must give the same rows in the same order. "
        + "Cache it, or save it to a file and load that.";

    private readonly MLContext _context = new(1);

    // The first reading is of labels, the second of validation rows and the third trains.
    [Theory]
    [InlineData(2, 150, 150)]
    [InlineData(3, 199, 199)]
    [InlineData(3, 64, 64)]
    public void A_stream_that_ends_early_in_a_later_reading(int reading, int rows, int near)
    {
        InvalidOperationException error = Refused(Changing(reading, all => all.Take(rows)));
        Assert.Equal($"Column 'LabelKey' differs near row {near} from its first reading; {Remedy}", error.Message);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void A_stream_that_goes_on_in_a_later_reading(int reading)
    {
        InvalidOperationException error = Refused(Changing(reading, all => all.Concat(Rows(1))));
        Assert.Equal($"Column 'LabelKey' differs near row 200 from its first reading; {Remedy}", error.Message);
    }

    [Fact]
    public void A_stream_of_other_rows_in_a_later_reading()
    {
        InvalidOperationException error = Refused(Changing(3, all => all.Select((row, i) => i == 70 ? all[71] : row)));
        Assert.Equal($"Column 'LabelKey' differs near row 70 from its first reading; {Remedy}", error.Message);
    }

    [Fact]
    public void A_label_that_comes_or_goes_in_a_later_reading()
    {
        List<SeriesRow> rows = Rows(200);
        rows[33].Label = "none";
        InvalidOperationException comes = Refused(Changing(3, _ => Rows(200), rows));
        Assert.Equal($"Column 'LabelKey' differs near row 33 from its first reading; {Remedy}", comes.Message);
        InvalidOperationException goes = Refused(Changing(3, _ => rows));
        Assert.Equal($"Column 'LabelKey' differs near row 33 from its first reading; {Remedy}", goes.Message);
    }

    [Fact]
    public void Features_of_another_length_midway()
    {
        List<SeriesRow> rows = Rows(200);
        rows[90].Series = rows[90].Series[..7];
        Assert.Equal("Column 'Series' has 7 values in row 90; its type promises 12.", Refused(rows).Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2048)]
    public void Features_that_are_not_finite(int cacheMegabytes)
    {
        List<SeriesRow> rows = Rows(200);
        rows[90].Series[4] = float.NaN;
        Assert.Equal(
            "Column 'Series' has NaN in slot 4 of row 90; MinibatchLogisticRegression needs finite features. "
            + "Replace missing values first, for example with mlContext.Transforms.ReplaceMissingValues.",
            Refused(rows, cacheMegabytes).Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Fewer_than_two_rows(int count) => Assert.Equal(
        $"Column 'LabelKey' has {count} rows with a label; MinibatchLogisticRegression needs at least two. "
        + "Check the data view or its filters.", Refused(Rows(count)).Message);

    [Fact]
    public void Rows_of_one_class() => Assert.Equal(
        "Column 'LabelKey' has the one class 'c2' in all 66 rows; a classifier needs at least two. "
        + "Check the data view or its filters.", Refused(Rows(200).Where(row => row.Label == "c2")).Message);

    [Fact]
    public void A_key_beyond_its_type_is_a_missing_label()
    {
        var warnings = new List<string>();
        _context.Log += (_, e) =>
        {
            if (e.Kind == Runtime.ChannelMessageKind.Warning)
                warnings.Add(e.Message);
        };
        IDataView data = _context.Data.LoadFromEnumerable(Enumerable.Range(0, 60)
            .Select(i => new Keyed { Features = [i % 2, i % 3], Label = i == 7 ? 5u : 1 + (uint)i % 2 }));
        MinibatchLogisticRegressionTrainer.Options options = Options(2);
        (options.LabelColumnName, options.FeatureColumnName) = ("Label", "Features");
        Assert.Equal(3, Fit(_context, options, data).NumberOfClasses);
        Assert.Contains(warnings, warning => warning.Contains("Column 'Label' is missing in 1 of 60 rows; "
            + "it is left out. Add the labels, or remove the rows.", StringComparison.Ordinal));
    }

    [Fact]
    public void Examples_without_weight()
    {
        List<SeriesRow> rows = Rows(40);
        foreach (SeriesRow row in rows)
            row.Weight = 0;
        MinibatchLogisticRegressionTrainer.Options options = Options();
        options.ExampleWeightColumnName = "Weight";
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(
            () => Fit(_context, options, View(_context, rows)));
        Assert.Equal("Column 'LabelKey' has 0 rows with a label and a weight above 0; "
            + "MinibatchLogisticRegression needs at least two. Check the data view or its filters.", error.Message);
    }

    [Fact]
    public void A_learning_rate_that_diverges()
    {
        MinibatchLogisticRegressionTrainer.Options options = Options();
        options.LearningRate = 1e38;
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(
            () => Fit(_context, options, View(_context, Rows(200))));
        Assert.StartsWith("The loss of epoch 1 is no finite number. Lower LearningRate (1E+38), or look for features "
            + "that the first 64 rows tell little of", error.Message);
    }

    [Fact]
    public void A_class_weight_of_no_class()
    {
        MinibatchLogisticRegressionTrainer.Options options = Options();
        options.ClassWeights = new Dictionary<string, double> { ["c9"] = 2 };
        ArgumentException error = Assert.Throws<ArgumentException>(
            () => Fit(_context, options, View(_context, Rows(20))));
        Assert.Equal("ClassWeights names the class 'c9', which column 'LabelKey' does not have; "
            + "its classes are c0, c1, c2.", error.Message);
    }

    [Fact]
    public void Options_out_of_range_are_named()
    {
        AssertRefused("NumberOfEpochs is 0; it must be 1 to 1000000.", options => options.NumberOfEpochs = 0);
        AssertRefused("BatchSize is 65; it must be 1 to ChunkSize, 64.", options => options.BatchSize = 65);
        AssertRefused("BatchSize is 0; it must be 1 to ChunkSize, 64.", options => options.BatchSize = 0);
        AssertRefused("ChunkSize is 0; it must be 1 to 1000000.", options => options.ChunkSize = 0);
        AssertRefused("LearningRate is 0; it must be positive and finite.", options => options.LearningRate = 0);
        AssertRefused("LearningRate is NaN; it must be positive and finite.",
            options => options.LearningRate = double.NaN);
        AssertRefused("ValidationRows is -1; it must be 0 to 1000000.", options => options.ValidationRows = -1);
        AssertRefused("ValidateEvery is 0; it must be at least 1.", options => options.ValidateEvery = 0);
        AssertRefused("LearningRatePatience is -1; it must be at least 0.",
            options => options.LearningRatePatience = -1);
        AssertRefused("Patience is -1; it must be at least 0.", options => options.Patience = -1);
        AssertRefused("CacheMegabytes is -1; it must be 0 to 1000000.", options => options.CacheMegabytes = -1);
        AssertRefused("NumberOfThreads is 0; it must be 1 to 1024.", options => options.NumberOfThreads = 0);
        AssertRefused("CheckpointEvery is 0; it must be at least 1.", options => options.CheckpointEvery = 0);
        AssertRefused("ClassWeights gives class 'c0' the weight 0; a weight must be positive and finite.",
            options => options.ClassWeights = new Dictionary<string, double> { ["c0"] = 0 });
    }

    [Fact]
    public void Checkpoint_folders_that_cannot_be_are_refused_before_the_training()
    {
        AssertRefused<ArgumentException>("CheckpointFolder is '', which names no folder. "
            + "Name one, or set null for none.", options => options.CheckpointFolder = "");
        AssertRefused<ArgumentException>("ResumeFrom is ' ', which names no folder. Name one, or set null for none.",
            options => options.ResumeFrom = " ");
        using var file = new TemporaryFile("taken");
        MinibatchLogisticRegressionTrainer.Options options = Options();
        options.CheckpointFolder = file.Path;
        var stages = new HashSet<string>();
        using IDisposable watching = _context.OnFitProgress(state => stages.Add(state.Stage));
        IOException error = Assert.Throws<IOException>(() => Fit(_context, options, View(_context, Rows(200))));
        Assert.StartsWith($"CheckpointFolder is '{file.Path}', which cannot be made:", error.Message);
        Assert.EndsWith("Name a folder that can be written to.", error.Message);
        Assert.DoesNotContain("training", stages);
    }

    private void AssertRefused(string message, Action<MinibatchLogisticRegressionTrainer.Options> change)
        => AssertRefused<ArgumentOutOfRangeException>(message, change);

    private void AssertRefused<TError>(string message, Action<MinibatchLogisticRegressionTrainer.Options> change)
        where TError : Exception
    {
        MinibatchLogisticRegressionTrainer.Options options = Options();
        change(options);
        TError error = Assert.Throws<TError>(
            () => _context.MulticlassClassification.Trainers.MinibatchLogisticRegression(options));
        Assert.StartsWith(message, error.Message);
    }

    private InvalidOperationException Refused(IEnumerable<SeriesRow> rows, int cacheMegabytes = 0)
    {
        MinibatchLogisticRegressionTrainer.Options options = Options();
        (options.CacheMegabytes, options.ValidationRows) = (cacheMegabytes, 10);
        return Assert.Throws<InvalidOperationException>(() => Fit(_context, options, View(_context, rows)));
    }

    /// <summary>Rows that are others in one reading.</summary>
    private static IEnumerable<SeriesRow> Changing(
        int reading, Func<List<SeriesRow>, IEnumerable<SeriesRow>> change, List<SeriesRow>? first = null)
    {
        int readings = 0;
        List<SeriesRow> rows = first ?? Rows(200);
        IEnumerable<SeriesRow> Each()
        {
            foreach (SeriesRow row in ++readings == reading ? change(rows) : rows)
                yield return row;
        }

        return Each();
    }

    private sealed class Keyed
    {
        [VectorType(2)]
        public float[] Features { get; set; } = [];

        [KeyType(3)]
        public uint Label { get; set; }
    }
}

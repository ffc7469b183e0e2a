using Microsoft.ML.SeqConv.TestKit;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.Sweep;

/// <summary>What a sweep is asked wrongly ends in one clear error before anything is fitted.</summary>
public class BadSweepTests
{
    private readonly MLContext _context = new(1);

    public static TheoryData<SequenceSweepOptions, string> BadOptions => new()
    {
        { new() { NumberOfTrials = 0 }, "NumberOfTrials is 0; a sweep needs a budget of at least 1 trial." },
        { new() { MaxSeconds = 0 },
            "MaxSeconds is 0; a sweep needs a budget above 0 seconds, at most 10,000,000." },
        { new() { MaxSeconds = double.NaN },
            "MaxSeconds is NaN; a sweep needs a budget above 0 seconds, at most 10,000,000." },
        { new() { NumberOfTrials = null },
            "NumberOfTrials and MaxSeconds are both null; a sweep needs a budget. Set one of them." },
        { new() { NumberOfFolds = 1 }, "NumberOfFolds is 1; it must be 2 to 100." },
        { new() { NumberOfRepeats = 0 }, "NumberOfRepeats is 0; it must be 1 to 100." },
        { new() { Search = (SweepSearch)7 }, "Search is 7; it must be one of SuccessiveHalving, Random." },
        { new() { MissingValues = (MissingValues)7 },
            "MissingValues is 7; it must be one of Error, Interpolate, Zero." },
        { new() { Candidates = [] }, "Candidates is empty; give at least one, or leave it null for the default ones." },
        { new() { Candidates = [null!] }, "Candidates has an entry that is null; leave it out." },
        { new()
        {
            Candidates = [new("a", new SweepSpace(), (_, _) => null!), new("a", new SweepSpace(), (_, _) => null!)]
        }, "2 candidates are named 'a'; give each a name of its own." },
        { new() { Metric = SweepMetric.RSquared }, "The metric RSquared is for regression, and this sweep is of a "
            + "classifier; choose Accuracy, MacroAccuracy, LogLoss." },
        { new() { Metric = (SweepMetric)9 }, "Metric is 9; it must be one of Accuracy, MacroAccuracy, LogLoss." },
        { new() { NumberOfFolds = 7 }, "The data has 6 rows with a label, fewer than the 7 folds. "
            + "Set NumberOfFolds to at most that, or give more rows." },
    };

    [Theory]
    [MemberData(nameof(BadOptions), DisableDiscoveryEnumeration = true)]
    public void Options_out_of_their_ranges_are_reported(SequenceSweepOptions options, string message)
        => Assert.StartsWith(message,
            Assert.ThrowsAny<ArgumentException>(() => _context.Model.SweepSequenceClassifier(Data(), options)).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Metrics_of_classes_do_not_fit_numbers() => Assert.StartsWith(
        "The metric Accuracy is for classification, and this sweep is of a regressor; choose RootMeanSquaredError, "
        + "MeanAbsoluteError, RSquared.",
        Assert.Throws<ArgumentException>(() => _context.Model.SweepSequenceRegressor(Data(),
            new SequenceSweepOptions { Metric = SweepMetric.Accuracy }, "Target")).Message, StringComparison.Ordinal);

    [Fact]
    public void Columns_that_are_missing_or_of_another_type_are_reported()
    {
        Assert.StartsWith("The data has no column 'Class'; it has ",
            Assert.Throws<ArgumentException>(() => _context.Model.SweepSequenceClassifier(Data(), null, "Class"))
                .Message, StringComparison.Ordinal);
        Assert.StartsWith("The data has no column 'Trace'; it has ",
            Assert.Throws<ArgumentException>(() => _context.Model.SweepSequenceClassifier(Data(), null, "Label",
                "Trace")).Message, StringComparison.Ordinal);
        Assert.StartsWith(
            "Column 'Label' is String; a sweep of a regressor needs Single. Convert it, or sweep a classifier.",
            Assert.Throws<ArgumentException>(() => _context.Model.SweepSequenceRegressor(Data())).Message,
            StringComparison.Ordinal);
    }

    private IDataView Data() => SineWaves.View(_context, SineWaves.Make(6, 20), 20);
}

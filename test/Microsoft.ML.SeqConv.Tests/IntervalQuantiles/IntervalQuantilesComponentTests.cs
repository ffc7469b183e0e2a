using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.TestKit;
using Microsoft.ML.SeqConv.Tests.Onnx;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.IntervalQuantiles;

/// <summary>QUANT as an ML.NET component.</summary>
public class IntervalQuantilesComponentTests
{
    private static readonly ComponentRules OneLength = new() { GraphNeedsLength = "for a fixed length only" };

    private readonly MLContext _context = new(1);

    [Fact]
    public void Univariate()
        => ComponentChecks.All(context => context.Transforms.IntervalQuantiles("Features", "Series"),
            SineWaves.Make(12, 40), 40);

    [Fact]
    public void Multivariate()
        => ComponentChecks.All(context => context.Transforms.IntervalQuantiles("Features", "Series", depth: 4, seed: 3),
            SineWaves.Make(12, 40, channels: 3), 3, 40);

    [Fact]
    public void Ragged()
        => ComponentChecks.All(OneLength, context => context.Transforms.IntervalQuantiles("Features", "Series"),
            SineWaves.Make(12, 40, ragged: true));

    [Fact]
    public void Ragged_multivariate()
        => ComponentChecks.All(OneLength, context => context.Transforms.IntervalQuantiles("Features", "Series"),
            SineWaves.Make(12, 40, channels: 2, ragged: true), 2, 0);

    [Fact]
    public void Without_scores_and_normalised() => ComponentChecks.All(
        context => context.Transforms.IntervalQuantiles("Features", new IntervalQuantilesEstimator.Options
        {
            Depth = 3,
            PointsPerQuantile = 7,
            NormalScores = false,
            Normalization = SeriesNormalization.ZNormalize,
            NumberOfThreads = 1
        }, "Series"),
        SineWaves.Make(12, 40), 40);

    [Fact]
    public void Fewer_knots_than_rows() => ComponentChecks.All(
        context => context.Transforms.IntervalQuantiles(
            "Features", new IntervalQuantilesEstimator.Options { MaxKnots = 5 }, "Series"),
        SineWaves.Make(12, 40), 40);

    [Theory]
    [InlineData("Depth", "Depth is 11; it must be 1 to 10.")]
    [InlineData("PointsPerQuantile", "PointsPerQuantile is 0; it must be 1 to 1024.")]
    [InlineData("MaxKnots", "MaxKnots is 1; it must be 2 to 4096.")]
    public void Options_out_of_range_are_refused(string option, string message)
    {
        var options = new IntervalQuantilesEstimator.Options();
        int value = option switch { "Depth" => 11, "MaxKnots" => 1, _ => 0 };
        options.GetType().GetProperty(option)!.SetValue(options, value);
        Assert.StartsWith(message, Assert.Throws<ArgumentOutOfRangeException>(
            () => _context.Transforms.IntervalQuantiles("Features", options)).Message);
    }

    [Fact]
    public void A_series_of_two_points_is_too_short()
    {
        IDataView data = SineWaves.View(_context, [new SeriesRow { Series = [1, 2] }]);
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => _context.Transforms
            .IntervalQuantiles("Features", new IntervalQuantilesEstimator.Options { ShortSeries = ShortSeries.Error },
                "Series").Fit(data));
        Assert.Contains("has 2 points", error.Message, StringComparison.Ordinal);
        Assert.Contains("at least 3", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Slot_names_say_what_a_feature_is()
    {
        IDataView data = SineWaves.View(_context, SineWaves.Make(10, 60), 60);
        IDataView output = _context.Transforms.IntervalQuantiles("Features", "Series").Fit(data).Transform(data);
        VBuffer<ReadOnlyMemory<char>> names = default;
        output.Schema["Features"].GetSlotNames(ref names);
        Assert.Equal("q1/15 i1/1", names.GetItemOrDefault(0).ToString());
        Assert.Contains(names.DenseValues(), name => name.ToString() == "q2/2 i3/8 shifted difference");
    }

    // Equal but for the last bits of means and magnitudes, in the series that the scores were fitted on too, whose
    // values are knots.
    [Theory]
    [InlineData(3)]
    [InlineData(37)]
    [InlineData(427)]
    public void Scores_of_the_graph_are_those_of_the_transform(int length)
    {
        var random = new Random(length);
        List<SeriesRow> rows = [.. Enumerable.Range(0, 200).Select(_ => new SeriesRow
        {
            Series = [.. Enumerable.Range(0, length).Select(_ => (float)random.NextDouble())]
        })];
        IDataView data = SineWaves.View(_context, rows, length);
        IntervalQuantilesTransformer model = _context.Transforms.IntervalQuantiles("Features", "Series").Fit(data);
        float[] native = [.. model.Transform(data).GetColumn<float[]>("Features").SelectMany(row => row)];
        byte[] file = OnnxRun.Export(_context, model, data);
        Assert.InRange(file.Length, 1, 1_500_000);
        using var run = new OnnxRun(file, new Microsoft.ML.OnnxRuntime.SessionOptions());
        float[] graph = [.. rows.Chunk(32).SelectMany(
            batch => run.Get<float>("Features", "Series", [.. batch.Select(row => row.Series)]))];
        Assert.Equal(native.Length, graph.Length);
        Assert.InRange(native.Zip(graph).Count(pair => pair.First != pair.Second), 0, native.Length / 100_000);
    }

    [Fact]
    public void A_spectrum_of_a_long_series_is_not_written()
    {
        IDataView data = SineWaves.View(_context, SineWaves.Make(4, 8193), 8193);
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => OnnxRun.Export(_context,
            _context.Transforms.IntervalQuantiles("Features", "Series", depth: 1).Fit(data), data));
        Assert.Equal("Series of 8193 points are too long for the spectrum of IntervalQuantiles in ONNX, which takes at "
            + "most 8192. Shorten them, or prune the features of the spectrum.", error.Message);
    }
}

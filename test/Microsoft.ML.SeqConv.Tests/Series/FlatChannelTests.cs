using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.TestKit;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.Series;

/// <summary>A channel that hardly moves in training must not decide everything once it moves.</summary>
public sealed class FlatChannelTests
{
    private const int Length = 60;

    private readonly MLContext _context = new(seed: 1);
    private readonly List<string> _warnings = [];

    public FlatChannelTests()
    {
        _context.Log += (_, entry) =>
        {
            if (entry.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Warning)
                _warnings.Add(entry.RawMessage);
        };
    }

    [Theory]
    [InlineData("Rocket", 0f, 1e-6f)]
    [InlineData("MultiRocket", 0f, 1e-6f)]
    [InlineData("MultiRocket", 0f, 0f)]
    [InlineData("MultiRocket", 1000f, 1e-4f)]
    [InlineData("Hydra", 0f, 1e-6f)]
    [InlineData("Hydra", 0f, 0f)]
    [InlineData("Hydra", 1000f, 1e-4f)]
    [InlineData("IntervalQuantiles", 0f, 1e-6f)]
    [InlineData("DilatedShapelets", 0f, 1e-6f)]
    public void A_flat_channel_that_moves_later_changes_no_feature_and_is_named(
        string featurizer, float level, float spread)
    {
        List<SeriesRow> train = SineWaves.Make(30, Length, channels: 2);
        List<SeriesRow> test = SineWaves.Make(30, Length, channels: 2);
        var random = new Random(1);
        foreach (SeriesRow row in train)
            SetChannel(row, () => level + spread * (float)random.NextDouble());
        foreach (SeriesRow row in test)
            SetChannel(row, () => level);
        List<SeriesRow> moved = [.. test.Select(row => new SeriesRow { Series = [.. row.Series], Label = row.Label })];
        foreach (SeriesRow row in moved)
            SetChannel(row, () => 5 * (float)random.NextDouble());

        ITransformer model = Featurizer(featurizer).Fit(View(train));
        float[][] flat = [.. model.Transform(View(test)).GetColumn<float[]>("Features")];
        Assert.Equal(flat, model.Transform(View(moved)).GetColumn<float[]>("Features"));
        string warning = Assert.Single(_warnings);
        Assert.StartsWith("Column 'Series' is flat in training in the channels 1 (", warning, StringComparison.Ordinal);
        Assert.EndsWith($"{featurizer} does not use them. Where they carry information, "
            + "bring the channels to a common scale, "
            + "for example with Normalization = SeriesNormalization.ZNormalize; else remove them.",
            warning, StringComparison.Ordinal);

        // Saved and loaded, and in ONNX.
        using var file = new MemoryStream();
        _context.Model.Save(model, View(train).Schema, file);
        file.Position = 0;
        Assert.Equal(flat, _context.Model.Load(file, out _).Transform(View(moved)).GetColumn<float[]>("Features"));
        var onnx = new MemoryStream();
        ITransformer pipeline = _context.Transforms.Conversion.MapValueToKey("LabelKey", "Label")
            .Append(Featurizer(featurizer))
            .Append(_context.MulticlassClassification.Trainers.Ridge("LabelKey")).Fit(View(train));
        _context.Model.SaveAsOnnx(pipeline, View(train), onnx);
        using var scorer = new OnnxSequenceScorer(onnx.ToArray(), "flat.onnx");
        float[][] native = [.. pipeline.Transform(View(moved)).GetColumn<float[]>("Score")];
        for (int i = 0; i < moved.Count; i++)
        {
            float[] scores = scorer.Score([moved[i].Series])[0].Scores;
            for (int c = 0; c < scores.Length; c++)
                Assert.Equal(native[i][c], scores[c], 1e-3);
        }
    }

    [Theory]
    [InlineData("MultiRocket", 1e5f, 0f)]       // beside noise that moves 1e5 times as far
    [InlineData("Hydra", 1e5f, 0f)]
    [InlineData("MultiRocket", 1f, 3e6f)]       // a few steps of single precision at its level
    [InlineData("MultiRocket", 1f, 0f, 1e8f)]   // one outlier in one point of another channel
    public void A_channel_that_tells_the_classes_is_used(string featurizer, float noise, float level, float outlier = 0)
    {
        var random = new Random(1);
        List<SeriesRow> rows = SineWaves.Make(30, Length, channels: 2);
        foreach (SeriesRow row in rows)
        {
            SetChannel(row, () => noise * (float)random.NextDouble());
            for (int t = 0; t < Length; t++)
                row.Series[t] += level;
        }

        rows[0].Series[Length] += outlier;
        Featurizer(featurizer).Fit(View(rows));
        Assert.Empty(_warnings);
    }

    [Fact]
    public void A_channel_of_another_unit_is_used()
    {
        List<SeriesRow> train = SineWaves.Make(30, Length, channels: 2);
        foreach (SeriesRow row in train)
            Scale(row, 1e-4f);
        ITransformer model = Featurizer("MultiRocket").Fit(View(train));
        Assert.Empty(_warnings);
        float[][] before = [.. model.Transform(View(train)).GetColumn<float[]>("Features")];
        foreach (SeriesRow row in train)
            Scale(row, -1);
        Assert.NotEqual(before, model.Transform(View(train)).GetColumn<float[]>("Features"));
    }

    [Fact]
    public void A_column_that_is_flat_in_all_channels_is_named_and_fitted()
    {
        List<SeriesRow> train = SineWaves.Make(12, Length);
        foreach (SeriesRow row in train)
            row.Series = [.. Enumerable.Repeat(7f, Length)];
        IDataView data = SineWaves.View(_context, train, Length);
        ITransformer model = Featurizer("Hydra").Fit(data);
        Assert.Equal("Column 'Series' is flat in training in the channels 0 (0): "
            + "the largest movement within a series is in "
            + "parentheses, that of all channels is 0. Hydra learns from rounding and noise. "
            + "Check the column, or scale its values.",
            Assert.Single(_warnings));
        Assert.All(model.Transform(data).GetColumn<float[]>("Features"),
            row => Assert.All(row, value => Assert.True(float.IsFinite(value))));
    }

    [Fact]
    public void Hydra_features_that_are_constant_in_training_stay_bounded()
    {
        // All training series are one series, so that every feature is constant. A feature is bounded by a thousand
        // times the relative change of its root; the published formula divides by 1e-8 and reaches 1e9.
        List<SeriesRow> train = [.. Enumerable.Repeat(SineWaves.Make(1, Length)[0], 12)];
        ITransformer model = Featurizer("Hydra").Fit(SineWaves.View(_context, train, Length));
        List<SeriesRow> test = SineWaves.Make(20, Length);
        IDataView scored = model.Transform(SineWaves.View(_context, test, Length));
        Assert.All(scored.GetColumn<float[]>("Features"),
            row => Assert.All(row, value => Assert.InRange(value, -1e5f, 1e5f)));
    }

    private IEstimator<ITransformer> Featurizer(string name) => name switch
    {
        "MultiRocket" => _context.Transforms.MultiRocket("Features", "Series", 672, seed: 1),
        "DilatedShapelets" => _context.Transforms.DilatedShapelets(
            "Features", inputColumnName: "Series", numberOfShapelets: 60, seed: 1),
        "IntervalQuantiles" => _context.Transforms.IntervalQuantiles("Features", "Series", normalScores: false),
        "Hydra" => _context.Transforms.Hydra("Features", "Series", seed: 1),
        _ => _context.Transforms.Rocket("Features",
            new RocketEstimator.Options { NumberOfKernels = 100, Seed = 1, Normalization = SeriesNormalization.None },
            "Series"),
    };

    private IDataView View(List<SeriesRow> rows) => SineWaves.View(_context, rows, 2, Length);

    private static void SetChannel(SeriesRow row, Func<float> value)
    {
        for (int t = Length; t < 2 * Length; t++)
            row.Series[t] = value();
    }

    private static void Scale(SeriesRow row, float factor)
    {
        for (int t = Length; t < 2 * Length; t++)
            row.Series[t] *= factor;
    }
}

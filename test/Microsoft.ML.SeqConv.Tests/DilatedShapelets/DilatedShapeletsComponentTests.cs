using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.TestKit;
using Microsoft.ML.SeqConv.Tests.Onnx;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.DilatedShapelets;

/// <summary>Dilated shapelets as an ML.NET component.</summary>
public class DilatedShapeletsComponentTests
{
    [Fact]
    public void Univariate() => ComponentChecks.All(
        context => context.Transforms.DilatedShapelets("Features", "Flag", "Series", numberOfShapelets: 60),
        SineWaves.Make(12, 40), 40);

    [Fact]
    public void Multivariate_without_labels() => ComponentChecks.All(
        context => context.Transforms.DilatedShapelets(
            "Features", inputColumnName: "Series", numberOfShapelets: 60, seed: 3),
        SineWaves.Make(12, 40, channels: 3), 3, 40);

    [Fact]
    public void Ragged_and_normalised() => ComponentChecks.All(
        context => context.Transforms.DilatedShapelets("Features", new DilatedShapeletsEstimator.Options
        {
            NumberOfShapelets = 60,
            Normalization = SeriesNormalization.ZNormalize,
            NumberOfThreads = 1
        }, inputColumnName: "Series"),
        SineWaves.Make(12, 40, ragged: true));

    [Fact]
    public void Ragged_multivariate() => ComponentChecks.All(
        context => context.Transforms.DilatedShapelets("Features", inputColumnName: "Series", numberOfShapelets: 60),
        SineWaves.Make(12, 40, channels: 2, ragged: true), 2, 0);

    [Theory]
    [InlineData(1, 40)]
    [InlineData(1, 0)]
    [InlineData(3, 40)]
    [InlineData(12, 0)]
    public void Features_have_the_native_bits_in_ONNX_Runtime(int channels, int length)
    {
        var context = new MLContext(1);
        List<SeriesRow> rows = SineWaves.Make(12, 40, channels, ragged: length == 0);

        // Flat and rounded stretches: equal distances, and windows that do not spread.
        foreach (SeriesRow row in rows)
        {
            for (int i = 0; i < row.Series.Length; i++)
                row.Series[i] = i % 16 < 6 ? 1 : MathF.Round(2 * row.Series[i]) / 2;
        }

        int[] dimensions = channels == 1 ? length == 0 ? [] : [length] : [channels, length];
        IDataView data = SineWaves.View(context, rows, dimensions);
        ITransformer model = context.Transforms.DilatedShapelets("Features", new DilatedShapeletsEstimator.Options
        {
            NumberOfShapelets = 120,
            NumberOfChannels = channels,
        }, inputColumnName: "Series").Fit(data);
        float[][] expected = [.. model.Transform(data).GetColumn<float[]>("Features")];
        using OnnxRun run = OnnxRun.Of(context, model, data);
        for (int i = 0; i < rows.Count; i++)
            Assert.Equal(expected[i], run.Get<float>("Features", "Series", [rows[i].Series],
                channels > 1 ? [channels, rows[i].Series.Length / channels] : []));

        // Beyond the range of training, which limits features.
        foreach (SeriesRow row in rows)
        {
            for (int i = 0; i < row.Series.Length; i++)
                row.Series[i] *= 1 + i % 7;
        }

        expected = [.. model.Transform(SineWaves.View(context, rows, dimensions)).GetColumn<float[]>("Features")];
        for (int i = 0; i < rows.Count; i++)
            Assert.Equal(expected[i], run.Get<float>("Features", "Series", [rows[i].Series],
                channels > 1 ? [channels, rows[i].Series.Length / channels] : []));
    }

    [Fact]
    public void Without_the_limit_later_features_leave_the_range_of_training()
    {
        var context = new MLContext(1);
        List<SeriesRow> rows = SineWaves.Make(12, 40);
        IDataView data = SineWaves.View(context, rows, 40);
        IDataView louder = SineWaves.View(
            context, [.. rows.Select(row => new SeriesRow { Series = [.. row.Series.Select(x => 9 * x)] })], 40);
        float[][] limited = Features(limit: true, data, louder);
        float[][] unlimited = Features(limit: false, data, louder);
        float[][] training = Features(limit: false, data, data);
        Assert.Equal(training, Features(limit: true, data, data));
        for (int j = 0; j < training[0].Length; j++)
        {
            (float least, float largest) = (training.Min(row => row[j]), training.Max(row => row[j]));
            for (int i = 0; i < limited.Length; i++)
                Assert.Equal(Math.Clamp(unlimited[i][j], least, largest), limited[i][j]);
        }

        Assert.NotEqual(unlimited, limited);

        float[][] Features(bool limit, IDataView train, IDataView view)
            => [.. context.Transforms.DilatedShapelets("Features", new DilatedShapeletsEstimator.Options
            {
                NumberOfShapelets = 60,
                LimitToTrainingRange = limit,
                Seed = 1,
            }, inputColumnName: "Series").Fit(train).Transform(view).GetColumn<float[]>("Features")];
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1_000_001)]
    public void An_option_out_of_its_range_is_named(int shapelets)
    {
        ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(
            () => new MLContext(1).Transforms.DilatedShapelets("Features", numberOfShapelets: shapelets));
        Assert.StartsWith(
            $"NumberOfShapelets is {shapelets}; it must be 1 to 1000000.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_label_that_is_no_class_and_no_number_is_refused()
    {
        var context = new MLContext(1);
        IDataView data = context.Data.LoadFromEnumerable([new TextLabel { Series = [1, 2, 3], Label = "a" }]);
        ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(
            () => context.Transforms.DilatedShapelets("Features", "Label", "Series").Fit(data));
        Assert.StartsWith("Column 'Label' is String; DilatedShapelets needs a label that is a key or Boolean (classes) "
            + "or Single (a number).", error.Message, StringComparison.Ordinal);
        error = Assert.Throws<ArgumentOutOfRangeException>(
            () => context.Transforms.DilatedShapelets("Features", "Klass", "Series").Fit(data));
        Assert.StartsWith("Column 'Klass' is missing; DilatedShapelets draws shapelets by class.", error.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_are_read_by_the_fit_alone()
    {
        var context = new MLContext(1);
        List<SeriesRow> rows = SineWaves.Make(12, 40);
        IDataView data = SineWaves.View(context, rows, 40);
        ITransformer model = context.Transforms.DilatedShapelets("Features", "Flag", "Series", 60, seed: 1).Fit(data);
        IDataView without = context.Transforms.DropColumns("Flag").Fit(data).Transform(data);
        Assert.Equal(model.Transform(data).GetColumn<float[]>("Features").Last(),
            model.Transform(without).GetColumn<float[]>("Features").Last());
    }

    [Fact]
    public void A_label_column_without_a_label_is_refused()
    {
        var context = new MLContext(1);
        IDataView data = context.Data.LoadFromEnumerable([new TextLabel { Series = [1, 2, 3], Label = null }]);
        IDataView keys = context.Transforms.Conversion.MapValueToKey("Label").Fit(
            context.Data.LoadFromEnumerable([new TextLabel { Series = [1, 2, 3], Label = "a" }])).Transform(data);
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(
            () => context.Transforms.DilatedShapelets("Features", "Label", "Series").Fit(keys));
        Assert.StartsWith("Column 'Label' has no row with a label among 1; DilatedShapelets draws from those that have "
            + "one.", error.Message, StringComparison.Ordinal);
    }

    private sealed class TextLabel
    {
        [VectorType(3)]
        public float[] Series { get; set; } = [];

        public string? Label { get; set; }
    }
}

using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.TestKit;
using Microsoft.ML.SeqConv.Tests.Onnx;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.DilatedShapelets;

/// <summary>DilatedShapelets as an ML.NET component.</summary>
public class DilatedShapeletsComponentTests
{
    [Fact]
    public void Univariate()
        => ComponentChecks.All(context => context.Transforms.DilatedShapelets("Features", "Series", numberOfKernels: 60),
            SineWaves.Make(12, 40), 40);

    [Fact]
    public void Multivariate()
        => ComponentChecks.All(
            context => context.Transforms.DilatedShapelets("Features", "Series", numberOfKernels: 60, seed: 3),
            SineWaves.Make(12, 40, channels: 3), 3, 40);

    [Fact]
    public void Ragged_and_normalised() => ComponentChecks.All(
        context => context.Transforms.DilatedShapelets("Features", new DilatedShapeletsEstimator.Options
        {
            NumberOfKernels = 60,
            Normalization = SeriesNormalization.ZNormalize,
            NumberOfThreads = 1
        }, "Series"),
        SineWaves.Make(12, 40, ragged: true));

    [Fact]
    public void Features_are_the_same_in_ONNX_Runtime()
    {
        var context = new MLContext(1);
        List<SeriesRow> rows = SineWaves.Make(12, 40);
        IDataView data = SineWaves.View(context, rows, 40);
        ITransformer model = context.Transforms.DilatedShapelets("Features", "Series", numberOfKernels: 60).Fit(data);
        using OnnxRun run = OnnxRun.Of(context, model, data);
        float[] expected = [.. model.Transform(data).GetColumn<float[]>("Features").SelectMany(values => values)];
        float[] actual = run.Get<float>("Features", "Series", [.. rows.Select(row => row.Series)]);
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], 1e-4);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1_000_001)]
    public void An_option_out_of_its_range_is_named(int kernels)
    {
        ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(
            () => new MLContext(1).Transforms.DilatedShapelets("Features", "Series", numberOfKernels: kernels));
        Assert.Contains("NumberOfKernels", error.Message, StringComparison.Ordinal);
    }
}

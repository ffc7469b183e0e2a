using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.TestKit;
using Microsoft.ML.SeqConv.Tests.Onnx;
using Xunit;

namespace Microsoft.ML.SeqConv.Torch.Tests.Trainers;

/// <summary>
/// __Name__ as an ML.NET component. Single precision sums in another order for another batch, hence the tolerance.
/// </summary>
public class __Name__ComponentTests
{
    private const double Tolerance = 1e-4;

    [Fact]
    public void Multiclass()
        => ComponentChecks.AllWithin(Tolerance, context => Keyed(context, Small()), SineWaves.Make(24, 30), 30);

    [Fact]
    public void Multiclass_multivariate()
        => ComponentChecks.AllWithin(Tolerance, context => Keyed(context, Small()),
            SineWaves.Make(24, 30, channels: 3), 3, 30);

    [Fact]
    public void Regression_ragged() => ComponentChecks.AllWithin(
        Tolerance,
        context =>
        {
            __Name__Trainer.Options options = Small();
            options.LabelColumnName = "Target";
            return context.Regression.Trainers.__Name__(options);
        },
        SineWaves.Make(24, 30, ragged: true));

    [Fact]
    public void Scores_are_the_same_in_ONNX_Runtime()
    {
        var context = new MLContext(1);
        List<SeriesRow> rows = SineWaves.Make(24, 30);
        IDataView data = SineWaves.View(context, rows, 30);
        ITransformer model = Keyed(context, Small()).Fit(data);
        using (OnnxRun run = OnnxRun.Of(context, model, data))
        {
            float[] expected = [.. model.Transform(data).GetColumn<float[]>("Score").SelectMany(scores => scores)];
            float[] actual = run.Get<float>("Score", "Series", [.. rows.Select(row => row.Series)]);
            Assert.Equal(expected.Length, actual.Length);
            for (int i = 0; i < expected.Length; i++)
                Assert.Equal(expected[i], actual[i], 1e-5);
        }

        (model as IDisposable)?.Dispose();
    }

    private static __Name__Trainer.Options Small()
        => new() { LabelColumnName = "LabelKey", NumberOfEpochs = 2, NumberOfFilters = 4, BatchSize = 8 };

    private static IEstimator<ITransformer> Keyed(MLContext context, __Name__Trainer.Options options)
        => context.Transforms.Conversion.MapValueToKey("LabelKey", "Label")
            .Append(context.MulticlassClassification.Trainers.__Name__(options));
}

using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.TestKit;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.Explanation;

/// <summary>Occlusion: what a score loses when a window of the series is hidden.</summary>
public class OcclusionTests
{
    private readonly MLContext _context = new(seed: 1);

    [Fact]
    public void Drops_are_those_of_the_pipelines_score()
    {
        List<SeriesRow> rows = SineWaves.Make(24, 20, channels: 2);
        ITransformer model = ExplainedPipelines.Featurizer(_context, "MiniRocket")
            .Append(ExplainedPipelines.Head(_context, "ridge")).Fit(SineWaves.View(_context, rows, 2, 20));
        var options = new SeriesExplanationOptions
        {
            Method = ExplanationMethod.Occlusion,
            OcclusionWindowSize = 8,
            OcclusionStride = 8,
            ClassName = "c1",
            OcclusionFill = 0.25f
        };
        SeriesExplanation explanation = _context.Model.ExplainSeries(model, rows[1].Series, options);
        Assert.Equal((ExplanationMethod.Occlusion, "c1", 1, 2, 20, 0.0), (explanation.Method, explanation.ClassName,
            explanation.ClassIndex, explanation.NumberOfChannels, explanation.Length, explanation.Intercept));

        // Windows begin at 0, 8 and 12: the last ends with the series and shares points 12 to 15 with the one before.
        double[] drops = [.. new[] { 0, 8, 12 }
            .Select(start => Score(model, rows[1].Series, -1, 0) - Score(model, rows[1].Series, 20 + start, 0.25f))];
        for (int t = 0; t < 20; t++)
        {
            double expected =
                t < 8 ? drops[0] / 8 : t < 12 ? drops[1] / 8 : t < 16 ? (drops[1] + drops[2]) / 16 : drops[2] / 8;
            Assert.Equal(expected, explanation.Contributions[1, t], 1e-6);
        }

        Assert.Equal(Score(model, rows[1].Series, -1, 0), explanation.Score, 1e-6);
    }

    [Fact]
    public void A_cancelled_context_ends_an_explanation()
    {
        List<SeriesRow> rows = SineWaves.Make(24, 20);
        ITransformer model = ExplainedPipelines.Featurizer(_context, "MiniRocket")
            .Append(ExplainedPipelines.Head(_context, "ridge")).Fit(SineWaves.View(_context, rows, 20));
        var cancelled = new MLContext(1);
        using var source = new CancellationTokenSource();
        using IDisposable cancelling = cancelled.CancelOn(source.Token);
        source.Cancel();
        Assert.Throws<OperationCanceledException>(
            () => cancelled.Model.ExplainSeries(model, rows[1].Series, ExplanationMethod.Occlusion));
    }

    [Fact]
    public void Any_trained_pipeline_is_explained()
    {
        // A forest on features that a nonlinear map made, behind a column that is missing when a series stands alone.
        List<SeriesRow> rows = SineWaves.Make(60, 40);
        ITransformer model = _context.Transforms.Conversion.MapValueToKey("Label")
            .Append(ExplainedPipelines.Featurizer(_context, "MiniRocket")).Append(
                _context.Transforms.NormalizeLpNorm("Features"))
            .Append(_context.BinaryClassification.Trainers.FastTree("Flag", minimumExampleCountPerLeaf: 4)).Fit(
                SineWaves.View(_context, rows, 40));
        SeriesExplanation explanation = _context.Model.ExplainSeries(model,
            rows[1].Series, ExplanationMethod.Occlusion);
        Assert.Equal(("True", 40), (explanation.ClassName, explanation.Length));
        Assert.Equal(model.Transform(SineWaves.View(_context, rows.Skip(1).Take(1), 40)).GetColumn<float>("Score")
            .Single(), explanation.Score, 1e-6);
        Assert.Contains(explanation.Contributions.Cast<double>(), value => value != 0);
        Assert.All(explanation.Contributions.Cast<double>(), value => Assert.True(double.IsFinite(value)));

        // Without this library's components the column is named.
        ITransformer own = _context.Regression.Trainers.Sdca("Target", "Series", maximumNumberOfIterations: 3)
            .Fit(SineWaves.View(_context, rows, 40));
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(
            () => _context.Model.ExplainSeries(own, rows[0].Series, ExplanationMethod.Occlusion));
        Assert.Equal("No component of this library reads a series in the pipeline. "
            + "Name its column in SeriesExplanationOptions.SeriesColumnName.", error.Message);
        explanation = _context.Model.ExplainSeries(own, rows[0].Series,
            new SeriesExplanationOptions { Method = ExplanationMethod.Occlusion, SeriesColumnName = "Series" });
        Assert.Null(explanation.ClassName);
    }

    [Fact]
    public void The_fill_is_the_mean_of_the_points_that_are_there()
    {
        List<SeriesRow> rows = SineWaves.Make(24, 20);
        ITransformer model = ExplainedPipelines.Featurizer(_context, "MiniRocket", missing: MissingValues.Interpolate)
            .Append(_context.Regression.Trainers.Ridge("Target")).Fit(SineWaves.View(_context, rows, 20));
        float[] series = [.. rows[3].Series];
        series[4] = float.NaN;
        float mean = (float)series.Where(value => !float.IsNaN(value)).Average(value => (double)value);
        double[,] byDefault = _context.Model.ExplainSeries(model, series, ExplanationMethod.Occlusion).Contributions;
        Assert.Equal(_context.Model.ExplainSeries(model, series,
            new SeriesExplanationOptions { Method = ExplanationMethod.Occlusion, OcclusionFill = mean }).Contributions,
            byDefault);
        Assert.NotEqual(
            _context.Model.ExplainSeries(model, series,
                new SeriesExplanationOptions { Method = ExplanationMethod.Occlusion, OcclusionFill = mean + 1 })
                .Contributions, byDefault);
    }

    private double Score(ITransformer model, float[] series, int hiddenFrom, float fill)
    {
        float[] hidden = [.. series];
        if (hiddenFrom >= 0)
            hidden.AsSpan(hiddenFrom, 8).Fill(fill);
        return model.Transform(SineWaves.View(_context, [new SeriesRow { Series = hidden, Label = "c0" }], 2, 20))
            .GetColumn<float[]>("Score").Single()[1];
    }
}

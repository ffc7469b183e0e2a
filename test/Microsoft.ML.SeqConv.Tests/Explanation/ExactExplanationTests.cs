using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.TestKit;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.Explanation;

/// <summary>Explanations of linear heads sum to the scores of the pipeline.</summary>
public class ExactExplanationTests
{
    public static TheoryData<string> Featurizers
        => ["MiniRocket", "Rocket", "MultiRocket", "Hydra", "Convolution1D", "Hydra and MultiRocket, normalised apart",
            "IntervalQuantiles", "IntervalQuantiles without scores", "DilatedShapelets"];

    public static TheoryData<string> Heads
        => ["ridge", "maximum entropy", "sdca", "ridge, binary", "logistic, binary", "perceptron",
            "ridge, regression", "sdca, regression", "ridge ensemble", "ridge ensemble, binary",
            "ridge ensemble, regression"];

    [Theory]
    [MemberData(nameof(Featurizers))]
    public void Every_featurizer(string name)
    {
        List<SeriesRow> rows = SineWaves.Make(24, 50);
        Check(context => ExplainedPipelines.Featurizer(context, name), "ridge", rows, 50);
    }

    [Theory]
    [MemberData(nameof(Featurizers))]
    public void Normalised_and_interpolated(string name)
    {
        List<SeriesRow> rows = SineWaves.Make(24, 50);
        foreach (SeriesRow row in rows)
            row.Series[3] = row.Series[4] = row.Series[49] = float.NaN;
        Check(context => ExplainedPipelines.Featurizer(context, name, SeriesNormalization.ZNormalize,
            MissingValues.Interpolate), "ridge", rows, 50);
    }

    [Theory]
    [InlineData("MiniRocket")]
    [InlineData("Rocket")]
    [InlineData("MultiRocket")]
    [InlineData("Hydra")]
    [InlineData("IntervalQuantiles")]
    [InlineData("DilatedShapelets")]
    public void Several_channels(string name)
        => Check(context => ExplainedPipelines.Featurizer(context, name), "ridge",
            SineWaves.Make(24, 30, channels: 4), 4, 30);

    [Theory]
    [MemberData(nameof(Featurizers))]
    public void Ragged_series_and_one_of_a_single_point(string name)
    {
        List<SeriesRow> rows = SineWaves.Make(24, 40, ragged: true);
        var context = new MLContext(seed: 1);
        ITransformer model = ExplainedPipelines.Featurizer(context, name)
            .Append(ExplainedPipelines.Head(context, "ridge")).Fit(SineWaves.View(context, rows));
        rows.Insert(0, new SeriesRow { Series = [1.5f], Label = "c0" });
        rows.Insert(0, new SeriesRow { Series = [1.5f, 0, -1], Label = "c0" });
        ExplainedPipelines.CheckSums(context, model, [.. rows.Take(5)]);
    }

    [Theory]
    [MemberData(nameof(Heads))]
    public void Every_head(string name)
        => Check(context => ExplainedPipelines.Featurizer(context, "MiniRocket"), name, SineWaves.Make(30, 40), 40);

    [Fact]
    public void An_ensemble_of_two_columns()
        => Check(context => ExplainedPipelines.Featurizer(context, "Hydra and MultiRocket, normalised apart"),
            "ridge ensemble of two columns", SineWaves.Make(30, 40), 40);

    [Fact]
    public void A_loaded_model()
    {
        List<SeriesRow> rows = SineWaves.Make(24, 50);
        foreach (string head in new[] { "ridge", "maximum entropy", "logistic, binary" })
        {
            var context = new MLContext(seed: 1);
            IDataView data = SineWaves.View(context, rows, 50);
            ITransformer model = ExplainedPipelines.Featurizer(context, "Hydra and MultiRocket, normalised apart")
                .Append(ExplainedPipelines.Head(context, head)).Fit(data);
            using var file = new MemoryStream();
            context.Model.Save(model, data.Schema, file);
            ITransformer loaded = new MLContext().Model.Load(file, out _);
            ExplainedPipelines.CheckSums(context, loaded, [.. rows.Take(3)], 50);
            Assert.Equal(context.Model.ExplainSeries(model, rows[0].Series).Contributions,
                context.Model.ExplainSeries(loaded, rows[0].Series).Contributions);
        }
    }

    [Fact]
    public void Of_two_classes_with_one_score_False_has_the_negative()
    {
        var context = new MLContext(seed: 1);
        List<SeriesRow> rows = SineWaves.Make(24, 40);
        ITransformer model = ExplainedPipelines.Featurizer(context, "MiniRocket")
            .Append(ExplainedPipelines.Head(context, "ridge, binary")).Fit(SineWaves.View(context, rows, 40));
        SeriesExplanation yes = context.Model.ExplainSeries(model, rows[0].Series);
        SeriesExplanation no = context.Model.ExplainSeries(model, rows[0].Series, "False");
        Assert.Equal(("True", 1, "False", 0), (yes.ClassName, yes.ClassIndex, no.ClassName, no.ClassIndex));
        Assert.Equal(-yes.Score, no.Score);
        Assert.Equal(-yes.Intercept, no.Intercept);
        Assert.Equal(yes.Contributions.Cast<double>(), no.Contributions.Cast<double>().Select(value => -value));
    }

    [Fact]
    public void A_model_that_is_linear_in_the_series_gives_each_point_its_product()
    {
        // A kernel of one point, 2, without pooling: features are twice the points, and ridge's
        // coefficients make the score.
        var context = new MLContext(seed: 1);
        List<SeriesRow> rows = SineWaves.Make(40, 12);
        TransformerChain<RegressionPredictionTransformer<RidgeRegressionModelParameters>> model = context.Transforms
            .Convolution1D("Features",
                new ConvolutionOptions { Kernels = [new float[,] { { 2 } }], Biases = [0.25f] }, "Series")
            .Append(context.Regression.Trainers.Ridge("Target")).Fit(SineWaves.View(context, rows, 12));
        RidgeRegressionModelParameters ridge = model.LastTransformer.Model;
        SeriesExplanation explanation = context.Model.ExplainSeries(model, rows[5].Series);
        double[,] own = explanation.ContributionsWithoutIntercept();
        for (int t = 0; t < 12; t++)
            Assert.Equal(2.0 * ridge.Coefficients[t] * rows[5].Series[t], own[0, t], 1e-12);
        double biases = 0;
        foreach (float coefficient in ridge.Coefficients)
            biases += 0.25 * coefficient;
        Assert.Equal(ridge.Intercept + biases, explanation.Intercept, 1e-6);

        // To hide a point is to lose its product.
        SeriesExplanation occluded = context.Model.ExplainSeries(
            model, rows[5].Series, new SeriesExplanationOptions
            {
                Method = ExplanationMethod.Occlusion,
                OcclusionWindowSize = 1,
                OcclusionFill = 0
            });
        for (int t = 0; t < 12; t++)
            Assert.Equal(own[0, t], occluded.Contributions[0, t], 1e-5);
    }

    private static void Check(Func<MLContext, IEstimator<ITransformer>> featurizer, string head,
        List<SeriesRow> rows, params int[] dimensions)
    {
        var context = new MLContext(seed: 1);
        ITransformer model = featurizer(context).Append(ExplainedPipelines.Head(context, head))
            .Fit(SineWaves.View(context, rows, dimensions));
        ExplainedPipelines.CheckSums(context, model, [.. rows.Take(4)], dimensions);
    }
}

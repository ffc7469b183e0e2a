using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.TestKit;
using Xunit;

namespace Microsoft.ML.SeqConv.Torch.Tests.Trainers;

/// <summary>Explanations of networks over series.</summary>
public class SeriesExplanationTests
{
    private const int Length = 24;

    private readonly MLContext _context = new(seed: 1);
    private readonly List<SeriesRow> _rows = SineWaves.Make(18, Length, channels: 2);

    [Theory]
    [InlineData("Fcn")]
    [InlineData("ResNet")]
    [InlineData("InceptionTime")]
    public void Gradients_agree_with_finite_differences(string network)
    {
        using SeriesNetworkTransformer model = Fit(network);
        float[] series = _rows[4].Series;
        SeriesExplanation explanation = _context.Model.ExplainSeries(model, series, "c1");
        Assert.Equal((ExplanationMethod.GradientTimesInput, "c1", 1, 2, Length), (explanation.Method,
            explanation.ClassName, explanation.ClassIndex, explanation.NumberOfChannels, explanation.Length));

        // The networks bend at zeros of their rectifiers, so that a difference over a finite step is near the
        // derivative but for a few points.
        double largest = explanation.Contributions.Cast<double>().Max(Math.Abs);
        double[] errors = [.. Enumerable.Range(0, series.Length).Select(i =>
        {
            double difference = (Output(model, series, i, 1e-2f) - Output(model, series, i, -1e-2f)) / 2e-2;
            return Math.Abs(difference * series[i] - explanation.Contributions[i / Length, i % Length]) / largest;
        })];
        Assert.True(errors.Order().ElementAt(errors.Length * 3 / 4) < 0.02, "Three quarters of the errors reach "
            + $"{errors.Order().ElementAt(errors.Length * 3 / 4)} of the largest contribution.");
        Assert.True(errors.Max() < 0.25, $"The largest error is {errors.Max()} of the largest contribution.");
    }

    [Fact]
    public void The_predicted_class_is_explained_by_the_mean_output_of_the_ensemble()
    {
        using SeriesNetworkTransformer model = Fit("InceptionTime");
        IDataView scored = model.Transform(SineWaves.View(_context, _rows, 2, Length));
        uint[] predicted = [.. scored.GetColumn<uint>("PredictedLabel")];
        for (int row = 0; row < 5; row++)
        {
            SeriesExplanation explanation = _context.Model.ExplainSeries(model, _rows[row].Series);
            Assert.Equal((int)predicted[row] - 1, explanation.ClassIndex);
            Assert.Equal(0, explanation.Intercept);
            Assert.Equal(Output(model, _rows[row].Series, 0, 0, explanation.ClassIndex!.Value),
                explanation.Score, 1e-5);
        }
    }

    [Fact]
    public void A_value_is_explained_in_its_own_unit()
    {
        using SeriesNetworkTransformer model = _context.Regression.Trainers.Fcn(
            new FcnTrainer.Options { LabelColumnName = "Target", NumberOfEpochs = 2, NumberOfFilters = 4 })
            .Fit(SineWaves.View(_context, _rows, 2, Length));
        SeriesExplanation explanation = _context.Model.ExplainSeries(model, _rows[2].Series);
        float score = model.Transform(SineWaves.View(_context, _rows, 2, Length))
            .GetColumn<float>("Score").ElementAt(2);
        Assert.Equal(score, explanation.Score, 1e-5);
        Assert.Null(explanation.ClassName);
    }

    [Fact]
    public void Occlusion_explains_the_score_of_a_pipeline_around_a_network()
    {
        IDataView data = SineWaves.View(_context, _rows, 2, Length);
        ITransformer model = _context.Transforms.Conversion.MapValueToKey("Label")
            .Append(_context.MulticlassClassification.Trainers.Fcn(
                new FcnTrainer.Options { NumberOfEpochs = 2, NumberOfFilters = 4 }))
            .Append(_context.Transforms.Conversion.MapKeyToValue("PredictedLabel")).Fit(data);
        float[] scores = model.Transform(data).GetColumn<float[]>("Score").First();
        SeriesExplanation explanation = _context.Model.ExplainSeries(model,
            _rows[0].Series, ExplanationMethod.Occlusion);
        Assert.Equal(scores.Max(), explanation.Score, 1e-5);
        Assert.Equal($"c{Array.IndexOf(scores, scores.Max())}", explanation.ClassName);
        Assert.Equal((2, Length), (explanation.NumberOfChannels, explanation.Length));
        Assert.Contains(explanation.Contributions.Cast<double>(), value => value != 0);
    }

    [Fact]
    public void What_cannot_be_explained_is_said()
    {
        using SeriesNetworkTransformer model = Fit("Fcn");
        ArgumentException unknown = Assert.Throws<ArgumentException>(
            () => _context.Model.ExplainSeries(model, _rows[0].Series, "c9"));
        Assert.StartsWith("ClassName is 'c9'; the classes of the model are 'c0', 'c1', 'c2'.", unknown.Message);
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(
            () => _context.Model.ExplainSeries(model, _rows[0].Series, ExplanationMethod.Exact));
        Assert.Equal("The head, step 1 of 1, SeriesNetworkTransformer, is a network, which is not linear in features. "
            + "Use ExplanationMethod.GradientTimesInput or Occlusion.", error.Message);
        error = Assert.Throws<InvalidOperationException>(
            () => _context.Model.ExplainSeries(model, new float[2 * Length + 1]));
        Assert.Equal($"Column 'Series' has {2 * Length + 1} values in row 0; they must fill 2 channels equally. "
            + "Correct the row, or NumberOfChannels.", error.Message);
    }

    private SeriesNetworkTransformer Fit(string network)
    {
        var trainers = _context.MulticlassClassification.Trainers;
        IDataView data = _context.Transforms.Conversion.MapValueToKey("Label")
            .Fit(SineWaves.View(_context, _rows, 2, Length)).Transform(SineWaves.View(_context, _rows, 2, Length));
        return network switch
        {
            "Fcn" => trainers.Fcn(new FcnTrainer.Options
            {
                NumberOfEpochs = 3,
                Normalization = SeriesNormalization.None,
                NumberOfFilters = 4
            }).Fit(data),
            "ResNet" => trainers.ResNet(new ResNetTrainer.Options
            {
                NumberOfEpochs = 3,
                Normalization = SeriesNormalization.None,
                NumberOfFilters = 4
            }).Fit(data),
            _ => trainers.InceptionTime(new InceptionTimeTrainer.Options
            {
                NumberOfEpochs = 3,
                Normalization = SeriesNormalization.None,
                NumberOfFilters = 4,
                NumberOfNetworks = 2,
                Depth = 3
            }).Fit(data),
        };
    }

    // The mean of the networks' outputs before softmax, a point moved by a step.
    private static double Output(SeriesNetworkTransformer model, float[] series, int point, float step, int output = 1)
    {
        float[] moved = [.. series];
        moved[point] += step;
        double value = 0;
        ((ISeriesGradient)model).Differentiate(moved, (outputs, _) =>
        {
            value = outputs[output];
            return output;
        });
        return value;
    }
}

using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.TestKit;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.Explanation;

/// <summary>What cannot be explained is said with its step and a remedy.</summary>
public class BadExplanationTests
{
    private readonly MLContext _context = new(seed: 1);
    private readonly List<SeriesRow> _rows = SineWaves.Make(24, 40);

    [Fact]
    public void A_model_without_a_head()
        => Refused(Features(), "The model has no linear head: none of its 1 steps predicts from features. "
            + "Append a linear trainer, or explain the whole pipeline.");

    [Fact]
    public void A_head_that_is_not_linear() => Refused(
        Features().Append(_context.BinaryClassification.Trainers.FastTree("Flag", numberOfLeaves: 4, numberOfTrees: 3,
            minimumExampleCountPerLeaf: 2)),
        "The head, step 2 of 2, BinaryPredictionTransformer, is a FastTreeBinaryModelParameters, "
        + "which is not linear in its features. "
        + "Use ExplanationMethod.Occlusion, which explains any pipeline, or a linear trainer.");

    [Fact]
    public void Features_that_pass_through_a_map_that_is_not_linear() => Refused(
        Features().Append(_context.Transforms.NormalizeLpNorm("Features"))
            .Append(_context.Regression.Trainers.Ridge("Target")),
        "The head's features 'Features' are made by step 2 of 3, LpNormNormalizingTransformer, "
        + "which is not linear slot by slot; features may be copied, concatenated and normalised by a scale and an "
        + "offset. Use ExplanationMethod.Occlusion, which explains any pipeline, or another normaliser.");

    [Fact]
    public void Features_in_bins() => Refused(
        Features().Append(_context.Transforms.NormalizeBinning("Features"))
            .Append(_context.Regression.Trainers.Ridge("Target")),
        "The head's features 'Features' are made by step 2 of 3, NormalizingTransformer, which is not linear slot by "
        + "slot; features may be copied, concatenated and normalised by a scale and an "
        + "offset. Use ExplanationMethod.Occlusion, which explains any pipeline, or another normaliser.");

    [Fact]
    public void Features_that_are_not_of_the_series() => Refused(
        Features().Append(_context.Transforms.Concatenate("All", "Features", "Weight"))
            .Append(_context.Regression.Trainers.Ridge("Target", "All")),
        "Column 'Weight', in the head's features 'All', is given and not made of the series; "
        + "an exact explanation needs features of this library's transforms alone. "
        + "Use ExplanationMethod.Occlusion, which explains any pipeline.");

    [Fact]
    public void A_series_that_a_step_makes() => Refused(
        _context.Transforms.NormalizeMinMax("Made", "Series")
            .Append(_context.Transforms.MiniRocket("Features", "Made", numberOfFeatures: 84)).Append(
                _context.Regression.Trainers.Ridge("Target")),
        "Column 'Made', which step 2 of 3, MiniRocketTransformer, reads, is not given: "
        + "step 1 of 3, NormalizingTransformer, makes it. "
        + "Apply what makes it to the series, and explain the steps from the featurizer on.");

    [Fact]
    public void A_series_that_a_step_of_unknown_outputs_may_make() => Refused(
        _context.Transforms.CustomMapping<Weighted, Weighted>((from, to) => to.Weight = from.Weight, "same")
            .Append(Features()).Append(_context.Regression.Trainers.Ridge("Target")),
        "Column 'Series', which step 2 of 3, MiniRocketTransformer, reads, is not given: "
        + "step 1 of 3, CustomMappingTransformer, makes it. "
        + "Apply what makes it to the series, and explain the steps from the featurizer on.");

    [Fact]
    public void Series_in_two_columns()
    {
        IDataView data = _context.Data.LoadFromEnumerable(
            _rows.Select(row => new TwoSeries { Left = row.Series, Right = row.Series, Target = row.Target }));
        ITransformer model = _context.Transforms.MiniRocket("A", "Left", numberOfFeatures: 84)
            .Append(_context.Transforms.Hydra("B", "Right"))
            .Append(_context.Transforms.Concatenate("Features", "A", "B")).Append(
                _context.Regression.Trainers.Ridge("Target")).Fit(data);
        Refused(model, _rows[0].Series, "The features come from the columns 'Left' and 'Right'; "
            + "one series is explained. Put the series into one column, a channel each.");
    }

    [Fact]
    public void Series_of_another_length_or_with_missing_points()
    {
        ITransformer model = Ridge().Fit(SineWaves.View(_context, _rows, 40));
        Refused(model, new float[39], "Column 'Series' has 39 points a channel in row 0; the model works on 40. "
            + "Resample or cut the series, or fit on a column of unknown size (Vector<Single>).");
        Refused(model, [],
            "Column 'Series' has no points in row 0; a series needs at least one. Correct or remove the row.");
        float[] missing = [.. _rows[0].Series];
        missing[7] = float.NaN;
        Refused(model, missing, "Column 'Series' has NaN at point 7 of channel 0 in row 0; "
            + "a missing value is an error. Set MissingValues to Interpolate or Zero, or replace it before.");
    }

    [Fact]
    public void Series_of_other_channels_or_too_short()
    {
        List<SeriesRow> rows = SineWaves.Make(24, 40, channels: 3);
        ITransformer model = Ridge().Fit(SineWaves.View(_context, rows, 3, 40));
        Refused(model, new float[80], "Column 'Series' has 80 values in row 0; they must fill 3 channels equally. "
            + "Correct the row, or NumberOfChannels.");
        ITransformer strict = _context.Transforms.MiniRocket("Features",
            new MiniRocketEstimator.Options { ShortSeries = ShortSeries.Error }, "Series")
            .Append(_context.Regression.Trainers.Ridge("Target")).Fit(
                SineWaves.View(_context, SineWaves.Make(24, 40, ragged: true)));
        Refused(strict, new float[8], "Column 'Series' has 8 points a channel in row 0; a kernel needs at least 9. "
            + "Pad shorter series or set ShortSeries to Pad.");
    }

    [Fact]
    public void Unknown_classes()
    {
        IDataView data = SineWaves.View(_context, _rows, 40);
        ITransformer classes = Features().Append(ExplainedPipelines.Head(_context, "ridge")).Fit(data);
        ITransformer number = Ridge().Fit(data);
        foreach (ExplanationMethod method in new[] { ExplanationMethod.Exact, ExplanationMethod.Occlusion })
        {
            ArgumentException error = Assert.Throws<ArgumentException>(
                () => _context.Model.ExplainSeries(classes, _rows[0].Series, method, "c7"));
            Assert.StartsWith("ClassName is 'c7'; the classes of the model are 'c0', 'c1', 'c2'.", error.Message);
            error = Assert.Throws<ArgumentException>(
                () => _context.Model.ExplainSeries(number, _rows[0].Series, method, "c7"));
            Assert.StartsWith(
                "ClassName is 'c7', but the model predicts a number. Leave ClassName out.", error.Message);
        }
    }

    [Fact]
    public void Gradients_of_what_has_none()
    {
        ITransformer model = Ridge().Fit(SineWaves.View(_context, _rows, 40));
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(
            () => _context.Model.ExplainSeries(model, _rows[0].Series, ExplanationMethod.GradientTimesInput));
        Assert.Equal("The head, step 2 of 2, RegressionPredictionTransformer, has no derivative by the points of a "
            + "series: gradient times input is for InceptionTime, Fcn and ResNet. "
            + "Use ExplanationMethod.Occlusion, which explains any pipeline.", error.Message);
    }

    [Theory]
    [InlineData(0, null, null, "OcclusionWindowSize is 0; it must be at least 1.")]
    [InlineData(null, -1, null, "OcclusionStride is -1; it must be at least 1.")]
    [InlineData(3, 4, null,
        "OcclusionStride is 4; it must be at most the window, here 3, so that every point is hidden once.")]
    [InlineData(null, null, float.PositiveInfinity, "OcclusionFill is Infinity; it must be finite.")]
    public void Occlusion_out_of_range(int? window, int? stride, float? fill, string expected)
    {
        ITransformer model = Ridge().Fit(SineWaves.View(_context, _rows, 40));
        ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(
            () => _context.Model.ExplainSeries(model, _rows[0].Series, new SeriesExplanationOptions
            {
                Method = ExplanationMethod.Occlusion,
                OcclusionWindowSize = window,
                OcclusionStride = stride,
                OcclusionFill = fill,
            }));
        Assert.StartsWith(expected, error.Message);
    }

    [Fact]
    public void Occlusion_of_what_gives_no_score()
    {
        ITransformer model = Features().Append(_context.Transforms.Concatenate("All", "Features", "Weight"))
            .Append(_context.Transforms.NormalizeMinMax("Other", "Weight")).Fit(SineWaves.View(_context, _rows, 40));
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => _context.Model.ExplainSeries(
            Features().Fit(SineWaves.View(_context, _rows, 40)), _rows[0].Series, ExplanationMethod.Occlusion));
        Assert.Equal("The pipeline makes no column 'Score' of Single from column 'Series' alone. "
            + "Explain a pipeline that ends in a trained model and reads one series.", error.Message);
        error = Assert.Throws<InvalidOperationException>(
            () => _context.Model.ExplainSeries(model, _rows[0].Series, ExplanationMethod.Occlusion));
        Assert.Equal("The pipeline makes no column 'Score' of Single from column 'Series' alone; "
            + "step 2 of 3, ColumnConcatenatingTransformer, needs others. "
            + "Explain a pipeline that ends in a trained model and reads one series.", error.Message);
    }

    private IEstimator<ITransformer> Features()
        => _context.Transforms.MiniRocket("Features", "Series", numberOfFeatures: 84);

    private IEstimator<ITransformer> Ridge() => Features().Append(_context.Regression.Trainers.Ridge("Target"));

    private void Refused(IEstimator<ITransformer> pipeline, string expected)
        => Refused(pipeline.Fit(SineWaves.View(_context, _rows, 40)), _rows[0].Series, expected);

    private void Refused(ITransformer model, float[] series, string expected)
        => Assert.Equal(expected,
            Assert.Throws<InvalidOperationException>(() => _context.Model.ExplainSeries(model, series)).Message);

    private sealed class Weighted
    {
        public float Weight { get; set; }
    }

    private sealed class TwoSeries
    {
        [VectorType(40)]
        public float[] Left { get; set; } = [];

        [VectorType(40)]
        public float[] Right { get; set; } = [];

        public float Target { get; set; }
    }
}

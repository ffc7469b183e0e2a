using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.TestKit;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.Onnx;

/// <summary>
/// Exported graphs give what the native pipeline gives, but for the rounding of sums.
/// </summary>
public class OnnxExportTests
{
    private readonly MLContext _context = new(1);

    public static TheoryData<string, int, int[]> Featurizers => new()
    {
        { "MiniRocket", 1, [60] }, { "MiniRocket", 1, [9] }, { "MiniRocket", 1, [7] }, { "MiniRocket", 3, [3, 60] },
        { "MiniRocket", 1, [] },
        { "MultiRocket", 1, [60] }, { "MultiRocket", 1, [10] }, { "MultiRocket", 1, [2] },
        { "MultiRocket", 3, [3, 60] },
        { "Hydra", 1, [60] }, { "Hydra", 1, [10] }, { "Hydra", 1, [1] }, { "Hydra", 3, [3, 60] }, { "Hydra", 1, [] },
        { "HydraUnscaled", 1, [60] },
        { "IntervalQuantiles", 1, [60] }, { "IntervalQuantiles", 1, [3] }, { "IntervalQuantiles", 1, [1] },
        { "IntervalQuantiles", 3, [3, 60] }, { "IntervalQuantilesRaw", 1, [61] },
        { "IntervalQuantilesRaw", 2, [2, 2] },
        { "DilatedShapelets", 1, [60] }, { "DilatedShapelets", 1, [2] }, { "DilatedShapelets", 1, [1] },
        { "DilatedShapelets", 3, [3, 60] }, { "DilatedShapelets", 1, [] },
        { "Rocket", 1, [60] }, { "Rocket", 1, [8] }, { "Rocket", 3, [3, 60] }, { "RocketZ", 1, [60] },
    };

    [Theory]
    [MemberData(nameof(Featurizers))]
    public void Features_are_those_of_the_native_transform(string name, int channels, int[] dimensions)
    {
        List<SeriesRow> rows = SineWaves.Make(30, dimensions.Length == 0 ? 60 : dimensions[^1], channels);
        IDataView data = SineWaves.View(_context, rows, dimensions);
        ITransformer model = Featurizer(name).Fit(data);
        using OnnxRun run = OnnxRun.Of(_context, model, data);
        Assert.Equal(["Features"], run.Outputs);
        AssertSameFeatures([.. model.Transform(data).GetColumn<float[]>("Features")], run.Get<float>("Features",
            "Series", [.. rows.Select(row => row.Series)], dimensions.Length == 2 ? dimensions : []));
    }

    [Theory]
    [InlineData(MissingValues.Zero)]
    [InlineData(MissingValues.Interpolate)]
    public void Missing_values_are_mended_in_the_graph(MissingValues missing)
    {
        List<SeriesRow> rows = SineWaves.Make(30, 50);
        foreach (SeriesRow row in rows)
            row.Series[0] = row.Series[7] = row.Series[8] = row.Series[9] = row.Series[49] = float.NaN;
        IDataView data = SineWaves.View(_context, rows, 50);
        ITransformer model = _context.Transforms.MiniRocket("Features",
            new MiniRocketEstimator.Options { NumberOfFeatures = 840, Seed = 1, MissingValues = missing },
            "Series").Fit(data);
        using OnnxRun run = OnnxRun.Of(_context, model, data);
        AssertSameFeatures([.. model.Transform(data).GetColumn<float[]>("Features")],
            run.Get<float>("Features", "Series", [.. rows.Select(row => row.Series)]));
    }

    [Fact]
    public void A_constant_series_is_normalised_to_zeros()
    {
        List<SeriesRow> rows = SineWaves.Make(12, 40);
        IDataView data = SineWaves.View(_context, rows, 40);
        ITransformer model = Featurizer("RocketZ").Fit(data);
        using OnnxRun run = OnnxRun.Of(_context, model, data);
        var constant = new SeriesRow { Series = [.. Enumerable.Repeat(0.1f, 40)] };
        AssertSameFeatures([.. model.Transform(SineWaves.View(_context, [constant], 40))
            .GetColumn<float[]>("Features")], run.Get<float>("Features", "Series", [constant.Series]));
    }

    [Theory]
    [InlineData("ridge")]
    [InlineData("minibatch logistic")]
    [InlineData("lbfgs")]
    [InlineData("sdca")]
    [InlineData("minmax")]
    [InlineData("concatenate")]
    public void Classes_and_scores_are_those_of_the_native_pipeline(string head)
    {
        List<SeriesRow> rows = SineWaves.Make(60, 50);
        IDataView data = SineWaves.View(_context, rows, 50);
        IEstimator<ITransformer> pipeline = _context.Transforms.Conversion.MapValueToKey("LabelKey", "Label")
            .Append(Featurizer("MiniRocket")).Append<ITransformer>(Head(head))
            .Append(_context.Transforms.Conversion.MapKeyToValue("Prediction", "PredictedLabel"));
        ITransformer model = pipeline.Fit(data);
        IDataView scored = model.Transform(data);
        using OnnxRun run = OnnxRun.Of(_context, model, data);
        Assert.Equal(["Series"], run.Inputs);
        float[][] series = [.. rows.Select(row => row.Series)];
        Assert.Equal(scored.GetColumn<string>("Prediction"), run.Get<string>("Prediction", "Series", series));
        Assert.Equal(scored.GetColumn<string>("Prediction"), run.Get<string>("PredictedLabel", "Series", series));
        float[] expected = [.. scored.GetColumn<float[]>("Score").SelectMany(scores => scores)];
        float[] actual = run.Get<float>("Score", "Series", series);
        for (int i = 0; i < expected.Length; i++)
            // a feature that differs by one output of fifty moves a score so much
            Assert.Equal(expected[i], actual[i], 1e-3);
        Assert.Equal("[\"c0\",\"c1\",\"c2\"]", run.Metadata["seqconv.classes"]);
        Assert.Equal(head is not ("lbfgs" or "sdca"), run.Outputs.Contains("Score.Decision"));
    }

    [Fact]
    public void Binary_and_regression_pipelines_give_native_scores()
    {
        List<SeriesRow> rows = SineWaves.Make(60, 50, classes: 2);
        IDataView data = SineWaves.View(_context, rows, 50);
        float[][] series = [.. rows.Select(row => row.Series)];
        ITransformer binary = Featurizer("MiniRocket")
            .Append(_context.BinaryClassification.Trainers.Ridge("Flag")).Fit(data);
        using (OnnxRun run = OnnxRun.Of(_context, binary, data))
        {
            Assert.Equal(binary.Transform(data).GetColumn<bool>("PredictedLabel"),
                run.Get<bool>("PredictedLabel", "Series", series));
            AssertClose(binary.Transform(data).GetColumn<float>("Score"), run.Get<float>("Score", "Series", series));
            AssertClose(binary.Transform(data).GetColumn<float>("Probability"),
                run.Get<float>("Probability", "Series", series));
        }

        ITransformer regression = Featurizer("Rocket").Append(_context.Regression.Trainers.Ridge("Target")).Fit(data);
        using (OnnxRun run = OnnxRun.Of(_context, regression, data))
            AssertClose(regression.Transform(data).GetColumn<float>("Score"),
                run.Get<float>("Score", "Series", series));
    }

    [Theory]
    [InlineData("MiniRocket")]
    [InlineData("Hydra")]
    public void An_open_length_takes_batches_of_any_length(string name)
    {
        List<SeriesRow> rows = SineWaves.Make(40, 60, ragged: true);
        IDataView data = SineWaves.View(_context, rows);
        ITransformer model = Featurizer(name).Fit(data);
        using OnnxRun run = OnnxRun.Of(_context, model, data);
        SeriesRow[] all = [.. rows, new SeriesRow { Series = [1, 2, 3] }, new SeriesRow { Series = [1] }];
        AssertSameFeatures([.. model.Transform(SineWaves.View(_context, all)).GetColumn<float[]>("Features")],
            [.. all.SelectMany(row => run.Get<float>("Features", "Series", [row.Series]))]);
    }

    [Theory]
    [InlineData("Rocket", "Rocket pads its kernels by the length of the series", "")]
    [InlineData("MultiRocket", "MultiRocket pools the positions of values", "")]
    [InlineData("IntervalQuantiles", "IntervalQuantiles divides a series by its length",
        ", or fit the pipeline without IntervalQuantiles")]
    public void A_ragged_featurizer_that_depends_on_the_length_is_written_for_the_one_that_is_asked_for(
        string name, string why, string remedy)
    {
        List<SeriesRow> rows = SineWaves.Make(40, 60, ragged: true);
        IDataView data = SineWaves.View(_context, rows);
        ITransformer model = Featurizer(name).Fit(data);
        InvalidOperationException open = Assert.Throws<InvalidOperationException>(
            () => OnnxRun.Of(_context, model, data));
        Assert.Equal($"{why} and can be written to ONNX for a fixed length only. Set OnnxExportOptions.SeriesLength"
            + $"{remedy}.", open.Message);
        using OnnxRun run = OnnxRun.Of(_context, model, data, new OnnxExportOptions { SeriesLength = 45 });
        List<SeriesRow> fixedRows = SineWaves.Make(10, 45);
        AssertSameFeatures([.. model.Transform(SineWaves.View(_context, fixedRows)).GetColumn<float[]>("Features")],
            run.Get<float>("Features", "Series", [.. fixedRows.Select(row => row.Series)]));
    }

    [Fact]
    public void A_file_works_inside_a_pipeline_and_its_model_file()
    {
        List<SeriesRow> rows = SineWaves.Make(30, 50);
        IDataView data = SineWaves.View(_context, rows, 50);
        ITransformer model = Featurizer("MiniRocket").Fit(data);
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.onnx");
        try
        {
            _context.Model.SaveAsOnnx(model, data, path);
            ITransformer inside = _context.Transforms.ApplyOnnxModel("Features", "Series", path).Fit(data);
            using var file = new MemoryStream();
            _context.Model.Save(inside, data.Schema, file);
            file.Position = 0;
            ITransformer loaded = _context.Model.Load(file, out _);
            AssertSameFeatures([.. model.Transform(data).GetColumn<float[]>("Features")],
                [.. loaded.Transform(data).GetColumn<float[]>("Features").SelectMany(row => row)]);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_step_without_ONNX_form_is_named()
    {
        IDataView data = SineWaves.View(_context, SineWaves.Make(30, 50), 50);
        ITransformer model = _context.Transforms.CustomMapping<SeriesRow, Doubled>(
            (row, doubled) => doubled.Series2 = [.. row.Series.Select(x => 2 * x)], null)
            .Append(_context.Transforms.MiniRocket("Features", "Series2", 84, seed: 1)).Fit(data);
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(
            () => OnnxRun.Of(_context, model, data));
        Assert.Equal("Column 'Features' cannot be written to ONNX: Step 1 of 2, CustomMappingTransformer`2, "
            + "has no ONNX form. Apply that step to the data before the pipeline, "
            + "or name other columns in OnnxExportOptions.OutputColumnNames.", error.Message);
    }

    [Fact]
    public void Bad_options_and_samples_are_named()
    {
        IDataView data = SineWaves.View(_context, SineWaves.Make(30, 50), 50);
        ITransformer model = Featurizer("MiniRocket").Fit(data);
        ArgumentException output = Assert.Throws<ArgumentException>(
            () => OnnxRun.Of(_context, model, data, new OnnxExportOptions { OutputColumnNames = ["Scores"] }));
        Assert.StartsWith(
            "OutputColumnNames names 'Scores', which the pipeline does not make; it makes Series, Label, ",
            output.Message);
        ArgumentOutOfRangeException length = Assert.Throws<ArgumentOutOfRangeException>(
            () => OnnxRun.Of(_context, model, data, new OnnxExportOptions { SeriesLength = 0 }));
        Assert.StartsWith("SeriesLength is 0; it must be at least 1.", length.Message);
        InvalidOperationException input = Assert.Throws<InvalidOperationException>(
            () => OnnxRun.Of(_context, model, data, new OnnxExportOptions { OutputColumnNames = ["Series"] }));
        Assert.Equal("Column 'Series' is an input of the pipeline that no step changes. "
            + "Leave it out of OnnxExportOptions.OutputColumnNames.", input.Message);
        ArgumentOutOfRangeException schema = Assert.Throws<ArgumentOutOfRangeException>(
            () => OnnxRun.Of(_context, model, SineWaves.View(_context, SineWaves.Make(3, 40), 40)));
        Assert.StartsWith("Column 'Series' has 40 points a channel; the model was fitted on 50.", schema.Message);
        string folder = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N"), "none.onnx");
        IOException path = Assert.Throws<IOException>(() => _context.Model.SaveAsOnnx(model, data, folder));
        Assert.StartsWith($"The ONNX file '{folder}' cannot be written:", path.Message);
    }

    private static void AssertSameFeatures(float[][] expected, float[] actual)
    {
        float[] all = [.. expected.SelectMany(row => row)];
        Assert.Equal(all.Length, actual.Length);
        Assert.DoesNotContain(
            all.Zip(actual), pair => Math.Abs(pair.First - pair.Second) > 1e-4 * Math.Max(1, Math.Abs(pair.First)));
    }

    private static void AssertClose(IEnumerable<float> expected, float[] actual)
    {
        foreach ((float native, float written) in expected.Zip(actual))
            Assert.Equal(native, written, 1e-3);
    }

    private IEstimator<ITransformer> Featurizer(string name) => name switch
    {
        "MiniRocket" => _context.Transforms.MiniRocket("Features", "Series", 840, seed: 1),
        "MultiRocket" => _context.Transforms.MultiRocket("Features", "Series", 6720, seed: 1),
        "Hydra" => _context.Transforms.Hydra("Features", "Series", seed: 1),
        "IntervalQuantiles" => _context.Transforms.IntervalQuantiles("Features", "Series", seed: 1),
        "DilatedShapelets" => _context.Transforms.DilatedShapelets(
            "Features", inputColumnName: "Series", numberOfShapelets: 100, seed: 1),
        "IntervalQuantilesRaw"
            => _context.Transforms.IntervalQuantiles("Features", "Series", depth: 10, normalScores: false),
        "HydraUnscaled" => _context.Transforms.Hydra("Features",
            new HydraEstimator.Options { NumberOfGroups = 1, ScaleFeatures = false, Seed = 1 }, "Series"),
        "Rocket" => _context.Transforms.Rocket("Features",
            new RocketEstimator.Options { NumberOfKernels = 300, Seed = 1, Normalization = SeriesNormalization.None },
            "Series"),
        _ => _context.Transforms.Rocket("Features", new RocketEstimator.Options
        {
            NumberOfKernels = 300,
            Seed = 1,
            Normalization = SeriesNormalization.ZNormalize
        }, "Series"),
    };

    private IEstimator<ITransformer> Head(string head)
    {
        RidgeMulticlassTrainer ridge = _context.MulticlassClassification.Trainers.Ridge("LabelKey");
        return head switch
        {
            "ridge" => ridge,
            "minibatch logistic" => _context.MulticlassClassification.Trainers.MinibatchLogisticRegression(
                "LabelKey", numberOfEpochs: 400),
            "lbfgs" => _context.MulticlassClassification.Trainers.LbfgsMaximumEntropy("LabelKey"),
            "sdca" => _context.MulticlassClassification.Trainers.SdcaMaximumEntropy("LabelKey",
                maximumNumberOfIterations: 20),
            "minmax" => _context.Transforms.NormalizeMinMax("Features").Append(ridge),
            _ => _context.Transforms.ReplaceMissingValues("Features")
                .Append(_context.Transforms.NormalizeMeanVariance("Features"))
                .Append(_context.Transforms.Concatenate("Both", "Features", "Features")).Append(
                    _context.Transforms.CopyColumns("Features", "Both")).Append(ridge),
        };
    }

    private sealed class Doubled
    {
        [VectorType(50)]
        public float[] Series2 { get; set; } = [];
    }
}

using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.TestKit;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.Onnx;

/// <summary>The scorer of exported files: what it gives, and what it refuses before native code is called.</summary>
public sealed class OnnxSequenceScorerTests : IDisposable
{
    private readonly MLContext _context = new(1);
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.onnx");

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Classes_of_a_Boolean_label_are_named()
    {
        var context = new MLContext(1);
        IDataView data = SineWaves.View(context, SineWaves.Make(24, 30), 30);
        ITransformer model = context.Transforms.MiniRocket("Features", "Series", 84, seed: 1)
            .Append(context.BinaryClassification.Trainers.Ridge(
                new RidgeBinaryTrainer.Options { LabelColumnName = "Flag" })).Fit(data);
        foreach (string[]? columns in new[] { null, new[] { "PredictedLabel", "Score" } })
        {
            using var stream = new MemoryStream();
            context.Model.SaveAsOnnx(model, data, stream, new OnnxExportOptions { OutputColumnNames = columns });
            using var scorer = new OnnxSequenceScorer(stream.ToArray(), "m.onnx");
            Assert.Equal(["False", "True"], scorer.Classes);
        }
    }

    [Fact]
    public void An_abandoned_temporary_file_is_removed_when_a_file_is_opened()
    {
        var context = new MLContext(1);
        IDataView data = SineWaves.View(context, SineWaves.Make(24, 30), 30);
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            string path = Path.Combine(folder, "m.onnx");
            context.Model.SaveAsOnnx(
                context.Transforms.MiniRocket("Features", "Series", 84, seed: 1).Fit(data), data, path);
            string abandoned = $"{path}.{Guid.NewGuid():N}.tmp";
            File.WriteAllText(abandoned, "half");
            new OnnxSequenceScorer(path).Dispose();
            Assert.False(File.Exists(abandoned));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(3, false)]
    [InlineData(1, true)]
    public void Predictions_are_those_of_the_native_pipeline_whatever_the_batch(int channels, bool ragged)
    {
        List<SeriesRow> rows = SineWaves.Make(45, 50, channels, ragged: ragged);
        ITransformer model = Export(rows, ragged ? [] : channels == 1 ? [50] : [channels, 50], out IDataView data);
        string[] expected = [.. model.Transform(data).GetColumn<string>("Prediction")];
        float[][] series = [.. rows.Select(row => row.Series)];
        foreach (OnnxScorerOptions options in new OnnxScorerOptions[]
        {
            new(), new() { BatchSize = 7 }, new() { MaxBatchBytes = 1 << 20, NumberOfThreads = 1 }
        })
        {
            using var scorer = new OnnxSequenceScorer(_path, options);
            Assert.Equal("CPU", scorer.ExecutionProvider);
            Assert.Null(scorer.ExecutionProviderNote);
            Assert.Equal(["c0", "c1", "c2"], scorer.Classes);
            SequencePrediction[] predictions = scorer.Score(series);
            Assert.Equal(expected, predictions.Select(prediction => prediction.Label));
            Assert.All(predictions, prediction => Assert.Equal(1, prediction.Scores.Sum(), 1e-5));
            Assert.All(predictions, prediction => Assert.Equal(prediction.Label,
                scorer.Classes[Array.IndexOf(prediction.Scores, prediction.Scores.Max())]));
        }
    }

    [Fact]
    public void A_file_in_memory_tells_its_input_and_its_decision_values()
    {
        List<SeriesRow> rows = SineWaves.Make(45, 50, channels: 3);
        ITransformer model = Export(rows, [3, 50], out IDataView data);
        float[][] features = [.. model.Transform(data).GetColumn<float[]>("Features")];
        RidgeMulticlassModelParameters ridge = ((IEnumerable<ITransformer>)model)
            .OfType<MulticlassPredictionTransformer<RidgeMulticlassModelParameters>>().Single().Model;
        using var scorer = new OnnxSequenceScorer(File.ReadAllBytes(_path), "memory",
            new OnnxScorerOptions { BatchSize = 8 });
        Assert.Equal(("Series", 3, 50, 1),
            (scorer.InputColumnName, scorer.NumberOfChannels, scorer.SeriesLength, scorer.MinLength));
        Assert.Equal(MissingValues.Error, scorer.MissingValues);
        Assert.Null(scorer.SampleRate);
        Assert.Equal(17, scorer.OperatorSets["ai.onnx"]);
        Assert.Equal(["PredictedLabel", "Prediction", "Score", "Score.Decision"],
            scorer.OutputColumnNames.Order(StringComparer.Ordinal));
        SequencePrediction[] predictions = scorer.Score([.. rows.Select(row => row.Series)]);
        var expected = new double[3];
        for (int i = 0; i < features.Length; i++)
        {
            ridge.GetDecisionValues(features[i], expected);
            Assert.All(expected.Zip(predictions[i].DecisionValues!),
                pair => Assert.Equal(pair.First, pair.Second, 1e-3));
        }

        Assert.StartsWith("'memory' is no ONNX file",
            Assert.Throws<FormatException>(() => new OnnxSequenceScorer([1, 2, 3], "memory")).Message);
    }

    [Fact]
    public void The_sample_rate_of_recordings_is_reported()
    {
        IDataView data = SineWaves.View(_context, SineWaves.Make(12, 900), 900);
        ITransformer model = _context.Transforms.MelSpectrogram("Mel", "Series", sampleRate: 8000).Fit(data);
        _context.Model.SaveAsOnnx(model, data, _path);
        using var scorer = new OnnxSequenceScorer(_path);
        Assert.Equal(8000, scorer.SampleRate);
    }

    [Fact]
    public void Many_threads_may_score_at_once()
    {
        List<SeriesRow> rows = SineWaves.Make(45, 50);
        Export(rows, [50], out _);
        using var scorer = new OnnxSequenceScorer(_path, new OnnxScorerOptions { BatchSize = 4 });
        float[][] series = [.. rows.Select(row => row.Series)];
        string?[] expected = [.. scorer.Score(series).Select(prediction => prediction.Label)];
        Parallel.For(0, 16, _ => Assert.Equal(expected, scorer.Score(series).Select(prediction => prediction.Label)));
    }

    /// <summary>No package has Rockchip's provider.</summary>
    [Fact]
    public void A_provider_that_is_unavailable_is_reported_in_one_line()
    {
        Export(SineWaves.Make(30, 50), [50], out _);
        using (var scorer = new OnnxSequenceScorer(_path, new OnnxScorerOptions { ExecutionProviders = ["RKNPU"] }))
        {
            Assert.Equal("CPU", scorer.ExecutionProvider, ignoreCase: true);
            Assert.StartsWith("RKNPU is not in the native library in use, which has ", scorer.ExecutionProviderNote);
            Assert.EndsWith(". The CPU is used.", scorer.ExecutionProviderNote);
            Assert.DoesNotContain('\n', scorer.ExecutionProviderNote!);
        }

        var strict = new OnnxScorerOptions { ExecutionProviders = ["RKNPU"], FallbackToCpu = false };
        Exception error = Assert.Throws<InvalidOperationException>(() => new OnnxSequenceScorer(_path, strict));
        const string start = "No execution provider is available: RKNPU is not in the native library in use";
        Assert.StartsWith(start, error.Message);
    }

    [Theory]
    [InlineData("NoSuchProvider")]
    [InlineData("Cpu", "Cudaa")]
    [InlineData("CUDAExecutionProvider")]
    public void An_unknown_provider_is_refused_with_the_known_ones(params string[] providers)
    {
        Export(SineWaves.Make(30, 50), [50], out _);
        var options = new OnnxScorerOptions { ExecutionProviders = providers };
        string message = Assert.Throws<ArgumentException>(() => new OnnxSequenceScorer(_path, options)).Message;
        string start = $"The execution provider '{providers[^1]}' is unknown; the known ones are Cpu, CUDA, ";
        Assert.StartsWith(start, message);
        Assert.Contains("WebGpu", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bad_series_are_named()
    {
        List<SeriesRow> rows = SineWaves.Make(30, 50, channels: 2);
        Export(rows, [2, 50], out _);
        using var scorer = new OnnxSequenceScorer(_path);
        float[] good = rows[0].Series;
        Assert.StartsWith("Series 1 has 3 values; they must fill 2 channels equally.",
            Message(scorer, [good, [1, 2, 3]]));
        Assert.StartsWith("Series 0 has 0 values; they must fill 2 channels equally.", Message(scorer, [[]]));
        Assert.StartsWith("Series 1 has 40 points a channel; the file was written for 50. Resample or cut the series, "
            + "or export for another length.", Message(scorer, [good, new float[80]]));
        float[] missing = (float[])good.Clone();
        missing[53] = float.NaN;
        Assert.StartsWith("Series 0 has NaN at point 3 of channel 1; the model was trained with MissingValues.Error. "
            + "Replace missing values, or train with MissingValues.Interpolate or Zero.", Message(scorer, [missing]));
        missing[53] = float.PositiveInfinity;
        Assert.StartsWith($"Series 0 has Infinity at point 3 of channel 1; values must be within +-1e30. Scale them.",
            Message(scorer, [missing]));
    }

    [Fact]
    public void A_channel_of_nothing_but_missing_values_is_named()
    {
        IDataView data = SineWaves.View(_context, SineWaves.Make(30, 50), 50);
        ITransformer model = _context.Transforms.MiniRocket("Features",
            new MiniRocketEstimator.Options { NumberOfFeatures = 84, MissingValues = MissingValues.Interpolate },
            "Series").Fit(data);
        _context.Model.SaveAsOnnx(model, data, _path);
        using var scorer = new OnnxSequenceScorer(_path);
        Assert.StartsWith("Series 0 has no value in channel 0; there is nothing to interpolate from.",
            Message(scorer, [[.. Enumerable.Repeat(float.NaN, 50)]]));
    }

    [Fact]
    public void Bad_files_are_named()
    {
        Assert.StartsWith($"There is no ONNX file '{_path}'.",
            Assert.Throws<FileNotFoundException>(() => new OnnxSequenceScorer(_path)).Message);
        Export(SineWaves.Make(30, 50), [50], out _);
        byte[] bytes = File.ReadAllBytes(_path);
        var random = new Random(1);
        foreach (int length in new[] { 0, 1, 100, bytes.Length / 2, bytes.Length - 1 })
        {
            File.WriteAllBytes(_path, bytes[..length]);
            Assert.Contains(_path, Assert.Throws<FormatException>(() => new OnnxSequenceScorer(_path)).Message);
        }

        random.NextBytes(bytes);
        File.WriteAllBytes(_path, bytes);
        Assert.Contains(_path, Assert.Throws<FormatException>(() => new OnnxSequenceScorer(_path)).Message);
    }

    [Fact]
    public void Options_out_of_range_are_named()
    {
        Assert.StartsWith("BatchSize is 0; it must be at least 1.", Message(new() { BatchSize = 0 }));
        Assert.StartsWith("DeviceIndex is -1; it must be at least 0.", Message(new() { DeviceIndex = -1 }));
        Assert.StartsWith("MaxBatchBytes is 5; it must be at least 1048576 bytes.",
            Message(new() { MaxBatchBytes = 5 }));
        Assert.StartsWith("ExecutionProviders names no provider;", Message(new() { ExecutionProviders = [] }));
    }

    [Fact]
    public void Disposed_and_cancelled_scorers_stop()
    {
        List<SeriesRow> rows = SineWaves.Make(30, 50);
        Export(rows, [50], out _);
        var scorer = new OnnxSequenceScorer(_path, new OnnxScorerOptions { BatchSize = 1 });
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => scorer.Score([rows[0].Series], source.Token));
        scorer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => scorer.Score([rows[0].Series]));
    }

    private string Message(OnnxScorerOptions options)
        => Assert.ThrowsAny<ArgumentException>(() => new OnnxSequenceScorer(_path, options)).Message;

    private static string Message(OnnxSequenceScorer scorer, float[][] series)
        => Assert.Throws<ArgumentException>(() => scorer.Score(series)).Message;

    private ITransformer Export(List<SeriesRow> rows, int[] dimensions, out IDataView data)
    {
        data = SineWaves.View(_context, rows, dimensions);
        ITransformer model = _context.Transforms.Conversion.MapValueToKey("LabelKey", "Label")
            .Append(_context.Transforms.MiniRocket("Features", "Series", 840, seed: 1))
            .Append(_context.MulticlassClassification.Trainers.Ridge("LabelKey")).Append(
                _context.Transforms.Conversion.MapKeyToValue("Prediction", "PredictedLabel")).Fit(data);
        _context.Model.SaveAsOnnx(model, data, _path);
        return model;
    }
}

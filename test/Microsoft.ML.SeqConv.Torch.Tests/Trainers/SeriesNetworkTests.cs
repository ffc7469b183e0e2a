using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.TestKit;
using Xunit;
using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv.Torch.Tests.Trainers;

/// <summary>The networks over series: what they learn, and what they do with what they should not be given.</summary>
public sealed class SeriesNetworkTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("seqconv").FullName;
    private readonly MLContext _context = new(1);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(1, false)]
    [InlineData(3, true)]
    public void Classes_of_sine_waves_are_distinguished(int channels, bool ragged)
    {
        int[] dimensions = ragged ? [channels, 0] : [channels, 40];
        IDataView test = SineWaves.View(_context,
            SineWaves.Make(45, 40, channels, ragged: ragged, seed: 2), dimensions);
        using var model = Keyed(Small(options => (options.NumberOfEpochs, options.NumberOfNetworks) = (40, 1)))
            .Fit(SineWaves.View(_context, SineWaves.Make(45, 40, channels, ragged: ragged), dimensions));
        Assert.InRange(
            _context.MulticlassClassification.Evaluate(model.Transform(test), "LabelKey").MicroAccuracy, 0.9, 1);
    }

    [Fact]
    public void The_frequency_of_sine_waves_is_regressed()
    {
        IDataView test = SineWaves.View(_context, SineWaves.Make(45, 40, seed: 2), 40);
        using SeriesNetworkTransformer model = _context.Regression.Trainers.Fcn(
            new FcnTrainer.Options { LabelColumnName = "Target", NumberOfEpochs = 60, NumberOfFilters = 8 })
            .Fit(SineWaves.View(_context, SineWaves.Make(45, 40), 40));
        Assert.InRange(_context.Regression.Evaluate(model.Transform(test), "Target").RSquared, 0.9, 1);
    }

    [Fact]
    public void A_cursor_scores_many_rows_at_once()
    {
        IDataView data = SineWaves.View(_context, SineWaves.Make(24, 30), 30);
        using var model = Keyed(Small()).Fit(data);
        int calls = 0, rows = 0;
        foreach (SequenceNetwork network in model.LastTransformer.Networks.Networks)
        {
            network.register_forward_pre_hook((_, input, mask) =>
            {
                calls++;
                rows += (int)input.shape[0];
                return (input, mask);
            });
        }

        IDataView many = SineWaves.View(_context, SineWaves.Make(600, 30), 30);
        Assert.Equal(600, model.Transform(many).GetColumn<float[]>("Score").Count());
        Assert.Equal(600 * 2, rows);
        Assert.InRange(calls, 2, 2 * (600 / 64 + 3));
    }

    [Fact]
    public void A_prediction_engine_scores_rows_as_a_cursor_does()
    {
        List<SeriesRow> rows = SineWaves.Make(24, 30);
        using var model = Keyed(Small()).Fit(SineWaves.View(_context, rows, 30));
        float[][] expected = [.. model.Transform(SineWaves.View(_context, rows, 30)).GetColumn<float[]>("Score")];
        using PredictionEngine<SeriesRow, Prediction> engine = _context.Model
            .CreatePredictionEngine<SeriesRow, Prediction>(model, SineWaves.View(_context, rows, 30).Schema);
        for (int i = 0; i < 5; i++)
        {
            Prediction actual = engine.Predict(rows[i]);
            Assert.Equal(expected[i].Length, actual.Score.Length);
            Assert.Equal(Array.IndexOf(expected[i], expected[i].Max()) + 1u, actual.PredictedLabel);
            for (int k = 0; k < expected[i].Length; k++)
                Assert.Equal(expected[i][k], actual.Score[k], 1e-4);
        }
    }

    [Fact]
    public void A_prediction_engine_gives_values_of_a_regression()
    {
        List<SeriesRow> rows = SineWaves.Make(12, 30);
        IDataView data = SineWaves.View(_context, rows, 30);
        using SeriesNetworkTransformer model =
            _context.Regression.Trainers.InceptionTime(Small(options => options.LabelColumnName = "Target")).Fit(data);
        using PredictionEngine<SeriesRow, Value> engine =
            _context.Model.CreatePredictionEngine<SeriesRow, Value>(model, data.Schema);
        float[] expected = [.. model.Transform(data).GetColumn<float>("Score")];
        for (int i = 0; i < 3; i++)
            Assert.Equal(expected[i], engine.Predict(rows[i]).Score, 1e-4);
    }

    [Fact]
    public void A_folder_to_resume_from_that_is_missing_is_named()
    {
        IDataView data = SineWaves.View(_context, SineWaves.Make(12, 30), 30);
        string nowhere = Path.Combine(_folder, "nowhere");
        Assert.StartsWith($"ResumeFrom is '{nowhere}'", Assert.Throws<DirectoryNotFoundException>(
            () => Keyed(Small(options => options.ResumeFrom = nowhere)).Fit(data)).Message);
        Keyed(Small(options => options.ResumeFrom = options.CheckpointFolder = nowhere)).Fit(data).Dispose();
    }

    [Fact]
    public void Cross_validation_and_key_to_value_work()
    {
        IDataView data = SineWaves.View(_context, SineWaves.Make(30, 30), 30);
        var results = _context.MulticlassClassification.CrossValidate(data,
            Keyed(Small()).Append(_context.Transforms.Conversion.MapKeyToValue("Prediction", "PredictedLabel")),
            numberOfFolds: 2, labelColumnName: "LabelKey");
        Assert.All(results, fold => Assert.InRange(fold.Metrics.MicroAccuracy, 0, 1));
        Assert.All(results[0].Model.Transform(data).GetColumn<string>("Prediction"),
            prediction => Assert.StartsWith("c", prediction));
    }

    [Fact]
    public void Numbers_that_became_keys_are_numbers_again_after_a_reload()
    {
        IDataView data = SineWaves.View(_context, SineWaves.Make(24, 30), 30);
        var model = _context.Transforms.Conversion.MapValueToKey("LabelKey", "Target")
            .Append(_context.MulticlassClassification.Trainers.InceptionTime(Small()))
            .Append(_context.Transforms.Conversion.MapKeyToValue("Prediction", "PredictedLabel")).Fit(data);
        using var file = new MemoryStream();
        _context.Model.Save(model, data.Schema, file);
        IDataView scored = new MLContext().Model.Load(file, out _).Transform(data);
        Assert.Subset(SineWaves.Make(24, 30).Select(row => row.Target).ToHashSet(),
            scored.GetColumn<float>("Prediction").ToHashSet());
    }

    [Fact]
    public void Resumed_fits_end_in_the_same_weights()
    {
        IDataView data = SineWaves.View(_context, SineWaves.Make(24, 30), 30);
        string[] Scores(InceptionTimeTrainer.Options options)
            => [.. Keyed(options).Fit(data).Transform(data).GetColumn<float[]>("Score")
                .Select(row => string.Join(' ', row))];
        string[] whole = Scores(Small(options => (options.NumberOfEpochs, options.Seed) = (6, 5)));
        Scores(Small(options => (options.NumberOfEpochs, options.Seed, options.CheckpointFolder,
            options.CheckpointEvery) = (4, 5, _folder, 2)));
        Assert.Equal(2, Directory.GetFiles(_folder).Length);
        File.Delete(Path.Combine(_folder, "network1.checkpoint"));      // as if the second network had not begun
        Assert.Equal(whole,
            Scores(Small(options => (options.NumberOfEpochs, options.Seed, options.ResumeFrom) = (6, 5, _folder))));
    }

    [Fact]
    public void A_class_that_is_validated_but_not_learned_is_named()
    {
        IDataView all = _context.Transforms.Conversion.MapValueToKey("LabelKey", "Label")
            .Fit(SineWaves.View(_context, SineWaves.Make(24, 30), 30)).Transform(
                SineWaves.View(_context, SineWaves.Make(24, 30), 30));
        IDataView known = _context.Data.FilterByCustomPredicate(all, (LabelOnly row) => row.Label == "c2");
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(
            () => _context.MulticlassClassification.Trainers.InceptionTime(Small()).Fit(known, all));
        Assert.StartsWith(
            "Column 'LabelKey' has the class 'c2' in the validation rows but in no training row;", error.Message);
    }

    [Fact]
    public void One_class_only_is_an_error()
    {
        IDataView data = SineWaves.View(_context, SineWaves.Make(12, 30, classes: 1), 30);
        Assert.StartsWith("Column 'LabelKey' has the one class 'c0' in all 12 rows;",
            Assert.Throws<InvalidOperationException>(() => Keyed(Small()).Fit(data)).Message);
    }

    [Fact]
    public void A_missing_device_is_an_error_or_a_warning()
    {
        IDataView data = SineWaves.View(_context, SineWaves.Make(12, 30), 30);
        _context.GpuDeviceId = 7;
        _context.FallbackToCpu = false;
        Assert.StartsWith("GpuDeviceId is 7, but libtorch sees",
            Assert.Throws<InvalidOperationException>(() => Keyed(Small()).Fit(data)).Message);
        var warnings = new List<string>();
        _context.Log += (_, entry) => warnings.Add(entry.RawMessage);
        Keyed(Small(options => options.FallbackToCpu = true)).Fit(data).Dispose();
        Assert.Contains(warnings, warning => warning.EndsWith("The CPU is used.", StringComparison.Ordinal));
    }

    [Fact]
    public void The_log_tells_the_number_of_weights()
    {
        var log = new List<string>();
        _context.Log += (_, entry) => log.Add(entry.RawMessage);
        using var model = Keyed(Small()).Fit(SineWaves.View(_context, SineWaves.Make(12, 30), 30));
        string weights = model.LastTransformer.NumberOfParameters.ToString("N0",
            System.Globalization.CultureInfo.InvariantCulture);
        Assert.Contains(log,
            entry => entry.Contains($"{weights} trainable weights in each of 2 networks", StringComparison.Ordinal));
    }

    [Fact]
    public void Progress_tells_loss_metric_and_time_left()
    {
        var last = new List<FitProgress>();
        using (_context.OnFitProgress(last.Add))
            Keyed(Small(options => options.ValidationFraction = 0.3))
                .Fit(SineWaves.View(_context, SineWaves.Make(24, 30), 30)).Dispose();
        FitProgress end = last.Last(progress => progress.Stage == "training network 2 of 2");
        Assert.Equal(2, end.Total);
        Assert.Equal(["loss", "accuracy", "validation loss", "validation accuracy", "seconds left"],
            end.Metrics!.Select(metric => metric.Key));
        Assert.All(end.Metrics!, metric => Assert.True(double.IsFinite(metric.Value)));
    }

    [Fact]
    public void A_disposed_model_says_so()
    {
        IDataView data = SineWaves.View(_context, SineWaves.Make(12, 30), 30);
        var model = Keyed(Small()).Fit(data);
        model.Dispose();
        Assert.ThrowsAny<Exception>(() => model.Transform(data).GetColumn<float[]>("Score").Count());
        model.Dispose();
    }

    [Fact]
    public void Disposing_frees_every_weight()
    {
        IDataView data = SineWaves.View(_context, SineWaves.Make(12, 30), 30);
        SeriesNetworkTransformer model = Keyed(Small()).Fit(data).LastTransformer;
        Tensor[] weights = [.. model.Networks.Networks.SelectMany(network => network.state_dict().Values)];
        model.Dispose();
        Assert.All(weights, weight => Assert.True(weight.IsInvalid));
    }

    [Fact]
    public void Rows_that_break_a_rule_are_named_where_they_are_scored()
    {
        using var model = Keyed(Small()).Fit(SineWaves.View(_context, SineWaves.Make(12, 30), 30));
        List<SeriesRow> rows = SineWaves.Make(9, 30);
        rows[6].Series[4] = float.NaN;
        using DataViewRowCursor cursor = model.Transform(SineWaves.View(_context, rows, 30))
            .GetRowCursor(model.GetOutputSchema(SineWaves.View(_context, rows, 30).Schema));
        ValueGetter<VBuffer<float>> score = cursor.GetGetter<VBuffer<float>>(cursor.Schema["Score"]);
        VBuffer<float> values = default;
        for (int i = 0; i < 6; i++)
        {
            Assert.True(cursor.MoveNext());
            score(ref values);
        }

        Assert.True(cursor.MoveNext());
        Assert.Contains("Column 'Series' has NaN at point 4 of channel 0 in row 6",
            Assert.ThrowsAny<Exception>(() => score(ref values)).GetBaseException().Message, StringComparison.Ordinal);
        Assert.True(cursor.MoveNext());
        score(ref values);
    }

    [Fact]
    public void Series_of_one_point_are_taken()
    {
        List<SeriesRow> rows = [.. Enumerable.Range(0, 12)
            .Select(i => new SeriesRow { Series = [i % 2 == 0 ? 1f : -1f], Label = $"c{i % 2}" })];
        using var model = Keyed(Small(options => options.Normalization = SeriesNormalization.None))
            .Fit(SineWaves.View(_context, rows, 1));
        Assert.All(model.Transform(SineWaves.View(_context, rows, 1)).GetColumn<float[]>("Score"),
            row => Assert.Equal(1, row.Sum(), 1e-4));
    }

    [Fact]
    public void Split_keeps_the_shares_of_classes_and_a_row_of_each_to_learn_from()
    {
        float[] labels = [.. Enumerable.Repeat(0f, 60), .. Enumerable.Repeat(1f, 30), 2f];
        (int[] train, int[] validation) = ValidationSplit.Draw(labels, byClass: true, 0.2, seed: 3);
        Assert.Equal(Enumerable.Range(0, labels.Length), train.Concat(validation).Order());
        Assert.Equal([12, 6, 0], Enumerable.Range(0, 3).Select(c => validation.Count(row => labels[row] == c)));
        Assert.Equal(validation, ValidationSplit.Draw(labels, byClass: true, 0.2, seed: 3).Validation);
        Assert.NotEqual(validation, ValidationSplit.Draw(labels, byClass: true, 0.2, seed: 4).Validation);
    }

    [Fact]
    public void A_class_weight_names_its_class_in_any_form_of_Unicode()
    {
        var options = new FcnTrainer.Options { ClassWeights = new Dictionary<string, double> { ["e\u0301"] = 3 } };
        Assert.Equal([1, 3], options.WeightsOfExamples([0, 1], [1, 1], ["a", "\u00e9"]));
    }

    [Fact]
    public void Class_weights_multiply_example_weights()
    {
        var options = new FcnTrainer.Options
        {
            BalanceClasses = true,
            ClassWeights = new Dictionary<string, double> { ["b"] = 3 }
        };
        // Class a weighs 7 of 8, class b 1 of 8.
        Assert.Equal([4 / 7f, (float)(4 / 7.0 * 5), 4 / 7f, 12],
            options.WeightsOfExamples([0, 0, 0, 1], [1, 5, 1, 1], ["a", "b"]));
        options.ClassWeights = new Dictionary<string, double> { ["z"] = 3 };
        Assert.Contains("ClassWeights names the class 'z'",
            Assert.Throws<ArgumentException>(() => options.WeightsOfExamples([0], [1], ["a"])).Message,
            StringComparison.Ordinal);
    }

    private static InceptionTimeTrainer.Options Small(Action<InceptionTimeTrainer.Options>? change = null)
        => SeriesNetworkComponentTests.Small(change);

    private EstimatorChain<SeriesNetworkTransformer> Keyed(InceptionTimeTrainer.Options options)
        => _context.Transforms.Conversion.MapValueToKey("LabelKey", "Label")
            .Append(_context.MulticlassClassification.Trainers.InceptionTime(options));

    private sealed class Prediction
    {
        public uint PredictedLabel { get; set; }

        public float[] Score { get; set; } = [];
    }

    private sealed class Value
    {
        public float Score { get; set; }
    }

    private sealed class LabelOnly
    {
        public string Label { get; set; } = "";
    }
}

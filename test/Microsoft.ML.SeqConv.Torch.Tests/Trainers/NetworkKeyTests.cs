using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.TestKit;
using Xunit;

namespace Microsoft.ML.SeqConv.Torch.Tests.Trainers;

/// <summary>What networks make of keys: of every type, missing, and mapped apart in two views.</summary>
public sealed class NetworkKeyTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("seqconv").FullName;
    private readonly MLContext _context = new(1);
    private readonly List<string> _warnings = [];
    private readonly List<SeriesRow> _train = SineWaves.Make(24, 30, classes: 2);
    private readonly List<SeriesRow> _validation = [.. SineWaves.Make(12, 30, classes: 2, seed: 2)
        .OrderByDescending(row => row.Label)];

    public NetworkKeyTests() => _context.Log += (_, e) =>
    {
        if (e.Kind == Runtime.ChannelMessageKind.Warning)
            _warnings.Add(e.Message[(e.Message.IndexOf("] ", StringComparison.Ordinal) + 2)..]);
    };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Validation_keys_that_were_mapped_apart_are_compared_by_name()
    {
        IEstimator<ITransformer> map = _context.Transforms.Conversion.MapValueToKey("Label");
        ITransformer one = map.Fit(View(_train));
        using SeriesNetworkTransformer together = Trainer().Fit(one.Transform(View(_train)),
            one.Transform(View(_validation)));
        using SeriesNetworkTransformer apart = Trainer().Fit(one.Transform(View(_train)),
            map.Fit(View(_validation)).Transform(View(_validation)));
        Assert.Equal(together.Histories[0].Epochs, apart.Histories[0].Epochs);
        Assert.Equal(together.Histories[0].BestEpoch, apart.Histories[0].BestEpoch);
        Assert.Equal(TrainingRun.Weights(together.Networks.Networks[0]),
            TrainingRun.Weights(apart.Networks.Networks[0]));

        List<SeriesRow> half = [.. _validation.Where(row => row.Label == "c1")];
        using SeriesNetworkTransformer subset = Trainer().Fit(one.Transform(View(_train)),
            map.Fit(View(half)).Transform(View(half)));
        using SeriesNetworkTransformer same = Trainer().Fit(one.Transform(View(_train)), one.Transform(View(half)));
        Assert.Equal(same.Histories[0].Epochs, subset.Histories[0].Epochs);
    }

    [Fact]
    public void Validation_keys_that_cannot_be_compared_are_refused()
    {
        IEstimator<ITransformer> map = _context.Transforms.Conversion.MapValueToKey("Label");
        IDataView train = map.Fit(View(_train)).Transform(View(_train));
        IDataView three = View(SineWaves.Make(12, 30, classes: 3));
        Assert.Equal("Column 'Label' has the class 'c2' in the validation rows, which the training rows do not have; "
            + "their classes are c0, c1. Make the keys of both with one fitted MapValueToKey.",
            Refused(train, map.Fit(three).Transform(three)));
        Assert.Equal("The keys in column 'Label' of the validation rows have no values, and those of the training rows "
            + "have; they cannot be compared. Make the keys of both with one fitted MapValueToKey.",
            Refused(train, Unnamed(2)));
        Assert.Equal("Column 'Label' has 3 keys in the validation rows and 2 in the training rows, "
            + "without values to compare them by. Make the keys of both with one fitted MapValueToKey.",
            Refused(Unnamed(2), Unnamed(3)));
        Trainer().Fit(Unnamed(2), Unnamed(2)).Dispose();
    }

    [Fact]
    public void Rows_without_a_label_are_left_out_with_one_counted_warning()
    {
        (_train[3].Label, _train[7].Label, _validation[0].Label) = ("", "", "");
        ITransformer map = _context.Transforms.Conversion.MapValueToKey("Label").Fit(View(_train));
        using SeriesNetworkTransformer model = Trainer().Fit(map.Transform(View(_train)),
            map.Transform(View(_validation)));
        Assert.Equal(
            ["Column 'Label' is missing in 2 of 24 rows; they are left out. Add the labels, or remove the rows.",
            "Column 'Label' is missing in 1 of 12 validation rows; it is left out. Add the labels, or remove the "
            + "rows."], _warnings.Where(warning => warning.StartsWith("Column", StringComparison.Ordinal)));
        IDataView scored = model.Transform(map.Transform(View(_train)));
        Assert.All(scored.GetColumn<uint>("PredictedLabel"), key => Assert.InRange(key, 1u, 2u));
        Assert.InRange(_context.MulticlassClassification.Evaluate(scored).MicroAccuracy, 0, 1);

        foreach (SeriesRow row in _train)
            row.Label = row == _train[0] ? "c0" : "";
        Assert.Equal("Column 'Label' has 1 rows with a label; FCN needs at least 2. "
            + "Check the data view or its filters.",
            Assert.Throws<InvalidOperationException>(() => Trainer().Fit(map.Transform(View(_train)))).Message);
    }

    [Fact]
    public void Word_keys_that_cannot_be_compared_are_refused_and_new_words_are_unknown()
    {
        var trainer = _context.MulticlassClassification.Trainers.TextCnn(new TextCnnTrainer.Options
        {
            TextColumnName = "Words",
            Dimension = 4,
            NumberOfFilters = 4,
            WindowSizes = [2],
            NumberOfEpochs = 1,
        });
        EstimatorChain<ITransformer> words = _context.Transforms.Text.TokenizeIntoWords("Words", "Text")
            .Append<ITransformer>(_context.Transforms.Conversion.MapValueToKey("Words"))
            .Append<ITransformer>(_context.Transforms.Conversion.MapValueToKey("Label"));
        IDataView train = words.Fit(View(_train)).Transform(View(_train));
        _validation[0].Text = "unheard of";
        trainer.Fit(train, words.Fit(View(_validation)).Transform(View(_validation))).Dispose();

        IDataView tokens = _context.Transforms.Text.TokenizeIntoWords("Words", "Text")
            .Fit(View(_train)).Transform(train);
        IDataView hashed = _context.Transforms.Conversion.Hash("Words", numberOfBits: 8).Fit(tokens).Transform(tokens);
        Assert.Equal("The keys in column 'Words' of the validation rows have no values, "
            + "and those of the training rows have; "
            + "they cannot be compared. Make the keys of both with one fitted MapValueToKey.",
            Assert.Throws<InvalidOperationException>(() => trainer.Fit(train, hashed)).Message);
    }

    [Fact]
    public void A_checkpoint_of_other_keys_is_refused()
    {
        IEstimator<ITransformer> map = _context.Transforms.Conversion.MapValueToKey("Label");
        Trainer(options => (options.CheckpointFolder, options.CheckpointEvery) = (_folder, 1))
            .Fit(map.Fit(View(_train)).Transform(View(_train))).Dispose();
        IDataView reversed = map.Fit(View(_validation)).Transform(View(_train));
        string path = Path.Combine(_folder, "network0.checkpoint");
        Assert.Equal($"The checkpoint '{path}' is of a training on the classes c0, c1, and here they are c1, c0. "
            + "Make the keys of both with one fitted MapValueToKey, or leave ResumeFrom unset.",
            Assert.Throws<InvalidOperationException>(
                () => Trainer(options => options.ResumeFrom = _folder).Fit(reversed)).Message);
    }

    [Fact]
    public void Keys_of_every_type_become_values_again_after_a_reload_and_in_ONNX()
    {
        DateTime day = new(2026, 1, 31);
        Check<byte>(5, 200, ["5", "200"]);
        Check<sbyte>(5, -6, ["5", "-6"]);
        Check<short>(5, -600, ["5", "-600"]);
        Check<ushort>(5, 60_000, ["5", "60000"]);
        Check(1u, 4_000_000_000, ["1", "4000000000"]);
        Check(1L, long.MaxValue, ["1", "9223372036854775807"]);
        Check(1UL, ulong.MaxValue, ["1", "18446744073709551615"]);
        Check(0.1f, -2f, ["0.1", "-2"]);
        Check(0.1, 1e300, ["0.1", "1E+300"]);
        Check(true, false, ["True", "False"]);
        Check("a", "ä", ["a", "ä"]);
        Check(day, day.AddSeconds(1.5), ["2026-01-31T00:00:00", "2026-01-31T00:00:01.5"]);
        Check(new DateTimeOffset(day, TimeSpan.FromHours(-3.5)), new DateTimeOffset(day, TimeSpan.Zero),
            ["2026-01-31T00:00:00-03:30", "2026-01-31T00:00:00+00:00"]);
        Check(TimeSpan.FromHours(1), TimeSpan.FromDays(-2), ["01:00:00", "-2.00:00:00"]);
        Check(new DataViewRowId(1, 2), new DataViewRowId(3, 4),
            [new DataViewRowId(1, 2).ToString(), new DataViewRowId(3, 4).ToString()]);
    }

    private void Check<T>(T first, T second, string[] names)
    {
        List<Row<T>> rows = [.. _train.Select(
            (row, i) => new Row<T> { Series = row.Series, Kind = i % 2 == 0 ? first : second })];
        IDataView data = _context.Data.LoadFromEnumerable(rows);
        ITransformer model = _context.Transforms.Conversion.MapValueToKey("Label", "Kind")
            .Append(Trainer(options => options.ClassWeights = new Dictionary<string, double> { [names[1]] = 2 }))
            .Append(_context.Transforms.Conversion.MapKeyToValue("PredictedLabel")).Fit(data);
        T[] expected = [.. model.Transform(data).GetColumn<T>("PredictedLabel")];
        string file = Path.Combine(_folder, "model.zip");
        _context.Model.Save(model, data.Schema, file);
        Assert.Equal(expected, _context.Model.Load(file, out _).Transform(data).GetColumn<T>("PredictedLabel"));
        _context.Model.SaveAsOnnx(model, data, Path.Combine(_folder, "model.onnx"));
        using var scorer = new OnnxSequenceScorer(Path.Combine(_folder, "model.onnx"));
        Assert.Equal(names, scorer.Classes);
        Assert.Equal(expected.Select(value => names[Equals(value, first) ? 0 : 1]),
            scorer.Score([.. rows.Select(row => row.Series)]).Select(prediction => prediction.Label));
        (model as IDisposable)?.Dispose();
    }

    private string Refused(IDataView train, IDataView validation)
        => Assert.Throws<InvalidOperationException>(() => Trainer().Fit(train, validation)).Message;

    private IDataView View(List<SeriesRow> rows) => SineWaves.View(_context, rows, 30);

    private IDataView Unnamed(int count)
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(Row<uint>));
        SchemaDefinition.Column label = schema["Kind"];
        (label.ColumnName, label.ColumnType) = ("Label", new KeyDataViewType(typeof(uint), count));
        return _context.Data.LoadFromEnumerable(
            _train.Select((row, i) => new Row<uint> { Series = row.Series, Kind = (uint)i % 2 }), schema);
    }

    private FcnTrainer Trainer(Action<FcnTrainer.Options>? change = null)
    {
        var options = new FcnTrainer.Options { NumberOfEpochs = 6, NumberOfFilters = 4, Seed = 1, BatchSize = 8 };
        change?.Invoke(options);
        return _context.MulticlassClassification.Trainers.Fcn(options);
    }

    private sealed class Row<T>
    {
        [VectorType(30)]
        public float[] Series { get; set; } = [];

        public T Kind { get; set; } = default!;
    }
}

using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.TestKit;
using Microsoft.ML.SeqConv.Tests.Onnx;
using Xunit;
using static Microsoft.ML.SeqConv.Tests.Series.LayoutCases;

namespace Microsoft.ML.SeqConv.Tests.Series;

/// <summary>
/// A column of [time, channel] gives what the same series as [channel, time] give: features, saved,
/// exported, explained.
/// </summary>
public sealed class SeriesLayoutTests : IDisposable
{
    private readonly MLContext _context = new(1);
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.onnx");

    public static TheoryData<string, bool> Featurizers
        => new(from name in Names from ragged in new[] { false, true } select (name, ragged));

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Token_vectors_are_convolved_as_they_lie()
    {
        // <token-vectors>
        var mlContext = new MLContext(seed: 1);
        IDataView sentences = mlContext.Data.LoadFromEnumerable([new Sentence
        {
            // token after token
            Tokens = [.1f, -.2f, .4f, .6f, .2f, .1f, -.2f, .1f, 0, .9f, .1f, .2f, .4f, .2f,
                .6f, .7f, -1.2f, 1, 0, .5f, .5f],
        }]);

        var convolution = mlContext.Transforms.Convolution1D("Features", new ConvolutionOptions
        {
            Kernels = [new float[,] { { 3, 2, -1 }, { 1, 1, 1 }, { 2, -1, 0 } },
                new float[,] { { 2, 2, -1 }, { 1, 1, 1 }, { 2, -1, 0 } }],
            Layout = SeriesLayout.TimeChannel,
        }, "Tokens");
        float[] features = convolution.Fit(sentences).Transform(sentences).GetColumn<float[]>("Features").First();
        // </token-vectors>

        float[] expected = [-0.1f, 3.7f, 1.4f, 6.5f, 1.0f, -0.2f, 3.1f, 1.6f, 5.6f, 0.6f];
        Assert.Equal(expected.Length, features.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], features[i], 1e-6);
    }

    [Theory]
    [MemberData(nameof(Featurizers))]
    public void Features_are_the_same_to_the_bit(string name, bool ragged)
    {
        List<SeriesRow> rows = Gaps(SineWaves.Make(20, Length, Channels, ragged: ragged));
        IDataView byChannel = SineWaves.View(_context, rows, Channels, ragged ? 0 : Length);
        float[][] expected = [.. Featurizer(name, SeriesLayout.ChannelTime).Fit(byChannel).Transform(byChannel)
            .GetColumn<float[]>("Features")];
        IDataView byTime = SineWaves.View(_context, ByTime(rows), ragged ? 0 : Length, Channels);
        ITransformer model = Featurizer(name, SeriesLayout.TimeChannel).Fit(byTime);
        Assert.Equal(expected, model.Transform(byTime).GetColumn<float[]>("Features"));

        // The same values without their dimensions.
        IDataView flat = SineWaves.View(_context, ByTime(rows), ragged ? [] : [Length * Channels]);
        Assert.Equal(expected, Featurizer(name, SeriesLayout.TimeChannel, Channels).Fit(flat).Transform(flat)
            .GetColumn<float[]>("Features"));

        using var file = new MemoryStream();
        _context.Model.Save(model, byTime.Schema, file);
        file.Position = 0;
        Assert.Equal(expected, _context.Model.Load(file, out _).Transform(byTime).GetColumn<float[]>("Features"));
    }

    [Theory]
    [MemberData(nameof(Featurizers))]
    public void As_a_component(string name, bool ragged) => ComponentChecks.All(
        new ComponentRules
        {
            TimeFirst = true,
            FillsMissing = true,
            NoGraph = ragged ? "Interpolation of missing values can be written to ONNX for a fixed length only" : null,
        },
        context => LayoutCases.Featurizer(context, name, SeriesLayout.TimeChannel),
        ByTime(Gaps(SineWaves.Make(12, 40, Channels, ragged: ragged))), ragged ? 0 : 40, Channels);

    [Theory]
    [MemberData(nameof(Featurizers))]
    public void A_row_allocates_nothing(string name, bool ragged)
    {
        List<SeriesRow> rows = ByTime(Gaps(SineWaves.Make(12, 40, Channels, ragged: ragged)));
        IDataView data = SineWaves.View(_context, rows, ragged ? 0 : 40, Channels);
        ITransformer model = Featurizer(name, SeriesLayout.TimeChannel).Fit(data);
        using DataViewRowCursor cursor = data.GetRowCursor([data.Schema["Series"]]);
        IRowToRowMapper mapper = model.GetRowToRowMapper(data.Schema);
        DataViewRow row = mapper.GetRow(cursor, [mapper.OutputSchema["Features"]]);
        ValueGetter<VBuffer<float>> get = row.GetGetter<VBuffer<float>>(mapper.OutputSchema["Features"]);
        VBuffer<float> features = default;
        Assert.True(cursor.MoveNext());
        get(ref features);

        // The runtime itself allocates now and then: the best of a few rounds is the row's own.
        long least = long.MaxValue;
        for (int round = 0; round < 5; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            get(ref features);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }

    [Fact]
    public void A_sparse_vector_is_read_as_a_dense_one()
    {
        IDataView data = SineWaves.View(_context, [new SeriesRow { Series = [0, 5, 0, 0, 7, 0] }], 3, 2);
        var options =
            new ConvolutionOptions { Kernels = [new float[,] { { 1, 10 } }], Layout = SeriesLayout.TimeChannel };
        ITransformer model = _context.Transforms.Convolution1D("Features", options, "Series").Fit(data);
        Assert.Equal([50, 0, 7], model.Transform(data).GetColumn<float[]>("Features").Single());

        IDataView sparse = _context.Transforms.CustomMapping<SeriesRow, SparseRow>(
            (row, output) => output.Sparse = new VBuffer<float>(6, 2, [5, 7], [1, 4]), null).Fit(data).Transform(data);
        ITransformer other = _context.Transforms.Convolution1D("Features", new ConvolutionOptions
        {
            Kernels = options.Kernels,
            Layout = SeriesLayout.TimeChannel,
            NumberOfChannels = 2
        }, "Sparse").Fit(sparse);
        Assert.Equal([50, 0, 7], other.Transform(sparse).GetColumn<float[]>("Features").Single());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_exported_graph_scores_the_column_as_it_is(bool ragged)
    {
        List<SeriesRow> rows = ByTime(SineWaves.Make(30, 50, Channels, ragged: ragged));
        IDataView data = SineWaves.View(_context, rows, ragged ? 0 : 50, Channels);
        ITransformer model = Pipeline(SeriesLayout.TimeChannel).Fit(data);
        _context.Model.SaveAsOnnx(model, data, _path);
        using var scorer = new OnnxSequenceScorer(_path);
        Assert.Equal((SeriesLayout.TimeChannel, Channels), (scorer.Layout, scorer.NumberOfChannels));
        SequencePrediction[] predictions = scorer.Score([.. rows.Select(row => row.Series)]);
        float[][] expected = [.. model.Transform(data).GetColumn<float[]>("Score")];
        for (int i = 0; i < expected.Length; i++)
        {
            for (int k = 0; k < expected[i].Length; k++)
                Assert.Equal(expected[i][k], predictions[i].Scores[k], 1e-4);
        }

        float[] bad = [.. rows[0].Series];
        bad[4 * Channels + 2] = float.NaN;
        Assert.StartsWith("Series 1 has NaN at point 4 of channel 2;",
            Assert.Throws<ArgumentException>(() => scorer.Score([rows[0].Series, bad])).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Featurizers))]
    public void The_exported_graph_of_every_featurizer_gives_the_bits_of_the_other_layout(string name, bool flat)
    {
        List<SeriesRow> rows = Gaps(SineWaves.Make(30, 50, Channels));
        IDataView byChannel = SineWaves.View(_context, rows, Channels, 50);
        using OnnxRun expected = OnnxRun.Of(_context,
            Featurizer(name, SeriesLayout.ChannelTime).Fit(byChannel), byChannel);
        float[] written = expected.Get<float>("Features", "Series", [.. rows.Select(row => row.Series)], Channels, 50);

        int[] dimensions = flat ? [50 * Channels] : [50, Channels];
        List<SeriesRow> turned = ByTime(rows);
        IDataView byTime = SineWaves.View(_context, turned, dimensions);
        ITransformer model = Featurizer(name, SeriesLayout.TimeChannel, flat ? Channels : null).Fit(byTime);
        using OnnxRun run = OnnxRun.Of(_context, model, byTime);
        float[] features = run.Get<float>("Features", "Series", [.. turned.Select(row => row.Series)], dimensions);
        Assert.Equal(written, features);

        // One output on the other side of a bias may change a feature by much, so features that differ are counted.
        float[] native = [.. model.Transform(byTime).GetColumn<float[]>("Features").SelectMany(row => row)];
        int different = native.Zip(features)
            .Count(pair => Math.Abs(pair.First - pair.Second) > 1e-4 * Math.Max(1, Math.Abs(pair.First)));
        Assert.True(different <= 0.0003 * features.Length, $"{different} of {features.Length} features differ.");
    }

    [Fact]
    public void A_fixed_length_is_written_for_a_ragged_column()
    {
        List<SeriesRow> rows = ByTime(SineWaves.Make(30, 50, Channels));
        IDataView data = SineWaves.View(_context, rows, 0, Channels);
        ITransformer model = Pipeline(SeriesLayout.TimeChannel).Fit(data);
        _context.Model.SaveAsOnnx(model, data, _path, new OnnxExportOptions { SeriesLength = 50 });
        using var scorer = new OnnxSequenceScorer(_path);
        Assert.Equal(50, scorer.SeriesLength);
        Assert.Equal(model.Transform(data).GetColumn<float[]>("Score").First(),
            scorer.Score([rows[0].Series])[0].Scores, (a, b) => Math.Abs(a - b) < 1e-4);
    }

    [Theory]
    [InlineData(ExplanationMethod.Exact)]
    [InlineData(ExplanationMethod.Occlusion)]
    public void Contributions_are_by_channel_and_time_in_either_layout(ExplanationMethod method)
    {
        List<SeriesRow> rows = SineWaves.Make(30, Length, Channels);
        ITransformer byChannel = Pipeline(SeriesLayout.ChannelTime)
            .Fit(SineWaves.View(_context, rows, Channels, Length));
        ITransformer byTime = Pipeline(SeriesLayout.TimeChannel)
            .Fit(SineWaves.View(_context, ByTime(rows), Length, Channels));
        SeriesExplanation expected = _context.Model.ExplainSeries(byChannel, rows[1].Series, method);
        SeriesExplanation actual = _context.Model.ExplainSeries(byTime, ByTime(rows)[1].Series, method);
        Assert.Equal((expected.ClassName, expected.Score), (actual.ClassName, actual.Score));
        Assert.Equal(expected.Contributions.Cast<double>(), actual.Contributions.Cast<double>());
    }

    [Theory]
    [InlineData("MiniRocket")]
    [InlineData("Rocket")]
    [InlineData("MultiRocket")]
    [InlineData("Hydra")]
    public void A_pruned_transform_keeps_the_layout(string name)
    {
        List<SeriesRow> rows = Gaps(SineWaves.Make(24, Length, Channels));
        IDataView byChannel = SineWaves.View(_context, rows, Channels, Length);
        IDataView byTime = SineWaves.View(_context, ByTime(rows), Length, Channels);
        float[][] expected = [.. Pruned(SeriesLayout.ChannelTime).Fit(byChannel).Transform(byChannel)
            .GetColumn<float[]>("Features")];
        ITransformer model = Pruned(SeriesLayout.TimeChannel).Fit(byTime);
        Assert.Equal(12, expected[0].Length);
        Assert.Equal(expected, model.Transform(byTime).GetColumn<float[]>("Features"));
        using var file = new MemoryStream();
        _context.Model.Save(model, byTime.Schema, file);
        file.Position = 0;
        Assert.Equal(expected, _context.Model.Load(file, out _).Transform(byTime).GetColumn<float[]>("Features"));

        IEstimator<ITransformer> Pruned(SeriesLayout layout)
        {
            var options =
                new PruningOptions { MaxFeatures = 12, NumberOfFolds = 2, NumberOfRepeats = 1, DroppedFraction = 0.3 };
            return Featurizer(name, layout) switch
            {
                MiniRocketEstimator featurizer => featurizer.Prune("Target", options),
                RocketEstimator featurizer => featurizer.Prune("Target", options),
                MultiRocketEstimator featurizer => featurizer.Prune("Target", options),
                HydraEstimator featurizer => featurizer.Prune("Target", options),
                _ => throw new ArgumentException(name),
            };
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(64)]
    public void Minibatches_train_the_same_model(int cacheMegabytes)
    {
        List<SeriesRow> rows = SineWaves.Make(60, Length, Channels);
        Assert.Equal(
            Scores(SeriesLayout.ChannelTime, SineWaves.View(_context, rows, Channels, Length)),
            Scores(SeriesLayout.TimeChannel, SineWaves.View(_context, ByTime(rows), Length, Channels)));

        float[][] Scores(SeriesLayout layout, IDataView data)
        {
            var options = new MinibatchLogisticRegressionTrainer.Options
            {
                LabelColumnName = "LabelKey",
                BatchSize = 4,
                ChunkSize = 8,
                CacheMegabytes = cacheMegabytes,
                NumberOfEpochs = 3,
                Seed = 1
            };
            return [.. _context.Transforms.Conversion.MapValueToKey("LabelKey", "Label")
                .Append(Featurizer("MiniRocket", layout))
                .Append(_context.MulticlassClassification.Trainers.MinibatchLogisticRegression(options)).Fit(
                    data).Transform(data).GetColumn<float[]>("Score")];
        }
    }

    [Fact]
    public void Sums_of_different_layouts_are_not_merged()
    {
        List<SeriesRow> rows = SineWaves.Make(30, Length, Channels);
        using RidgeAccumulator byChannel = Sums(SineWaves.View(_context, rows, Channels, Length),
            SeriesLayout.ChannelTime, null);
        using RidgeAccumulator byTime = Sums(SineWaves.View(_context, ByTime(rows), Length, Channels),
            SeriesLayout.TimeChannel, null);
        Assert.Throws<ArgumentException>(() => byChannel.Merge(byTime));

        RidgeAccumulator Sums(IDataView data, SeriesLayout layout, int? channels)
        {
            ITransformer preparation = _context.Transforms.Conversion.MapValueToKey("Label")
                .Append(Featurizer("MiniRocket", layout, channels)).Fit(data);
            var sums = new RidgeAccumulator(_context,
                _context.MulticlassClassification.Trainers.Ridge(), preparation, data.Schema);
            sums.Add(data);
            return sums;
        }
    }

    [Theory]
    [InlineData(SeriesLayout.ChannelTime, 0, 24)]
    [InlineData(SeriesLayout.TimeChannel, 24, 0)]
    public void A_column_that_was_fitted_on_with_the_options_channels_is_scored(
        SeriesLayout layout, int first, int second)
    {
        List<SeriesRow> rows = SineWaves.Make(12, Length, Channels);
        IDataView data = SineWaves.View(_context,
            layout == SeriesLayout.TimeChannel ? ByTime(rows) : rows, first, second);
        IDataView known = SineWaves.View(_context, rows, Channels, 0);
        Assert.Equal(
            Featurizer("MiniRocket", SeriesLayout.ChannelTime).Fit(known).Transform(known)
                .GetColumn<float[]>("Features"),
            Featurizer("MiniRocket", layout, Channels).Fit(data).Transform(data).GetColumn<float[]>("Features"));
    }

    private IEstimator<ITransformer> Pipeline(SeriesLayout layout)
        => _context.Transforms.Conversion.MapValueToKey("LabelKey", "Label")
            .Append(_context.Transforms.MiniRocket("Features",
                new MiniRocketEstimator.Options { NumberOfFeatures = 500, Seed = 1, Layout = layout }, "Series"))
            .Append(_context.MulticlassClassification.Trainers.Ridge("LabelKey"));

    private IEstimator<ITransformer> Featurizer(string name, SeriesLayout layout, int? channels = null)
        => LayoutCases.Featurizer(_context, name, layout, channels);

    // <sentence>
    public class Sentence
    {
        // 7 tokens of 3 channels, token after token; [VectorType(0, 3)]: any number of tokens
        [VectorType(7, 3)]
        public float[] Tokens { get; set; } = [];
    }
    // </sentence>

    private sealed class SparseRow
    {
        [VectorType(6)]
        public VBuffer<float> Sparse { get; set; }
    }
}

using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.TestKit;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.Series;

/// <summary>A column of [time, channel] gives what the same series as [channel, time] give: features, saved, exported, explained.</summary>
public sealed class SeriesLayoutTests : IDisposable
{
    private const int Channels = 3;
    private const int Length = 24;

    private readonly MLContext _context = new(1);
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.onnx");

    public static TheoryData<string, bool> Featurizers => new(
        from name in new[] { "MiniRocket", "Rocket", "MultiRocket", "Hydra", "Convolution1D" } from ragged in new[] { false, true } select (name, ragged));

    public void Dispose() => File.Delete(_path);

    [Theory]
    [MemberData(nameof(Featurizers))]
    public void Features_are_the_same_to_the_bit(string name, bool ragged)
    {
        List<SeriesRow> rows = Gaps(SineWaves.Make(20, Length, Channels, ragged: ragged));
        IDataView byChannel = SineWaves.View(_context, rows, Channels, ragged ? 0 : Length);
        float[][] expected = [.. Featurizer(name, SeriesLayout.ChannelTime).Fit(byChannel).Transform(byChannel).GetColumn<float[]>("Features")];
        IDataView byTime = SineWaves.View(_context, ByTime(rows), ragged ? 0 : Length, Channels);
        ITransformer model = Featurizer(name, SeriesLayout.TimeChannel).Fit(byTime);
        Assert.Equal(expected, model.Transform(byTime).GetColumn<float[]>("Features"));

        // The same values without their dimensions.
        IDataView flat = SineWaves.View(_context, ByTime(rows), ragged ? [] : [Length * Channels]);
        Assert.Equal(expected, Featurizer(name, SeriesLayout.TimeChannel, Channels).Fit(flat).Transform(flat).GetColumn<float[]>("Features"));

        using var file = new MemoryStream();
        _context.Model.Save(model, byTime.Schema, file);
        file.Position = 0;
        Assert.Equal(expected, _context.Model.Load(file, out _).Transform(byTime).GetColumn<float[]>("Features"));
    }

    [Fact]
    public void As_a_component() => ComponentChecks.All(
        context => context.Transforms.MiniRocket("Features", new MiniRocketEstimator.Options { NumberOfFeatures = 500, Layout = SeriesLayout.TimeChannel }, "Series"), ByTime(SineWaves.Make(12, 40, Channels)), 40, Channels);

    [Fact]
    public void As_a_component_of_ragged_series() => ComponentChecks.All(
        context => context.Transforms.Hydra("Features", new HydraEstimator.Options { NumberOfGroups = 4, Layout = SeriesLayout.TimeChannel, Normalization = SeriesNormalization.ZNormalize }, "Series"),
        ByTime(SineWaves.Make(12, 40, Channels, ragged: true)), 0, Channels);

    [Fact]
    public void A_sparse_vector_is_read_as_a_dense_one()
    {
        IDataView data = SineWaves.View(_context, [new SeriesRow { Series = [0, 5, 0, 0, 7, 0] }], 3, 2);
        var options = new ConvolutionOptions { Kernels = [new float[,] { { 1, 10 } }], Layout = SeriesLayout.TimeChannel };
        ITransformer model = _context.Transforms.Convolution1D("Features", options, "Series").Fit(data);
        Assert.Equal([50, 0, 7], model.Transform(data).GetColumn<float[]>("Features").Single());

        IDataView sparse = _context.Transforms.CustomMapping<SeriesRow, SparseRow>((row, output) => output.Sparse = new VBuffer<float>(6, 2, [5, 7], [1, 4]), null).Fit(data).Transform(data);
        ITransformer other = _context.Transforms.Convolution1D("Features", new ConvolutionOptions { Kernels = options.Kernels, Layout = SeriesLayout.TimeChannel, NumberOfChannels = 2 }, "Sparse").Fit(sparse);
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
        Assert.StartsWith("Series 1 has NaN at point 4 of channel 2;", Assert.Throws<ArgumentException>(() => scorer.Score([rows[0].Series, bad])).Message, StringComparison.Ordinal);
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
        Assert.Equal(model.Transform(data).GetColumn<float[]>("Score").First(), scorer.Score([rows[0].Series])[0].Scores, (a, b) => Math.Abs(a - b) < 1e-4);
    }

    [Theory]
    [InlineData(ExplanationMethod.Exact)]
    [InlineData(ExplanationMethod.Occlusion)]
    public void Contributions_are_by_channel_and_time_in_either_layout(ExplanationMethod method)
    {
        List<SeriesRow> rows = SineWaves.Make(30, Length, Channels);
        ITransformer byChannel = Pipeline(SeriesLayout.ChannelTime).Fit(SineWaves.View(_context, rows, Channels, Length));
        ITransformer byTime = Pipeline(SeriesLayout.TimeChannel).Fit(SineWaves.View(_context, ByTime(rows), Length, Channels));
        SeriesExplanation expected = _context.Model.ExplainSeries(byChannel, rows[1].Series, method);
        SeriesExplanation actual = _context.Model.ExplainSeries(byTime, ByTime(rows)[1].Series, method);
        Assert.Equal((expected.ClassName, expected.Score), (actual.ClassName, actual.Score));
        Assert.Equal(expected.Contributions.Cast<double>(), actual.Contributions.Cast<double>());
    }

    [Fact]
    public void Sums_of_different_layouts_are_not_merged()
    {
        List<SeriesRow> rows = SineWaves.Make(30, Length, Channels);
        using RidgeAccumulator byChannel = Sums(SineWaves.View(_context, rows, Channels, Length), SeriesLayout.ChannelTime, null);
        using RidgeAccumulator byTime = Sums(SineWaves.View(_context, ByTime(rows), Length, Channels), SeriesLayout.TimeChannel, null);
        Assert.Throws<ArgumentException>(() => byChannel.Merge(byTime));

        RidgeAccumulator Sums(IDataView data, SeriesLayout layout, int? channels)
        {
            ITransformer preparation = _context.Transforms.Conversion.MapValueToKey("Label").Append(Featurizer("MiniRocket", layout, channels)).Fit(data);
            var sums = new RidgeAccumulator(_context, _context.MulticlassClassification.Trainers.Ridge(), preparation, data.Schema);
            sums.Add(data);
            return sums;
        }
    }

    [Fact]
    public void What_cannot_be_read_by_time_is_told()
    {
        List<SeriesRow> rows = SineWaves.Make(6, Length, Channels);
        Assert.StartsWith("Layout is 7; it must be one of ChannelTime, TimeChannel.", Assert.Throws<ArgumentOutOfRangeException>(() => Featurizer("Hydra", (SeriesLayout)7)).Message, StringComparison.Ordinal);
        Assert.StartsWith("Column 'Series' has an unknown number of channels (Vector<Single, 72>), and Layout is TimeChannel. Set NumberOfChannels.", Refused(null, Length * Channels), StringComparison.Ordinal);
        Assert.StartsWith("Column 'Series' has 3 channels by its type (Vector<Single, 24, 3>, TimeChannel), but NumberOfChannels is 2. Leave NumberOfChannels unset, or set Layout to what the column holds.",
            Refused(2, Length, Channels), StringComparison.Ordinal);
        Assert.StartsWith("Column 'Series' has 72 values (Vector<Single, 72>), which is no multiple of NumberOfChannels, 5.", Refused(5, Length * Channels), StringComparison.Ordinal);
        Assert.Equal("Column 'Series' has 72 values in row 0; they must fill 5 channels equally. Mend the row, or NumberOfChannels.", Refused(5));

        // A model of [time, channel] refuses a column whose type says otherwise.
        ITransformer model = Featurizer("MiniRocket", SeriesLayout.TimeChannel).Fit(SineWaves.View(_context, ByTime(rows), Length, Channels));
        Assert.StartsWith("Column 'Series' has 24 channels; the model was fitted on 3.",
            Assert.Throws<ArgumentOutOfRangeException>(() => model.Transform(SineWaves.View(_context, rows, Channels, Length))).Message, StringComparison.Ordinal);

        // The row, the point and the channel are those of the column.
        List<SeriesRow> bad = ByTime(rows);
        bad[2].Series[5 * Channels + 1] = float.NaN;
        IDataView view = SineWaves.View(_context, bad, Length, Channels);
        Assert.StartsWith("Column 'Series' has NaN at point 5 of channel 1 in row 2;", Assert.Throws<InvalidOperationException>(
            () => _context.Transforms.MiniRocket("Features", new MiniRocketEstimator.Options { Layout = SeriesLayout.TimeChannel }, "Series").Fit(view)).Message, StringComparison.Ordinal);

        string Refused(int? channels, params int[] dimensions)
            => Assert.ThrowsAny<Exception>(() => Featurizer("MiniRocket", SeriesLayout.TimeChannel, channels).Fit(SineWaves.View(_context, rows, dimensions))).Message;
    }

    private IEstimator<ITransformer> Pipeline(SeriesLayout layout)
        => _context.Transforms.Conversion.MapValueToKey("LabelKey", "Label")
            .Append(_context.Transforms.MiniRocket("Features", new MiniRocketEstimator.Options { NumberOfFeatures = 500, Seed = 1, Layout = layout }, "Series"))
            .Append(_context.MulticlassClassification.Trainers.Ridge("LabelKey"));

    private IEstimator<ITransformer> Featurizer(string name, SeriesLayout layout, int? channels = null)
    {
        TOptions With<TOptions>(TOptions options)
            where TOptions : SeriesOptions
        {
            (options.Layout, options.NumberOfChannels, options.MissingValues, options.Normalization, options.Seed) = (layout, channels, MissingValues.Interpolate, SeriesNormalization.ZNormalize, 1);
            return options;
        }

        return name switch
        {
            "MiniRocket" => _context.Transforms.MiniRocket("Features", With(new MiniRocketEstimator.Options { NumberOfFeatures = 500 }), "Series"),
            "Rocket" => _context.Transforms.Rocket("Features", With(new RocketEstimator.Options { NumberOfKernels = 60 }), "Series"),
            "MultiRocket" => _context.Transforms.MultiRocket("Features", With(new MultiRocketEstimator.Options { NumberOfFeatures = 1400 }), "Series"),
            "Hydra" => _context.Transforms.Hydra("Features", With(new HydraEstimator.Options { NumberOfGroups = 4 }), "Series"),
            _ => _context.Transforms.Convolution1D("Features", With(new ConvolutionOptions { Kernels = [new float[,] { { 1, 2, -1 }, { 0, 1, -2 } }], Pooling = ConvolutionPooling.TopKMax }), "Series"),
        };
    }

    private static List<SeriesRow> Gaps(List<SeriesRow> rows)
    {
        for (int i = 0; i < rows.Count; i += 3)
            rows[i].Series[(7 * i + 2) % rows[i].Series.Length] = float.NaN;
        return rows;
    }

    private static List<SeriesRow> ByTime(List<SeriesRow> rows) => [.. rows.Select(row =>
    {
        int length = row.Series.Length / Channels;
        return new SeriesRow { Series = [.. Enumerable.Range(0, row.Series.Length).Select(i => row.Series[i % Channels * length + i / Channels])], Label = row.Label, Flag = row.Flag, Target = row.Target };
    })];

    private sealed class SparseRow
    {
        [VectorType(6)]
        public VBuffer<float> Sparse { get; set; }
    }
}

using Google.Protobuf;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.SeqConv.Onnx;
using Microsoft.ML.SeqConv.TestKit;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.Onnx;

/// <summary>
/// Featurizers as functions of a file: by this library's operators, and by their bodies without them.
/// </summary>
public class OnnxOperatorsTests
{
    private readonly MLContext _context = new(1);

    public static TheoryData<string> Featurizers =>
        ["MiniRocket", "MiniRocket 3", "MiniRocket pruned", "MultiRocket", "MultiRocket 3", "MultiRocket pruned",
            "Hydra", "Hydra 3", "Hydra pruned", "Rocket", "Rocket 3", "Rocket pruned",
            "IntervalQuantiles", "IntervalQuantiles 3", "IntervalQuantiles pruned",
            "DilatedShapelets", "DilatedShapelets 3", "DilatedShapelets pruned"];

    // All of them: means, sums of outputs and Rocket's maxima as well, which standard operators round otherwise.
    [Theory]
    [MemberData(nameof(Featurizers))]
    public void Registered_operators_give_the_bits_of_every_feature(string featurizer)
    {
        (IDataView data, List<SeriesRow> rows, int channels) = Make(featurizer, count: 40);
        ITransformer model = Featurizer(featurizer).Fit(data);
        model = featurizer.EndsWith("pruned", StringComparison.Ordinal) ? Prune(model) : model;
        float[] native = [.. model.Transform(data).GetColumn<float[]>("Features").SelectMany(row => row)];
        byte[] file = Export(model, data);
        foreach (int threads in new[] { 1, 2 })
        {
            Assert.Equal(native, Run(file, rows, channels, threads));
            Assert.Empty(Run(file, [], channels, threads));
        }
    }

    // Other programs may give what a scorer refuses: a comparison with NaN does not hold, here as there.
    [Theory]
    [InlineData("MiniRocket")]
    [InlineData("MiniRocket 3")]
    public void Operators_and_bodies_agree_on_missing_values(string featurizer)
    {
        (IDataView data, List<SeriesRow> rows, int channels) = Make(featurizer, count: 20);
        byte[] file = Export(Featurizer(featurizer).Fit(data), data);
        for (int i = 0; i < rows.Count; i++)
            rows[i].Series[7 * i % rows[i].Series.Length] = i % 2 == 0 ? float.NaN : -float.NaN;
        using var body = new OnnxRun(file, new SessionOptions());
        Assert.Equal(body.Get<float>("Features", "Series", [.. rows.Select(row => row.Series)],
            channels == 1 ? [70] : [channels, 70]), Run(file, rows, channels, threads: 1));
    }

    [Fact]
    public void Featurizers_of_one_kind_beyond_the_names_of_operators_are_nodes()
    {
        (IDataView data, List<SeriesRow> rows, int channels) = Make("MiniRocket", count: 20);
        int count = OperatorDomain.MaxOfOneKind + 2;
        IEstimator<ITransformer> pipeline = Enumerable.Range(0, count)
            .Select(i => (IEstimator<ITransformer>)_context.Transforms.MiniRocket($"F{i}", "Series", 84, seed: i))
            .Aggregate((all, next) => all.Append(next))
            .Append(_context.Transforms.Concatenate("Features", [.. Enumerable.Range(0, count).Select(i => $"F{i}")]));
        ITransformer model = pipeline.Fit(data);
        byte[] file = Export(model, data);
        ModelProto parsed = ModelProto.Parser.ParseFrom(file);
        Assert.Equal(OperatorDomain.MaxOfOneKind, parsed.Functions.Count);
        float[] native = [.. model.Transform(data).GetColumn<float[]>("Features").SelectMany(row => row)];
        Assert.Equal(native, Run(file, rows, channels, threads: 1));
        using var body = new OnnxRun(file, new SessionOptions());
        Assert.Equal(native, body.Get<float>("Features", "Series", [.. rows.Select(row => row.Series)]));
    }

    [Fact]
    public void Many_threads_score_by_one_session()
    {
        (IDataView data, List<SeriesRow> rows, _) = Make("MultiRocket", count: 64);
        ITransformer model = Featurizer("MultiRocket").Fit(data);
        float[][] native = [.. model.Transform(data).GetColumn<float[]>("Features")];
        byte[] file = Export(model, data);
        using SessionOptions options = Registered(threads: 2);
        using var run = new OnnxRun(file, options);
        Parallel.For(0, 64, i =>
        {
            float[][] batch = [.. rows.Skip(i % 7).Take(1 + i % 50).Select(row => row.Series)];
            Assert.Equal(native.Skip(i % 7).Take(batch.Length).SelectMany(row => row),
                run.Get<float>("Features", "Series", batch));
        });
    }

    [Fact]
    public void A_damaged_featurizer_is_refused_by_name()
    {
        ModelProto file = FileOf("MiniRocket");
        AttributeProto model = Assert.Single(file.Graph.Node, node => node.Domain == OperatorDomain.Name)
            .Attribute.Single(attribute => attribute.Name == "model");
        byte[] bytes = model.S.ToByteArray();
        bytes[200] ^= 1;
        model.S = ByteString.CopyFrom(bytes);
        using SessionOptions options = Registered(threads: 1);
        var error = Assert.Throws<OnnxRuntimeException>(() => new OnnxRun(file.ToByteArray(), options));
        Assert.Contains("A MiniRocket is damaged: it does not match its checksum.", error.Message,
            StringComparison.Ordinal);
        Assert.Throws<FormatException>(() => new OnnxSequenceScorer(file.ToByteArray(), "a.onnx"));
    }

    // The one says something else than the other: on this machine the featurizer would count, elsewhere the body.
    [Fact]
    public void A_body_that_was_edited_is_refused()
    {
        ModelProto file = FileOf("MiniRocket");
        FunctionProto function = Assert.Single(file.Functions);
        NodeProto biases = function.Node.First(node => node.OpType == "Constant"
            && node.Attribute[0].T.DataType == TensorProto.Types.DataType.Float);
        byte[] values = biases.Attribute[0].T.RawData.ToByteArray();
        values[2] ^= 1;
        biases.Attribute[0].T.RawData = ByteString.CopyFrom(values);
        var error = Assert.Throws<FormatException>(() => new OnnxSequenceScorer(file.ToByteArray(), "a.onnx"));
        Assert.Equal("'a.onnx' has a function 'ai.seqconv.MiniRocket' that was not written with the featurizer that "
            + "calls it; it was edited or is damaged. Export the pipeline again, or download the file again.",
            error.Message);
    }

    [Fact]
    public void Parts_of_different_writings_are_refused()
    {
        IDataView data = Make("MiniRocket", count: 20).Data;
        var file = ModelProto.Parser.ParseFrom(Export(_context.Transforms.MiniRocket("F1", "Series", 84, seed: 1)
            .Append(_context.Transforms.MiniRocket("F2", "Series", 84, seed: 2))
            .Append(_context.Transforms.Concatenate("Features", "F1", "F2")).Fit(data), data));
        void Refused(Action<ModelProto> edit, string what)
        {
            ModelProto edited = file.Clone();
            edit(edited);
            var error = Assert.Throws<FormatException>(() => new OnnxSequenceScorer(edited.ToByteArray(), "a.onnx"));
            Assert.StartsWith($"'a.onnx' {what}", error.Message, StringComparison.Ordinal);
        }

        NodeProto[] Calls(ModelProto model)
            => [.. model.Graph.Node.Where(node => node.Domain == OperatorDomain.Name)];
        Refused(model =>
        {
            NodeProto[] calls = Calls(model);
            (calls[0].Attribute[0].S, calls[1].Attribute[0].S) = (calls[1].Attribute[0].S, calls[0].Attribute[0].S);
        }, "has a function 'ai.seqconv.MiniRocket' that was not written with the featurizer that calls it;");
        Refused(model => model.Functions[1].Output[0] = model.Functions[1].Node[^2].Output[0],
            "has a function 'ai.seqconv.MiniRocket2' that was not written with the featurizer that calls it;");
        Refused(model => model.Functions.RemoveAt(0),
            "calls 'ai.seqconv.MiniRocket', which it has no function for;");
        Refused(model => model.Functions[0].Domain = "other",
            "has a function 'other.MiniRocket' that was not written with the featurizer that calls it;");
    }

    [Fact]
    public void Disposed_options_get_no_operators()
    {
        var options = new SessionOptions();
        options.Dispose();
        Assert.Throws<ObjectDisposedException>(() => options.AddSequenceOperators());
    }

    // The input counts where operators leave nothing between nodes; metadata may name no features.
    [Fact]
    public void Batches_of_operators_are_bounded_by_the_series()
    {
        ModelProto file = FileOf("MiniRocket");
        StringStringEntryProto entry = file.MetadataProps.Single(pair => pair.Key == "seqconv.series.Series");
        entry.Value = entry.Value.Replace("features=840", "features=0", StringComparison.Ordinal);
        using var scorer = new OnnxSequenceScorer(file.ToByteArray(), "a.onnx");
        Assert.Equal(3, scorer.Score([new float[70], new float[70], new float[70]]).Length);
    }

    [Fact]
    public void Sizes_within_functions_are_checked()
    {
        ModelProto file = FileOf("MiniRocket");
        FunctionProto function = file.Functions[0];
        NodeProto pads = function.Node.First(node => node.OpType == "Constant"
            && node.Attribute[0].T.DataType == TensorProto.Types.DataType.Int64);
        pads.Attribute[0].T.RawData = ByteString.CopyFrom(
            [.. Enumerable.Repeat(BitConverter.GetBytes(1L << 40), pads.Attribute[0].T.RawData.Length / 8)
                .SelectMany(bytes => bytes)]);
        var error = Assert.Throws<FormatException>(() => new OnnxSequenceScorer(file.ToByteArray(), "a.onnx"));
        Assert.Contains("beyond its limit of", error.Message, StringComparison.Ordinal);
    }

    // What the graph leaves open is checked by the operator.
    [Fact]
    public void Another_number_of_channels_is_an_error_of_the_runtime()
    {
        (IDataView data, _, _) = Make("MiniRocket 3", count: 20);
        ITransformer fitted = Featurizer("MiniRocket 3").Fit(data);
        ModelProto file = ModelProto.Parser.ParseFrom(Export(fitted, data));
        NodeProto call = Assert.Single(file.Graph.Node, node => node.Domain == OperatorDomain.Name);
        string series = file.Graph.Input[0].Name;
        call.Input[0] = series;
        file.Graph.Input[0].Type.TensorType.Shape.Dim[1] = new() { DimParam = "C" };
        using SessionOptions options = Registered(threads: 1);
        using var run = new OnnxRun(file.ToByteArray(), options);
        var error = Assert.Throws<OnnxRuntimeException>(
            () => run.Get<float>("Features", series, [new float[140]], 2, 70));
        Assert.Contains("The series have the shape [1, 2, 70]; the featurizer takes [N, 3, T] with at least one point.",
            error.Message, StringComparison.Ordinal);
    }

    // Rows of a whole pipeline, scored by the class that adds operators itself.
    [Fact]
    public void A_scorer_gives_the_scores_of_the_pipeline()
    {
        (IDataView data, List<SeriesRow> rows, _) = Make("MultiRocket", count: 40);
        ITransformer model = _context.Transforms.Conversion.MapValueToKey("Label")
            .Append(Featurizer("MultiRocket"))
            .Append(_context.MulticlassClassification.Trainers.Ridge())
            .Append(_context.Transforms.Conversion.MapKeyToValue("PredictedLabel")).Fit(data);
        using var scorer = new OnnxSequenceScorer(
            OnnxRun.Export(_context, model, data, new OnnxExportOptions { Form = OnnxForm.Function }), "a.onnx");
        SequencePrediction[] scored = scorer.Score([.. rows.Select(row => row.Series)]);
        Assert.Equal(model.Transform(data)
            .GetColumn<ReadOnlyMemory<char>>("PredictedLabel").Select(label => $"{label}"),
            scored.Select(prediction => prediction.Label));
        float[][] native = [.. model.Transform(data).GetColumn<float[]>("Score")];
        for (int i = 0; i < native.Length; i++)
        {
            for (int c = 0; c < native[i].Length; c++)
                Assert.Equal(native[i][c], scored[i].Scores[c], 1e-5);
        }
    }

    private ModelProto FileOf(string featurizer)
    {
        (IDataView data, _, _) = Make(featurizer, count: 20);
        return ModelProto.Parser.ParseFrom(Export(Featurizer(featurizer).Fit(data), data));
    }

    private (IDataView Data, List<SeriesRow> Rows, int Channels) Make(string featurizer, int count)
    {
        int channels = featurizer.Contains('3', StringComparison.Ordinal) ? 3 : 1;
        List<SeriesRow> rows = SineWaves.Make(count, 70, channels);
        return (SineWaves.View(_context, rows, channels == 1 ? [70] : [3, 70]), rows, channels);
    }

    private IEstimator<ITransformer> Featurizer(string featurizer) => featurizer.Split(' ')[0] switch
    {
        "MiniRocket" => _context.Transforms.MiniRocket("Features", "Series", 840, seed: 1),
        "MultiRocket" => _context.Transforms.MultiRocket("Features", "Series", 1344, seed: 1),
        "Rocket" => _context.Transforms.Rocket("Features", "Series", 100, seed: 1),
        "IntervalQuantiles" => _context.Transforms.IntervalQuantiles("Features", "Series", seed: 1),
        "DilatedShapelets" => _context.Transforms.DilatedShapelets(
            "Features", inputColumnName: "Series", numberOfShapelets: 100, seed: 1),
        _ => _context.Transforms.Hydra("Features",
            new HydraEstimator.Options { NumberOfGroups = 8, Seed = 1 }, "Series")
    };

    private static ITransformer Prune(ITransformer model) => model switch
    {
        MiniRocketTransformer transformer => transformer.Keep(Some(transformer)),
        MultiRocketTransformer transformer => transformer.Keep(Some(transformer)),
        HydraTransformer transformer => transformer.Keep(Some(transformer)),
        RocketTransformer transformer => transformer.Keep(Some(transformer)),
        IntervalQuantilesTransformer transformer => transformer.Keep(Some(transformer)),
        DilatedShapeletsTransformer transformer => transformer.Keep(Some(transformer)),
        _ => throw new ArgumentException($"{model.GetType().Name} cannot be pruned.", nameof(model)),
    };

    private static int[] Some(SeriesTransformer transformer)
        => [.. Enumerable.Range(0, transformer.NumberOfFeatures).Where(feature => feature % 7 < 2)];

    private byte[] Export(ITransformer model, IDataView data) => OnnxRun.Export(_context, model, data,
        new OnnxExportOptions { OutputColumnNames = ["Features"], Form = OnnxForm.Function });

    private static float[] Run(byte[] file, List<SeriesRow> rows, int channels, int threads)
    {
        using SessionOptions options = Registered(threads);
        using var run = new OnnxRun(file, options);
        return run.Get<float>("Features", "Series", [.. rows.Select(row => row.Series)],
            channels == 1 ? [70] : [channels, 70]);
    }

    private static SessionOptions Registered(int threads)
    {
        var options = new SessionOptions { IntraOpNumThreads = threads };
        Assert.True(options.AddSequenceOperators());
        return options;
    }
}

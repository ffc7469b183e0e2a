using System.Runtime.InteropServices;
using Google.Protobuf;
using Microsoft.ML.SeqConv.Onnx;
using Microsoft.ML.SeqConv.TestKit;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.Onnx;

/// <summary>Damaged and foreign .onnx files end in one FormatException that names the file, at construction.</summary>
public sealed class DamagedOnnxTests
{
    private const string Remedy = "Export the pipeline again, or download the file again.";
    private const int Mutations = 400;
    private const int Float16 = 10;             // of the standard; this library writes none

    private readonly MLContext _context = new(1);
    private readonly List<SeriesRow> _rows = SineWaves.Make(30, 30, classes: 2);

    [Fact]
    public void A_nul_in_metadata_or_a_name_is_reported()
    {
        Assert.Equal($"'m.onnx' has the character NUL in its metadata, at 'mlnet\\0version'; it is damaged. {Remedy}",
            Message(model => model.MetadataProps[0].Key = "mlnet\0version"));
        Assert.StartsWith("'m.onnx' has the character NUL in its metadata, at '",
            Message(model => model.MetadataProps[0].Value = "a\0b"));
        Assert.Equal($"'m.onnx' has the character NUL in the name 'a\\0b'; it is damaged. {Remedy}",
            Message(model => model.Graph.Name = "a\0b"));
        Assert.Equal($"'m.onnx' has the character NUL in the name 'Series\\0'; it is damaged. {Remedy}",
            Message(model => model.Graph.Input[0].Name = "Series\0"));
        Assert.Equal($"'m.onnx' has the metadata 'mlnet.version' twice; it is damaged. {Remedy}", Message(
            model => model.MetadataProps.Add(new StringStringEntryProto { Key = "mlnet.version", Value = "" })));
    }

    [Fact]
    public void Files_of_others_are_reported()
    {
        Assert.StartsWith("'m.onnx' has 2 inputs (Series, Other); a scorer of series needs one.",
            Message(model => model.Graph.Input.Add(new ValueInfoProto { Name = "Other" })));
        Assert.Equal("'m.onnx' has no valid metadata of the series in its input 'Series'; it is not of this library, "
            + "or damaged. Write it with mlContext.Model.SaveAsOnnx.",
            Message(model => model.MetadataProps.Clear()));
        Assert.Equal($"'m.onnx' has no graph. {Remedy}", Message(model => model.Graph.Node.Clear()));
        Assert.StartsWith("'m.onnx' has no graph.", Message([]));
        Assert.StartsWith("'m.onnx' is no ONNX file, or is cut short: ",
            Message("RIFF a text and not a model"u8.ToArray()));
    }

    [Fact]
    public void An_input_unlike_its_metadata_is_reported()
    {
        Assert.StartsWith("'m.onnx' has an input 'Series' of the shape [any, 30], but its metadata says 1 channels of "
            + "31 points.",
            Message(model => Describe(model, "channels=1 length=31 missing=Error minimum=1 features=84")));
        Assert.StartsWith("'m.onnx' has an input 'Series' of the shape [any, 30], but its metadata says 3 channels of "
            + "30 points.",
            Message(model => Describe(model, "channels=3 length=30 missing=Error minimum=1 features=84")));
        foreach (int type in new[] { (int)TensorProto.Types.DataType.Double, Float16 })
        {
            Assert.StartsWith("'m.onnx'", Message(model =>
                model.Graph.Input[0].Type.TensorType.ElemType = (TensorProto.Types.DataType)type));
        }

        Assert.StartsWith("'m.onnx'", Message(model =>
            model.Graph.Input[0].Type.TensorType.Shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = 2 })));
    }

    [Fact]
    public void Nodes_unlike_the_metadata_are_reported()
    {
        Assert.Equal("'m.onnx' has nodes for 1 channels of 30 points, ChannelTime, "
            + "but its metadata says 3 channels of 10 "
            + $"points, ChannelTime. {Remedy}",
            Message(model => Describe(model, "channels=3 length=10 missing=Error minimum=1 features=84")));
        Assert.Equal($"'m.onnx' has no node for missing values as its metadata says, Zero. {Remedy}",
            Message(model => Describe(model, "channels=1 length=30 missing=Zero minimum=1 features=84")));
        Assert.Equal($"'m.onnx' has nodes whose class 0 is 'c0', but its metadata says 'c1'. {Remedy}",
            Message(model => Classes(model, "[\"c1\",\"c0\"]")));
        Assert.Equal($"'m.onnx' has 2 scores of a series, but its metadata names 3 classes. {Remedy}",
            Message(model => Classes(model, "[\"c0\",\"c1\",\"c2\"]")));

        Assert.Equal($"'m.onnx' has nodes whose class 0 is '', but its metadata says 'c0'. {Remedy}", Message(model =>
        {
            TensorProto labels = model.Graph.Initializer.Single(constant => constant.StringData.Count > 0);
            labels.StringData.Clear();
            labels.Dims[0] = 0;
        }));

        // Another program may leave out what it can infer.
        ModelProto file = ModelProto.Parser.ParseFrom(Export());
        foreach (ValueInfoProto output in file.Graph.Output)
            output.Type.TensorType.Shape = null;
        using var scorer = new OnnxSequenceScorer(file.ToByteArray(), "m.onnx");
        Assert.Equal(["c0", "c1"], scorer.Classes);
    }

    [Fact]
    public void Channels_unlike_the_nodes_of_any_length_are_reported()
    {
        IDataView data = SineWaves.View(_context, SineWaves.Make(30, 30, ragged: true));
        IEstimator<ITransformer> both = _context.Transforms.MiniRocket("F1", "Series", 84, seed: 1)
            .Append(_context.Transforms.Hydra("F2", "Series", 4, seed: 1))
            .Append(_context.Transforms.Concatenate("Features", "F1", "F2"));
        byte[] file = OnnxRun.Export(_context, both.Fit(data), data);
        using (new OnnxSequenceScorer(file, "m.onnx"))
        {
        }

        var model = ModelProto.Parser.ParseFrom(file);
        StringStringEntryProto entry = model.MetadataProps.Single(pair => pair.Key == "seqconv.series.Series");
        entry.Value = entry.Value.Replace("channels=1", "channels=3", StringComparison.Ordinal);
        Assert.Equal("'m.onnx' has nodes for 1 channels of any points, ChannelTime, "
            + "but its metadata says 3 channels of any "
            + $"points, ChannelTime. {Remedy}", Message(model.ToByteArray()));
    }

    [Fact]
    public void Classes_that_are_numbers_are_compared_too()
    {
        IDataView data = SineWaves.View(_context, _rows, 30);
        ITransformer model = _context.Transforms.Conversion.MapValueToKey("LabelKey", "Target")
            .Append(_context.Transforms.MiniRocket("Features", "Series", 84, seed: 1))
            .Append(_context.MulticlassClassification.Trainers.Ridge("LabelKey")).Fit(data);
        var file = ModelProto.Parser.ParseFrom(OnnxRun.Export(_context, model, data));
        StringStringEntryProto entry = file.MetadataProps.Single(pair => pair.Key == "seqconv.classes");
        using (new OnnxSequenceScorer(file.ToByteArray(), "m.onnx"))
            entry.Value = $"[{string.Join(',', entry.Value.Trim('[', ']').Split(',').Reverse())}]";
        Assert.Contains(" has nodes whose class 0 is '", Message(file.ToByteArray()), StringComparison.Ordinal);
    }

    // A column that several steps read is refused by the rules of all.
    [Fact]
    public void The_strictest_of_several_rules_is_the_one_of_the_file()
    {
        IDataView data = SineWaves.View(_context, _rows, 30);
        IEstimator<ITransformer> Rules(MissingValues first, MissingValues second)
            => _context.Transforms.MiniRocket("F1",
                    new MiniRocketEstimator.Options { NumberOfFeatures = 84, MissingValues = first, Seed = 1 },
                    "Series")
                .Append(_context.Transforms.Hydra("F2",
                    new HydraEstimator.Options { NumberOfGroups = 4, MissingValues = second, Seed = 1 }, "Series"))
                .Append(_context.Transforms.Concatenate("Features", "F1", "F2"));
        foreach ((MissingValues first, MissingValues second, MissingValues of) in new[]
        {
            (MissingValues.Error, MissingValues.Zero, MissingValues.Error),
            (MissingValues.Zero, MissingValues.Interpolate, MissingValues.Interpolate),
            (MissingValues.Zero, MissingValues.Zero, MissingValues.Zero),
        })
        {
            using var scorer =
                new OnnxSequenceScorer(OnnxRun.Export(_context, Rules(first, second).Fit(data), data), "m.onnx");
            Assert.Equal(of, scorer.MissingValues);
        }

        ITransformer one = Rules(MissingValues.Error, MissingValues.Zero).Fit(data);
        using var firstAlone = new OnnxSequenceScorer(
            OnnxRun.Export(_context, one, data, new OnnxExportOptions { OutputColumnNames = ["F1"] }), "m.onnx");
        Assert.Equal(MissingValues.Error, firstAlone.MissingValues);
    }

    // Of [time, channel] as many values in another order.
    [Fact]
    public void A_layout_unlike_the_nodes_is_reported()
    {
        List<SeriesRow> rows = SineWaves.Make(20, 30, channels: 3);
        IDataView data = SineWaves.View(_context, rows, 90);
        ITransformer model = _context.Transforms.MiniRocket("Features", new MiniRocketEstimator.Options
        {
            NumberOfFeatures = 84,
            Layout = SeriesLayout.TimeChannel,
            NumberOfChannels = 3,
            Seed = 1
        }, "Series").Fit(data);
        var file = ModelProto.Parser.ParseFrom(OnnxRun.Export(_context, model, data));
        StringStringEntryProto entry = file.MetadataProps.Single(pair => pair.Key == "seqconv.series.Series");
        Assert.Contains("layout=TimeChannel", entry.Value, StringComparison.Ordinal);
        using (new OnnxSequenceScorer(file.ToByteArray(), "m.onnx"))
            entry.Value = entry.Value.Replace(" layout=TimeChannel", "", StringComparison.Ordinal);
        Assert.Equal("'m.onnx' has nodes for 3 channels of 30 points, TimeChannel, "
            + "but its metadata says 3 channels of 30 "
            + $"points, ChannelTime. {Remedy}", Message(file.ToByteArray()));
    }

    [Fact]
    public void Sizes_that_ask_for_memory_are_reported()
    {
        Assert.StartsWith("'m.onnx' has the number 17179869184 in '",
            Message(model => model.Graph.Initializer.First(constant => constant.Name == "MiniRocket/zeros").RawData
                = ByteString.CopyFrom(MemoryMarshal.AsBytes<long>([0, 0, 1L << 34, 0, 0, 4]))));
        Assert.StartsWith("'m.onnx' has a constant '", Message(model => model.Graph.Initializer[0].Dims[0] = 1L << 40));
        Assert.StartsWith("'m.onnx' has a constant '", Message(model => model.Graph.Initializer[0].Dims[0] = -1));
    }

    [Theory]
    [InlineData("raw")]
    [InlineData("typed")]
    [InlineData("node")]
    public void Operators_that_make_arrays_are_bounded_in_every_encoding(string encoding)
    {
        long[] sizes = encoding == "raw" ? [16_384, 32_768] : [1L << 29];
        var constant = new TensorProto { Name = "sizes", DataType = TensorProto.Types.DataType.Int64 };
        constant.Dims.Add(sizes.Length);
        if (encoding == "raw")
            constant.RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<long>(sizes));
        else
            constant.Int64Data.Add(sizes);
        string message = Message(model =>
        {
            if (encoding == "node")
                model.Graph.Node.Add(
                    Node("Constant", [], "sizes", new AttributeProto { Name = "value", T = constant }));
            else
                model.Graph.Initializer.Add(constant);
            model.Graph.Node.Add(Node("ConstantOfShape", ["sizes"], "large"));
        });
        Assert.Matches("^'m.onnx' has the (size|number) 536870912 in '(large|sizes)?', "
            + "beyond its limit of [0-9]+ for series like these; it is damaged.", message);
    }

    [Fact]
    public void Graphs_within_nodes_and_sizes_that_are_computed_are_reported()
    {
        Assert.StartsWith("'m.onnx' has a graph within the node 'out', which exports of series do not have.",
            Message(model => model.Graph.Node.Add(
                Node("Loop", [], "out", new AttributeProto { Name = "body", G = new GraphProto() }))));
        Assert.StartsWith("'m.onnx' has the operator Tile in 'out' with a size that the file does not state; "
            + "exports of series do not have it.",
            Message(model => model.Graph.Node.Add(Node("Tile", ["Series", "computed"], "out"))));
    }

    private static NodeProto Node(string type, string[] inputs, string output, AttributeProto? attribute = null)
    {
        var node = new NodeProto { OpType = type, Name = output };
        node.Input.Add(inputs);
        node.Output.Add(output);
        if (attribute is not null)
            node.Attribute.Add(attribute);
        return node;
    }

    [Fact]
    public void A_file_that_is_cut_short_anywhere_is_reported()
    {
        byte[] whole = Export();
        for (int length = 0; length < whole.Length; length += 1 + whole.Length / 150)
            Assert.Contains("'m.onnx'", Message(whole[..length]));
    }

    [Theory]
    [InlineData(1, OnnxForm.Standard)]
    [InlineData(2, OnnxForm.Standard)]
    [InlineData(3, OnnxForm.Function)]
    [InlineData(4, OnnxForm.Function)]
    public void Whatever_is_changed_scores_are_finite_or_the_error_names_the_file(int seed, OnnxForm form)
    {
        byte[] whole = Export(form);
        float[][] series = [.. _rows.Take(3).Select(row => row.Series)];
        var random = new Random(seed);
        for (int i = 0; i < Mutations; i++)
        {
            byte[] bytes = (byte[])whole.Clone();
            for (int changes = random.Next(1, 4); changes > 0; changes--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            try
            {
                using var scorer = new OnnxSequenceScorer(bytes, "m.onnx");
                if (scorer.NumberOfChannels == 1 && scorer.SeriesLength is null or 30)
                    Assert.All(scorer.Score(series),
                        prediction => Assert.All(prediction.Scores, score => Assert.True(float.IsFinite(score))));
            }
            catch (Exception error) when (error is FormatException or InvalidOperationException)
            {
                Assert.Contains("'m.onnx'", error.Message);
            }
            catch (ArgumentException error)
            {
                Assert.StartsWith("Series 0 ", error.Message);      // its metadata asks for other series
            }
        }
    }

    private static void Describe(ModelProto model, string text)
        => model.MetadataProps.Single(entry => entry.Key == "seqconv.series.Series").Value = text;

    private static void Classes(ModelProto model, string json)
        => model.MetadataProps.Single(entry => entry.Key == "seqconv.classes").Value = json;

    private string Message(Action<ModelProto> damage)
    {
        ModelProto model = ModelProto.Parser.ParseFrom(Export());
        damage(model);
        return Message(model.ToByteArray());
    }

    private static string Message(byte[] bytes)
        => Assert.Throws<FormatException>(() => new OnnxSequenceScorer(bytes, "m.onnx").Dispose()).Message;

    private byte[] Export(OnnxForm form = OnnxForm.Standard)
    {
        IDataView data = SineWaves.View(_context, _rows, 30);
        ITransformer model = _context.Transforms.Conversion.MapValueToKey("LabelKey", "Label")
            .Append(_context.Transforms.MiniRocket("Features", "Series", 84, seed: 1))
            .Append(_context.MulticlassClassification.Trainers.Ridge("LabelKey")).Fit(data);
        using var stream = new MemoryStream();
        _context.Model.SaveAsOnnx(model, data, stream, new OnnxExportOptions { Form = form });
        return stream.ToArray();
    }
}

using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.SeqConv.Kernels;
using Microsoft.ML.SeqConv.Onnx;
using DataType = Microsoft.ML.SeqConv.Onnx.TensorProto.Types.DataType;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// An .onnx file as this library reads it before native code sees it: ONNX Runtime takes names as C strings, and takes
/// memory for what a file declares. So names, metadata, types and sizes are checked here first.
/// </summary>
internal sealed class OnnxFile
{
    private const long MinSizeLimit = 1 << 16;
    private const long OpenLengthLimit = 1 << 24;
    private const int LengthsPerSize = 64;
    private const string Remedy = "Export the pipeline again, or download the file again.";
    private const int MaxSizes = 64;            // a constant of more numbers is no shape

    private readonly string _name;
    private readonly byte[] _bytes;
    private readonly GraphProto _graph;
    private readonly IReadOnlyList<FunctionProto> _functions;
    private readonly NodeProto[] _nodes;        // of the graph and of functions

    private OnnxFile(string name, byte[] bytes, ModelProto model)
    {
        _name = name;
        _bytes = bytes;
        _graph = model.Graph;
        _functions = model.Functions;
        _nodes = [.. _graph.Node, .. _functions.SelectMany(function => function.Node)];
        OperatorSets = model.OpsetImport.Select(
            set => (Domain: set.Domain.Length == 0 ? "ai.onnx" : set.Domain, set.Version))
            .DistinctBy(set => set.Domain).ToDictionary();
        Metadata = MetadataOf(model);
        Input = InputOf();
        Classes = ReadClasses();
    }

    /// <summary>The version of each set of operators, by its domain.</summary>
    public IReadOnlyDictionary<string, long> OperatorSets { get; }

    /// <summary>What the exporter noted.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The series that the graph reads.</summary>
    public OnnxSeriesInput Input { get; }

    /// <summary>The class names in the order of scores; none where there are no classes.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>
    /// Whether nodes of the graph compute features of series, see <see cref="FeaturizerBytes.Kinds"/>.
    /// </summary>
    public bool HasFeaturizerNodes => _graph.Node.Any(node => FeaturizerBytes.Kinds.Any(
        kind => node.Name.StartsWith($"{kind}/", StringComparison.Ordinal)));

    /// <summary>Whether featurizers are functions; see <see cref="OnnxForm.Function"/>.</summary>
    public bool HasFunctions => _functions.Count > 0;

    /// <summary>The names of the outputs.</summary>
    public IReadOnlyList<string> OutputColumnNames => [.. _graph.Output.Select(output => output.Name)];

    /// <summary>Reads a file.</summary>
    /// <param name="bytes">Its bytes.</param>
    /// <param name="name">For messages.</param>
    /// <exception cref="FormatException">It is damaged, or not of a pipeline of series.</exception>
    public static OnnxFile Read(byte[] bytes, string name)
    {
        ModelProto model;
        try
        {
            model = ModelProto.Parser.ParseFrom(bytes);
        }
        catch (Exception error)
            // The latter from the parser, in lists of numbers that are cut short.
            when (error is InvalidProtocolBufferException or IndexOutOfRangeException)
        {
            throw new FormatException($"'{name}' is no ONNX file, or is cut short: {error.Message} {Remedy}", error);
        }

        if (model.Graph is not { Node.Count: > 0 })
            throw new FormatException($"'{name}' has no graph. {Remedy}");
        var file = new OnnxFile(name, bytes, model);
        file.CheckSizes();
        file.CheckFunctions();
        return file;
    }

    /// <summary>Opens a session on the file.</summary>
    /// <param name="options">Where to run it.</param>
    /// <param name="provider">The execution provider in use.</param>
    /// <param name="note">See <see cref="OnnxExecutionProvider"/>.</param>
    /// <exception cref="FormatException">
    /// ONNX Runtime refuses the file, or takes or gives something else than its metadata says.
    /// </exception>
    public InferenceSession Open(OnnxScorerOptions options, out string provider, out string? note)
    {
        InferenceSession session;
        try
        {
            session = OnnxExecutionProvider.Open(_bytes, options, out provider, out note);
        }
        catch (Exception error)
            when (error is OnnxRuntimeException or NullReferenceException or OverflowException or ArgumentException)
        {
            throw Damaged($"cannot be opened by ONNX Runtime: {error.Message}", error);
        }

        try
        {
            CheckInput(session.InputMetadata);
            foreach ((string output, NodeMetadata node) in session.OutputMetadata)
                CheckOutput(output, node);
            if (new OnnxContradictions(_graph, _functions, Input, Classes).Find() is { } contradiction)
                throw Damaged(contradiction);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    private IReadOnlyList<string> ReadClasses()
    {
        if (!Metadata.TryGetValue("seqconv.classes", out string? classes))
            return [];
        try
        {
            string[] names = JsonSerializer.Deserialize<string[]>(classes) ?? [];
            if (Array.IndexOf(names, null) >= 0 || names.Distinct(StringComparer.Ordinal).Count() != names.Length)
                throw Damaged("has class names that are missing or not distinct.");
            return names;
        }
        catch (JsonException error)
        {
            throw Damaged($"has class names that cannot be read: {error.Message}", error);
        }
    }

    private FormatException Damaged(string what, Exception? cause = null) => new($"'{_name}' {what} {Remedy}", cause);

    private static bool HasNul(string text) => text.Contains('\0', StringComparison.Ordinal);

    private Dictionary<string, string> MetadataOf(ModelProto model)
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (StringStringEntryProto entry in model.MetadataProps)
        {
            if (HasNul(entry.Key) || HasNul(entry.Value))
                throw Damaged($"has the character NUL in its metadata, at '{Visible(entry.Key)}'; it is damaged.");
            if (!metadata.TryAdd(entry.Key, entry.Value))
                throw Damaged($"has the metadata '{entry.Key}' twice; it is damaged.");
        }

        IEnumerable<string> columns = _graph.Input.Concat(_graph.Output).Select(value => value.Name);
        string[] names = [model.ProducerName, model.ProducerVersion, _graph.Name, .. columns];
        if (Array.Find(names, HasNul) is string bad)
            throw Damaged($"has the character NUL in the name '{Visible(bad)}'; it is damaged.");
        return metadata;

        static string Visible(string text) => text.Replace("\0", "\\0", StringComparison.Ordinal);
    }

    private OnnxSeriesInput InputOf()
    {
        if (_graph.Input.Count != 1)
        {
            string inputs = KeyMapping.List([.. _graph.Input.Select(input => input.Name)]);
            throw new FormatException($"'{_name}' has {_graph.Input.Count} inputs ({inputs}); "
                + "a scorer of series needs one. "
                + "Use ONNX Runtime or ApplyOnnxModel for it.");
        }

        string column = _graph.Input[0].Name;
        return OnnxSeriesInput.Find(Metadata, column) ?? throw new FormatException(
            $"'{_name}' has no valid metadata of the series in its input '{column}'; "
            + "it is not of this library, or damaged. "
            + "Write it with mlContext.Model.SaveAsOnnx.");
    }

    private void CheckInput(IReadOnlyDictionary<string, NodeMetadata> inputs)
    {
        if (inputs.GetValueOrDefault(Input.Column) is not { IsTensor: true } node || node.ElementType != typeof(float))
            throw Damaged($"has an input '{Input.Column}' that is no tensor of Single; a scorer of series needs one.");
        int[] shape = node.Dimensions;
        long? values = Input.Length is int length ? (long)length * Input.Channels : null;
        (int time, int channels) = Input.Layout == SeriesLayout.ChannelTime ? (2, 1) : (1, 2);
        bool fits = shape.Length switch
        {
            2 => Fits(shape[1], values),
            3 => Fits(shape[channels], Input.Channels) && Fits(shape[time], Input.Length),
            _ => false,
        };
        if (!fits || shape[0] >= 0)
        {
            throw Damaged($"has an input '{Input.Column}' of the shape [{string.Join(", ", shape.Select(Text))}], "
                + $"but its metadata says {Input.Channels} channels of {Text(Input.Length ?? -1)} points.");
        }

        static string Text(int size) => size < 0 ? "any" : size.ToString(CultureInfo.InvariantCulture);

        static bool Fits(int size, long? expected) => size < 0 || expected is null || size == expected;
    }

    private void CheckOutput(string name, NodeMetadata node)
    {
        bool isNumber = node.IsTensor && node.ElementType == typeof(float);
        bool isLabel = node.IsTensor && OnnxLabels.CanRead(node.ElementDataType);
        if (name is "Score" or "Score.Decision" or "Probability" ? !isNumber : name == "PredictedLabel" && !isLabel)
        {
            string type = node.IsTensor ? $"{node.ElementDataType}" : $"{node.OnnxValueType}";
            throw Damaged($"has an output '{name}' of type {type}, which a scorer of series does not read.");
        }
    }

    // Numbers that size something: beyond what the series and the constants have, they are damage, and native code
    // would take memory for them.
    private void CheckSizes()
    {
        TensorProto[] constants = [.. _graph.Initializer, .. _nodes.SelectMany(ConstantsOf)];
        long largest = constants.Length == 0 ? 0 : constants.Max(CheckConstant);
        long series = Input.Length is int length ? (long)length * Input.Channels * LengthsPerSize : OpenLengthLimit;
        long limit = Math.Max(Math.Max(MinSizeLimit, series), largest);
        foreach (NodeProto node in _nodes)
        {
            if (node.Attribute.Any(attribute => attribute.G is not null || attribute.Graphs.Count > 0))
                throw Damaged($"has a graph within the node '{node.Name}', which exports of series do not have.");
            foreach (AttributeProto attribute in node.Attribute)
            {
                CheckSize(attribute.I, limit, node.Name);
                CheckSizes(attribute.Ints, limit, node.Name);
            }
        }

        foreach (TensorProto constant in constants.Where(constant => constant.DataType == DataType.Int64))
            CheckSizes(SizesOf(constant), limit, constant.Name);
        CheckShapes(limit, _graph.Node, _graph.Initializer);
        foreach (FunctionProto function in _functions)
            CheckShapes(limit, function.Node, []);
    }

    // A featurizer is in the file twice: the two must be of one writing, or machines would give other predictions.
    private void CheckFunctions()
    {
        foreach (FunctionProto function in _functions)
        {
            if (function.Domain != OperatorDomain.Name
                || _nodes.Any(node => FeaturizerFunction.Calls(node, function)
                    && !FeaturizerFunction.Matches(node, function)))
            {
                throw Damaged($"has a function '{function.Domain}.{function.Name}' that was not written with the "
                    + "featurizer that calls it; it was edited or is damaged.");
            }
        }

        if (Array.Find(_nodes, node => node.Domain == OperatorDomain.Name
            && !_functions.Any(function => FeaturizerFunction.Calls(node, function))) is { } node)
        {
            throw Damaged($"calls '{node.Domain}.{node.OpType}', which it has no function for; it was edited or is "
                + "damaged.");
        }
    }

    // Operators whose output is as large as numbers in the file say.
    private void CheckShapes(long limit, IReadOnlyList<NodeProto> nodes, IEnumerable<TensorProto> initializers)
    {
        Dictionary<string, long[]> constants = initializers
            .Select(constant => (constant.Name, Constant: constant))
            .Concat(nodes.Where(node => node.Output.Count > 0)
                .SelectMany(node => ConstantsOf(node).Select(constant => (Name: node.Output[0], Constant: constant))))
            .DistinctBy(pair => pair.Name).ToDictionary(pair => pair.Name, pair => SizesOf(pair.Constant));
        foreach (NodeProto node in nodes)
        {
            IEnumerable<long>? sizes = node.OpType switch
            {
                "ConstantOfShape" => constants.GetValueOrDefault(node.Input.FirstOrDefault() ?? ""),
                "Expand" or "Tile" => constants.GetValueOrDefault(node.Input.Skip(1).FirstOrDefault() ?? ""),
                "RandomNormal" or "RandomUniform" =>
                    node.Attribute.FirstOrDefault(attribute => attribute.Name == "shape")?.Ints,
                "Range" or "Resize" or "Upsample" => null,
                _ => [],
            };
            if (sizes is null)
            {
                throw Damaged(
                    $"has the operator {node.OpType} in '{node.Name}' with a size that the file does not state; "
                    + "exports of series do not have it.");
            }

            double product = sizes.Aggregate(1.0, (product, size) => product * size);
            if (product > limit)
            {
                throw Damaged(
                    FormattableString.Invariant($"has the size {product} in '{node.Name}', ")
                    + FormattableString.Invariant($"beyond its limit of {limit} for series like these; ")
                    + "it is damaged.");
            }
        }
    }

    private static IEnumerable<TensorProto> ConstantsOf(NodeProto node)
        => node.Attribute.Where(attribute => attribute.T is not null).Select(attribute => attribute.T);

    private void CheckSizes(IEnumerable<long> sizes, long limit, string name)
    {
        foreach (long size in sizes)
            CheckSize(size, limit, name);
    }

    private void CheckSize(long size, long limit, string name)
    {
        // The ends of slices may be the largest number that there is.
        if (size >= -limit && size <= limit || size is int.MaxValue or long.MaxValue or int.MinValue or long.MinValue)
            return;
        throw Damaged(FormattableString.Invariant(
            $"has the number {size} in '{name}', beyond its limit of {limit} for series like these; it is damaged."));
    }

    private static long[] SizesOf(TensorProto constant) => constant switch
    {
        { DataType: not DataType.Int64 } => [],
        { Int64Data.Count: > 0 and <= MaxSizes } => [.. constant.Int64Data],
        _ => constant.RawData.Length > MaxSizes * sizeof(long)
            ? []
            : MemoryMarshal.Cast<byte, long>(constant.RawData.Span).ToArray(),
    };

    /// <returns>The constant's elements.</returns>
    private long CheckConstant(TensorProto constant)
    {
        long elements = 1;
        foreach (long size in constant.Dims)
        {
            if (size < 0 || size > int.MaxValue || elements * size > _bytes.Length)
            {
                throw Damaged($"has a constant '{constant.Name}' that declares more than the "
                    + "file holds; it is damaged.");
            }

            elements *= size;
        }

        return elements;
    }
}

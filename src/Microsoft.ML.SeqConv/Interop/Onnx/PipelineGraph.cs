using Microsoft.ML.Data;
using Microsoft.ML.Model.OnnxConverter;
using Microsoft.ML.SeqConv.Onnx;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// The ONNX graph of a pipeline in the making. ML.NET's steps write themselves into it by the same calls as into ML.NET's own converter, so every step that can be
/// converted there can be here. What no output needs is left out at the end.
/// </summary>
internal sealed class PipelineGraph : OnnxContext
{
    private const long MachineLearningOpset = 3;

    private readonly GraphProto _graph;
    private readonly Dictionary<string, string> _columns = [];      // column -> the variable that holds it
    private readonly Dictionary<string, ValueInfoProto> _types = [];
    private readonly HashSet<string> _variables = [];
    private readonly HashSet<string> _nodes = [];

    public PipelineGraph(string name) => _graph = new GraphProto { Name = name };

    /// <summary>Adds a column of the input data.</summary>
    public void AddInput(DataViewType type, string column)
    {
        string variable = Define(column);
        _columns[column] = variable;
        ValueInfoProto input = OnnxTypes.Column(variable, type);
        _types[variable] = input;
        _graph.Input.Add(input);
    }

    /// <summary>Points a channel that series of open length are fixed to.</summary>
    public int? SeriesLength { get; init; }

    /// <summary>What a reader of the file may want to know.</summary>
    public SortedDictionary<string, string> Metadata { get; } = new(StringComparer.Ordinal);

    /// <summary>Makes the column's variable an output, under the column's name.</summary>
    /// <exception cref="InvalidOperationException">The column is an input.</exception>
    public void AddOutput(DataViewType type, string column)
    {
        string variable = _columns[column];
        if (_graph.Input.Any(input => input.Name == variable))
            throw new InvalidOperationException($"Column '{column}' is an input of the pipeline that no step changes. Leave it out of OnnxExportOptions.OutputColumns.");
        if (variable != column)
        {
            if (_variables.Contains(column))
                Rename(column, Unique($"{column}/before", _variables));
            Rename(variable, column);
        }

        _graph.Output.Add(OnnxTypes.Column(column, type));
    }

    /// <summary>Makes a column an input of token ids, [N, tokens], in the place of what held it before.</summary>
    public string AddTokenInput(string column)
    {
        if (_columns.TryGetValue(column, out string? before) && _graph.Input.FirstOrDefault(input => input.Name == before) is { } input)
        {
            _graph.Input.Remove(input);
            _variables.Remove(input.Name);
        }

        AddInput(new VectorDataViewType(NumberDataViewType.Int64), column);
        return _columns[column];
    }

    /// <summary>States a dimension of an input whose type leaves it open.</summary>
    public void FixLength(string variable, Index dimension, long values)
    {
        if (_graph.Input.FirstOrDefault(input => input.Name == variable)?.Type.TensorType.Shape.Dim is { } dimensions)
            dimensions[dimension.GetOffset(dimensions.Count)].DimValue = values;
    }

    /// <summary>Adds a constant of one dimension.</summary>
    public string AddTable<T>(string name, T[] values)
        where T : unmanaged
        => AddNumbers(values, null, name);

    /// <summary>The finished model: nodes, constants and inputs that no output needs are gone.</summary>
    public ModelProto ToModel()
    {
        OnnxOpset.Raise(_graph, name => Unique(name, _variables));
        Prune();
        var model = new ModelProto { IrVersion = 8, ProducerName = "SeqConv", ProducerVersion = OnnxTypes.VersionOf(typeof(PipelineGraph)), Graph = _graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = OnnxOpset.Version });
        if (_graph.Node.Any(node => node.Domain.Length > 0))
            model.OpsetImport.Add(new OperatorSetIdProto { Domain = "ai.onnx.ml", Version = MachineLearningOpset });
        model.MetadataProps.Add(Metadata.Select(pair => new StringStringEntryProto { Key = pair.Key, Value = pair.Value }));
        return model;
    }

    public override string GetNodeName(string prefix)
    {
        string name = Unique(prefix, _nodes);
        _nodes.Add(name);
        return name;
    }

    public override bool IsVariableDefined(string variableName) => _variables.Contains(variableName);

    public override bool ContainsColumn(string colName) => _columns.ContainsKey(colName);

    public override void CheckOpSetVersion(int thisTransformerMinumumOpSetVersion, string registerTransformerName)
    {
        // Every step of ML.NET asks for less than what is written here.
    }

    public override void RemoveColumn(string colName, bool removeVariable = false) => _columns.Remove(colName);

    public override void RemoveVariable(string variableName, bool removeColumn)
    {
        foreach ((string column, _) in _columns.Where(pair => pair.Value == variableName).ToArray())
            _columns.Remove(column);
    }

    public override void RemoveInputVariable(string variableName) => RemoveColumn(variableName);

    public override string GetVariableName(string colName) => _columns[colName];

    public override string AddIntermediateVariable(DataViewType type, string colName, bool skip = false)
    {
        string variable = Define(colName);
        _columns[colName] = variable;
        if (!skip)
            _types[variable] = OnnxTypes.Column(variable, type);
        return variable;
    }

    public override OnnxNode CreateNode(string opType, IEnumerable<string> inputs, IEnumerable<string> outputs, string name, string? domain = null)
    {
        // ML.NET's steps mean the machine learning operators where they name no domain.
        var node = new NodeProto { OpType = opType, Name = name, Domain = domain ?? "ai.onnx.ml" };
        node.Input.Add(inputs);
        node.Output.Add(outputs);
        _graph.Node.Add(node);
        return new GraphNode(node);
    }

    public override OnnxVersion GetOnnxVersion() => OnnxVersion.Stable;

    public override List<long> RetrieveShapeOrNull(string variableName)
        => _types.TryGetValue(variableName, out ValueInfoProto? info)
            ? [.. info.Type.TensorType.Shape.Dim.Select(dim => dim.ValueCase == TensorShapeProto.Types.Dimension.ValueOneofCase.DimValue ? dim.DimValue : -1)]
            : null!;    // as ML.NET's steps expect

    public override string AddInitializer(bool value, string? name = null, bool makeUniqueName = true) => AddInitializer([value], [], name ?? "bool");

    public override string AddInitializer(float value, string? name = null, bool makeUniqueName = true) => AddInitializer([value], [], name ?? "float");

    public override string AddInitializer(int value, Type type, string? name = null, bool makeUniqueName = true) => AddInitializer([value], type, [], name ?? "int32");

    public override string AddInitializer(string value, string? name = null, bool makeUniqueName = true) => AddInitializer([value], [], name ?? "string");

    public override string AddInitializer(long value, string? name = null, bool makeUniqueName = true) => AddInitializer([value], [], name ?? "int64");

    public override string AddInitializer(double value, string? name = null, bool makeUniqueName = true) => AddInitializer([value], [], name ?? "double");

    public override string AddInitializer(ulong value, bool isUint64, string? name = null, bool makeUniqueName = true) => AddInitializer([value], isUint64, [], name ?? "uint64");

    public override string AddInitializer(IEnumerable<bool> values, IEnumerable<long> dims, string? name = null, bool makeUniqueName = true) => AddNumbers<bool>([.. values], dims, name ?? "bools");

    public override string AddInitializer(IEnumerable<float> values, IEnumerable<long> dims, string? name = null, bool makeUniqueName = true) => AddNumbers<float>([.. values], dims, name ?? "floats");

    public override string AddInitializer(IEnumerable<int> values, Type type, IEnumerable<long> dims, string? name = null, bool makeUniqueName = true)
    {
        name ??= "int32s";
        if (type == typeof(bool))
            return AddNumbers<bool>([.. values.Select(value => value != 0)], dims, name);
        if (type == typeof(byte))
            return AddNumbers<byte>([.. values.Select(value => (byte)value)], dims, name);
        if (type == typeof(sbyte))
            return AddNumbers<sbyte>([.. values.Select(value => (sbyte)value)], dims, name);
        if (type == typeof(short))
            return AddNumbers<short>([.. values.Select(value => (short)value)], dims, name);
        if (type == typeof(ushort))
            return AddNumbers<ushort>([.. values.Select(value => (ushort)value)], dims, name);
        return AddNumbers<int>([.. values], dims, name);
    }

    public override string AddInitializer(IEnumerable<string> values, IEnumerable<long> dims, string? name = null, bool makeUniqueName = true)
    {
        string[] texts = [.. values];
        name = Define(name ?? "strings");
        _graph.Initializer.Add(OnnxTypes.Tensor(name, texts, dims ?? [texts.Length]));
        return name;
    }

    public override string AddInitializer(IEnumerable<long> values, IEnumerable<long> dims, string? name = null, bool makeUniqueName = true) => AddNumbers<long>([.. values], dims, name ?? "int64s");

    public override string AddInitializer(IEnumerable<double> values, IEnumerable<long> dims, string? name = null, bool makeUniqueName = true) => AddNumbers<double>([.. values], dims, name ?? "doubles");

    public override string AddInitializer(IEnumerable<ulong> values, bool isUint64, IEnumerable<long> dims, string? name = null, bool makeUniqueName = true)
        => isUint64 ? AddNumbers<ulong>([.. values], dims, name ?? "uint64s") : AddNumbers<uint>([.. values.Select(value => (uint)value)], dims, name ?? "uint32s");

    private string AddNumbers<T>(T[] values, IEnumerable<long>? dims, string name)
        where T : unmanaged
    {
        name = Define(name);
        _graph.Initializer.Add(OnnxTypes.Tensor<T>(name, values, dims ?? [values.Length]));
        return name;
    }

    private string Define(string name)
    {
        string unique = Unique(name, _variables);
        _variables.Add(unique);
        return unique;
    }

    private static string Unique(string name, HashSet<string> taken)
    {
        string unique = name;
        for (int i = 1; taken.Contains(unique); i++)
            unique = $"{name}.{i}";
        return unique;
    }

    private void Rename(string from, string to)
    {
        if (_graph.Input.Any(input => input.Name == from))
            throw new InvalidOperationException($"Column '{from}' is an input and an output of the pipeline; an ONNX graph needs two names. Give the output another name.");
        foreach (NodeProto node in _graph.Node)
        {
            Replace(node.Input);
            Replace(node.Output);
        }

        foreach (TensorProto constant in _graph.Initializer.Where(constant => constant.Name == from))
            constant.Name = to;
        foreach ((string column, _) in _columns.Where(pair => pair.Value == from).ToArray())
            _columns[column] = to;
        _variables.Remove(from);
        _variables.Add(to);

        void Replace(IList<string> names)
        {
            for (int i = 0; i < names.Count; i++)
            {
                if (names[i] == from)
                    names[i] = to;
            }
        }
    }

    private void Prune()
    {
        var needed = new HashSet<string>(_graph.Output.Select(output => output.Name));
        var kept = new List<NodeProto>();
        foreach (NodeProto node in _graph.Node.Reverse())
        {
            if (!node.Output.Any(needed.Contains))
                continue;
            kept.Add(node);
            needed.UnionWith(node.Input);
        }

        kept.Reverse();
        Keep(_graph.Node, kept);
        Keep(_graph.Initializer, [.. _graph.Initializer.Where(constant => needed.Contains(constant.Name))]);
        Keep(_graph.Input, [.. _graph.Input.Where(input => needed.Contains(input.Name))]);

        static void Keep<T>(IList<T> all, List<T> some)
        {
            all.Clear();
            foreach (T one in some)
                all.Add(one);
        }
    }
}

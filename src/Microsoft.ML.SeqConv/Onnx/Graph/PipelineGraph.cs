using Google.Protobuf;
using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.Kernels;
using Microsoft.ML.SeqConv.Onnx;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// The ONNX graph of a pipeline in the making. This library's steps write into it as a <see cref="GraphWriter"/>,
/// ML.NET's through the calls of its own converter. What no output needs is left out at the end.
/// </summary>
internal sealed class PipelineGraph : GraphWriter
{
    private const string MachineLearningDomain = "ai.onnx.ml";
    private const long MachineLearningOpset = 3;

    private readonly GraphProto _graph;
    private readonly Dictionary<string, string> _columns = [];      // column -> the variable that holds it
    private readonly Dictionary<string, ValueInfoProto> _types = [];
    private readonly HashSet<string> _variables = [];
    private readonly HashSet<string> _nodes = [];
    private readonly List<FunctionProto> _functions = [];

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
            throw new InvalidOperationException($"Column '{column}' is an input of the pipeline that no step changes. "
                + "Leave it out of OnnxExportOptions.OutputColumnNames.");
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
        if (_columns.TryGetValue(column, out string? before)
            && _graph.Input.FirstOrDefault(input => input.Name == before) is { } input)
        {
            _graph.Input.Remove(input);
            _variables.Remove(input.Name);
        }
        else if (_variables.Contains(column))
        {
            // An earlier step made a variable of this name; the input has the column's name.
            Rename(column, Unique($"{column}/before", _variables));
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

    /// <summary>The finished model: nodes, constants and inputs that no output needs are gone.</summary>
    public ModelProto ToModel()
    {
        OnnxOpset.Raise(_graph, name => Unique(name, _variables));
        Prune();
        var model = new ModelProto
        {
            IrVersion = 8,
            ProducerName = "SeqConv",
            ProducerVersion = OnnxTypes.VersionOf(typeof(PipelineGraph)),
            Graph = _graph
        };
        model.OpsetImport.Add(OnnxOpset.Standard);
        string[] domains = [.. _graph.Node.Select(node => node.Domain).Distinct()];
        if (domains.Contains(MachineLearningDomain))
        {
            model.OpsetImport.Add(
                new OperatorSetIdProto { Domain = MachineLearningDomain, Version = MachineLearningOpset });
        }

        if (domains.Contains(OperatorDomain.Name))
        {
            model.OpsetImport.Add(
                new OperatorSetIdProto { Domain = OperatorDomain.Name, Version = OperatorDomain.Version });
        }

        model.Functions.Add(_functions.Where(
            function => _graph.Node.Any(node => FeaturizerFunction.Calls(node, function))));
        model.MetadataProps.Add(
            Metadata.Select(pair => new StringStringEntryProto { Key = pair.Key, Value = pair.Value }));
        return model;
    }

    public override bool HasColumn(string column) => _columns.ContainsKey(column);

    public override void RemoveColumn(string column) => _columns.Remove(column);

    public override string VariableOf(string column) => _columns[column];

    public override string AddColumn(DataViewType type, string column)
    {
        string variable = AddVariable(column);
        _types[variable] = OnnxTypes.Column(variable, type);
        return variable;
    }

    public override string Constant(string name, float[] values, params long[] dims) => AddNumbers(values, dims, name);

    public override string Constant(string name, long[] values, params long[] dims) => AddNumbers(values, dims, name);

    public override string AddFeaturizer(
        SeriesFeaturizer featurizer, string series, Func<GraphWriter, string, string> write)
    {
        if (Form != OnnxForm.Function || FeaturizerFunction.FreeName(featurizer, _functions) is not { } name)
            return base.AddFeaturizer(featurizer, series, write);
        var body = new PipelineGraph(name);
        string input = body.AddVariable("series");
        string output = write(body, input);
        body._graph.Output.Add(new ValueInfoProto { Name = output });
        OnnxOpset.Raise(body._graph, variable => Unique(variable, body._variables));
        body.Prune();
        FunctionProto function = FeaturizerFunction.Of(name, body._graph, input, output);
        _functions.Add(function);
        string features = AddVariable(name);
        NodeProto call = AddNode(name, NodeName(name), [series], [features], OperatorDomain.Name);
        call.Attribute.Add(FeaturizerFunction.AttributesOf(featurizer, function));
        return features;
    }

    /// <summary>Adds a constant of texts.</summary>
    public string Constant(string name, string[] values, params long[] dims)
    {
        name = Define(name);
        _graph.Initializer.Add(OnnxTypes.Tensor(name, values, dims));
        return name;
    }

    /// <summary>Adds a constant.</summary>
    /// <param name="values">Its values.</param>
    /// <param name="dims">Its shape; <see langword="null"/>: one dimension.</param>
    /// <param name="name">Its name; made unique.</param>
    public string AddNumbers<T>(T[] values, IEnumerable<long>? dims, string name)
        where T : unmanaged
    {
        name = Define(name);
        _graph.Initializer.Add(OnnxTypes.Tensor<T>(name, values, dims ?? [values.Length]));
        return name;
    }

    /// <summary>Adds a node without attributes, which may be added to it.</summary>
    public NodeProto AddNode(
        string op, string name, IEnumerable<string> inputs, IEnumerable<string> outputs, string domain)
    {
        var node = new NodeProto { OpType = op, Name = name, Domain = domain };
        node.Input.Add(inputs);
        node.Output.Add(outputs);
        _graph.Node.Add(node);
        return node;
    }

    /// <summary>A name that no node has yet.</summary>
    public string NodeName(string prefix)
    {
        string name = Unique(prefix, _nodes);
        _nodes.Add(name);
        return name;
    }

    /// <summary>Whether a variable has this name.</summary>
    public bool HasVariable(string variable) => _variables.Contains(variable);

    /// <summary>Removes the columns that a variable holds.</summary>
    public void RemoveColumnsOf(string variable)
    {
        foreach ((string column, _) in _columns.Where(pair => pair.Value == variable).ToArray())
            _columns.Remove(column);
    }

    /// <summary>
    /// The shape of a column's variable, -1 where it is open; <see langword="null"/> for other variables.
    /// </summary>
    public List<long>? ShapeOf(string variable) => _types.TryGetValue(variable, out ValueInfoProto? info)
        ? [.. info.Type.TensorType.Shape.Dim.Select(SizeOf)]
        : null;

    protected override void AddNode(
        string op, string name, string[] inputs, string[] outputs, (string Name, object Value)[] attributes)
    {
        NodeProto node = AddNode(op, NodeName(name), inputs, outputs, domain: "");
        foreach ((string attribute, object value) in attributes)
            node.Attribute.Add(NodeAttribute.Of(attribute, value));
    }

    // ML.NET's steps and ours find the latest variable of a name under it, so every one is a column too.
    public override string AddVariable(string name)
    {
        string variable = Define(name);
        _columns[name] = variable;
        return variable;
    }

    private static long SizeOf(TensorShapeProto.Types.Dimension dimension)
        => dimension.ValueCase == TensorShapeProto.Types.Dimension.ValueOneofCase.DimValue ? dimension.DimValue : -1;

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
            throw new InvalidOperationException($"Column '{from}' is an input and an output of the pipeline; "
                + "an ONNX graph needs two names. Give the output another name.");
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

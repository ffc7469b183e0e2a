using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// What components write ONNX nodes with: into the graph of a whole pipeline, see <see cref="PipelineGraph"/>, or into
/// that of ML.NET's own converter. Only operators that are the same in versions 12 to 17 of the standard may be used.
/// Variables are named after their nodes, as paths.
/// </summary>
internal abstract class GraphWriter
{
    /// <summary>Which operators are written where there is a choice.</summary>
    public OnnxForm Form { get; init; }

    /// <summary>Whether the graph has a column.</summary>
    public abstract bool HasColumn(string column);

    /// <summary>Removes a column that cannot be computed.</summary>
    public abstract void RemoveColumn(string column);

    /// <summary>The variable that holds a column.</summary>
    public abstract string VariableOf(string column);

    /// <summary>Adds a column, and the variable that is to hold it.</summary>
    public abstract string AddColumn(DataViewType type, string column);

    /// <summary>Adds a constant.</summary>
    public abstract string Constant(string name, float[] values, params long[] dims);

    /// <summary>Adds a constant.</summary>
    public abstract string Constant(string name, long[] values, params long[] dims);

    /// <summary>Adds a node with one output.</summary>
    /// <param name="op">A standard operator.</param>
    /// <param name="name">A path, for example <c>MiniRocket/d3/convolution</c>.</param>
    /// <param name="inputs">Variables.</param>
    /// <param name="attributes">Values are long, float, string, <see cref="Type"/> or long[].</param>
    /// <returns>The output.</returns>
    public string Add(string op, string name, string[] inputs, params (string Name, object Value)[] attributes)
    {
        string output = AddVariable(name);
        AddNode(op, name, inputs, [output], attributes);
        return output;
    }

    /// <summary>Adds a node with two outputs.</summary>
    public (string First, string Second) AddPair(
        string op, string name, string[] inputs, params (string Name, object Value)[] attributes)
    {
        string first = AddVariable($"{name}/first");
        string second = AddVariable($"{name}/second");
        AddNode(op, name, inputs, [first, second], attributes);
        return (first, second);
    }

    /// <summary>Adds a node whose output has a name already.</summary>
    public void AddTo(
        string output, string op, string name, string[] inputs, params (string Name, object Value)[] attributes)
        => AddNode(op, name, inputs, [output], attributes);

    /// <summary>Adds a featurizer of series.</summary>
    /// <param name="featurizer">What is computed.</param>
    /// <param name="series">[N, C, T].</param>
    /// <param name="write">Adds its nodes: given a graph and the series in it, it returns the features.</param>
    /// <returns>[N, feature].</returns>
    public virtual string AddFeaturizer(
        SeriesFeaturizer featurizer, string series, Func<GraphWriter, string, string> write)
        => write(this, series);

    /// <summary>Adds a number.</summary>
    public string Constant(string name, float value) => Constant(name, [value], 1);

    /// <summary>Adds a dimension of 1.</summary>
    public string Unsqueeze(string name, string input, long axis)
        => Add("Unsqueeze", name, [input], ("axes", new[] { axis }));

    /// <summary>Divides the second of three dimensions in two: [N, outer * inner, T] to [N, outer, inner, T].</summary>
    public string SplitAxis(string name, string input, long outer, long inner)
        => Reshape(name, Unsqueeze($"{name}/axis", input, 1), 0, outer, inner, 0);

    /// <summary>Joins the second and the third of four dimensions: [N, a, b, T] to [N, a * b, T].</summary>
    public string MergeAxes(string name, string input, long merged)
    {
        string shape = Add("Shape", $"{name}/shape before", [input]);
        string ends = Add("Gather", $"{name}/ends", [shape, Constant($"{name}/places", [0L, 3], 2)]);
        (string rows, string points) = AddPair("Split", $"{name}/end", [ends], ("axis", 0L));
        string[] sizes = [rows, Constant($"{name}/merged", [merged], 1), points];
        return Add("Reshape", name, [input, Add("Concat", $"{name}/new shape", sizes, ("axis", 0L))]);
    }

    /// <summary>
    /// Divides the values of each row in two dimensions of which the first is open: [N, ...] to [N, rest, inner] or,
    /// where the last is open, [N, inner, rest].
    /// </summary>
    public string SplitRow(string name, string input, long inner, bool lastIsOpen)
    {
        string shape = Add("Shape", $"{name}/shape before", [input]);
        string zero = Constant($"{name}/first", [0L], 1);
        string one = Constant($"{name}/second", [1L], 1);
        string rows = Add("Gather", $"{name}/rows", [shape, zero]);
        string all = Constant($"{name}/all", [int.MaxValue], 1);
        string each = Add("Slice", $"{name}/dimensions", [shape, one, all]);
        string values = Add("ReduceProd", $"{name}/values", [each], ("axes", new[] { 0L }), ("keepdims", 1L));
        string within = Constant($"{name}/inner", [inner], 1);
        string rest = Add("Div", $"{name}/rest", [values, within]);
        string[] sizes = lastIsOpen ? [rows, within, rest] : [rows, rest, within];
        return Add("Reshape", name, [input, Add("Concat", $"{name}/new shape", sizes, ("axis", 0L))]);
    }

    /// <summary>
    /// Gives another shape: 0 keeps a dimension. -1 takes what is left, which cannot be known of a batch without rows:
    /// it is for the batch itself, or for shapes without one.
    /// </summary>
    public string Reshape(string name, string input, params long[] shape)
        => Add("Reshape", name, [input, Constant($"{name}/shape", shape, shape.Length)]);

    /// <summary>Takes rows of the first dimension.</summary>
    public string Rows(string name, string input, params long[] rows)
        => Add("Gather", name, [input, Constant($"{name}/places", rows, rows.Length)], ("axis", 0L));

    /// <summary>Adds a variable that is no column.</summary>
    public abstract string AddVariable(string name);

    /// <summary>Adds a node; see <see cref="Add"/>.</summary>
    protected abstract void AddNode(
        string op, string name, string[] inputs, string[] outputs, (string Name, object Value)[] attributes);
}

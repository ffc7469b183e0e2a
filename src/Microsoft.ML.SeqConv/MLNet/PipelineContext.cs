using Microsoft.ML.Data;
using Microsoft.ML.Model.OnnxConverter;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Lets ML.NET's steps write themselves into a <see cref="PipelineGraph"/> by the same calls as into ML.NET's own
/// converter, so that every step that can be converted there can be here.
/// </summary>
internal sealed class PipelineContext(PipelineGraph graph) : OnnxContext
{
    /// <summary>What a step of this library writes its nodes with, whichever converter calls it.</summary>
    public static GraphWriter GraphOf(OnnxContext context)
        => context is PipelineContext own ? own.Graph : new ContextWriter(context);

    private PipelineGraph Graph => graph;

    public override string GetNodeName(string prefix) => graph.NodeName(prefix);

    public override bool IsVariableDefined(string variableName) => graph.HasVariable(variableName);

    public override bool ContainsColumn(string colName) => graph.HasColumn(colName);

    public override void CheckOpSetVersion(int thisTransformerMinumumOpSetVersion, string registerTransformerName)
    {
        // Every step of ML.NET asks for less than what is written here.
    }

    public override void RemoveColumn(string colName, bool removeVariable = false) => graph.RemoveColumn(colName);

    public override void RemoveVariable(string variableName, bool removeColumn) => graph.RemoveColumnsOf(variableName);

    public override void RemoveInputVariable(string variableName) => graph.RemoveColumn(variableName);

    public override string GetVariableName(string colName) => graph.VariableOf(colName);

    public override string AddIntermediateVariable(DataViewType type, string colName, bool skip = false)
        => skip ? graph.AddVariable(colName) : graph.AddColumn(type, colName);

    // ML.NET's steps mean the machine learning operators where they name no domain.
    public override OnnxNode CreateNode(
        string opType, IEnumerable<string> inputs, IEnumerable<string> outputs, string name, string? domain = null)
        => new GraphNode(graph.AddNode(opType, name, inputs, outputs, domain ?? "ai.onnx.ml"));

    public override OnnxVersion GetOnnxVersion() => OnnxVersion.Stable;

    // Null as ML.NET's steps expect.
    public override List<long> RetrieveShapeOrNull(string variableName) => graph.ShapeOf(variableName)!;

    public override string AddInitializer(bool value, string? name = null, bool makeUniqueName = true)
        => graph.AddNumbers([value], [], name ?? "bool");

    public override string AddInitializer(float value, string? name = null, bool makeUniqueName = true)
        => graph.AddNumbers([value], [], name ?? "float");

    public override string AddInitializer(int value, Type type, string? name = null, bool makeUniqueName = true)
        => AddIntegers([value], type, [], name ?? "int32");

    public override string AddInitializer(string value, string? name = null, bool makeUniqueName = true)
        => graph.Constant(name ?? "string", [value]);

    public override string AddInitializer(long value, string? name = null, bool makeUniqueName = true)
        => graph.AddNumbers([value], [], name ?? "int64");

    public override string AddInitializer(double value, string? name = null, bool makeUniqueName = true)
        => graph.AddNumbers([value], [], name ?? "double");

    public override string AddInitializer(
        ulong value, bool isUint64, string? name = null, bool makeUniqueName = true)
        => AddUnsigned([value], isUint64, [], name ?? "uint64");

    public override string AddInitializer(
        IEnumerable<bool> values, IEnumerable<long> dims, string? name = null, bool makeUniqueName = true)
        => graph.AddNumbers<bool>([.. values], dims, name ?? "bools");

    public override string AddInitializer(
        IEnumerable<float> values, IEnumerable<long> dims, string? name = null, bool makeUniqueName = true)
        => graph.AddNumbers<float>([.. values], dims, name ?? "floats");

    public override string AddInitializer(
        IEnumerable<int> values, Type type, IEnumerable<long> dims, string? name = null, bool makeUniqueName = true)
        => AddIntegers(values, type, dims, name ?? "int32s");

    private string AddIntegers(IEnumerable<int> values, Type type, IEnumerable<long> dims, string name)
    {
        if (type == typeof(bool))
            return graph.AddNumbers<bool>([.. values.Select(value => value != 0)], dims, name);
        if (type == typeof(byte))
            return graph.AddNumbers<byte>([.. values.Select(value => (byte)value)], dims, name);
        if (type == typeof(sbyte))
            return graph.AddNumbers<sbyte>([.. values.Select(value => (sbyte)value)], dims, name);
        if (type == typeof(short))
            return graph.AddNumbers<short>([.. values.Select(value => (short)value)], dims, name);
        if (type == typeof(ushort))
            return graph.AddNumbers<ushort>([.. values.Select(value => (ushort)value)], dims, name);
        return graph.AddNumbers<int>([.. values], dims, name);
    }

    public override string AddInitializer(
        IEnumerable<string> values, IEnumerable<long> dims, string? name = null, bool makeUniqueName = true)
    {
        string[] texts = [.. values];
        return graph.Constant(name ?? "strings", texts, dims is null ? [texts.Length] : [.. dims]);
    }

    public override string AddInitializer(
        IEnumerable<long> values, IEnumerable<long> dims, string? name = null, bool makeUniqueName = true)
        => graph.AddNumbers<long>([.. values], dims, name ?? "int64s");

    public override string AddInitializer(
        IEnumerable<double> values, IEnumerable<long> dims, string? name = null, bool makeUniqueName = true)
        => graph.AddNumbers<double>([.. values], dims, name ?? "doubles");

    public override string AddInitializer(
        IEnumerable<ulong> values, bool isUint64, IEnumerable<long> dims, string? name = null,
        bool makeUniqueName = true)
        => AddUnsigned(values, isUint64, dims, name ?? (isUint64 ? "uint64s" : "uint32s"));

    private string AddUnsigned(IEnumerable<ulong> values, bool isUint64, IEnumerable<long> dims, string name)
        => isUint64
            ? graph.AddNumbers<ulong>([.. values], dims, name)
            : graph.AddNumbers<uint>([.. values.Select(value => (uint)value)], dims, name);
}

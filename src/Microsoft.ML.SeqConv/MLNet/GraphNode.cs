using Microsoft.ML.Model.OnnxConverter;
using Microsoft.ML.SeqConv.Onnx;

namespace Microsoft.ML.SeqConv;

/// <summary>A node of a <see cref="PipelineGraph"/>, as ML.NET's steps add attributes to it.</summary>
internal sealed class GraphNode(NodeProto node) : OnnxNode
{
    public override void AddAttribute(string argName, double value) => Add(argName, (float)value);

    public override void AddAttribute(string argName, long value) => Add(argName, value);

    public override void AddAttribute(string argName, ReadOnlyMemory<char> value) => Add(argName, value.ToString());

    public override void AddAttribute(string argName, string value) => Add(argName, value);

    public override void AddAttribute(string argName, bool value) => Add(argName, value ? 1L : 0L);

    public override void AddAttribute(string argName, IEnumerable<double> value)
        => Add(argName, value.Select(number => (float)number));

    public override void AddAttribute(string argName, IEnumerable<float> value) => Add(argName, value);

    public override void AddAttribute(string argName, IEnumerable<long> value) => Add(argName, value);

    public override void AddAttribute(string argName, IEnumerable<ReadOnlyMemory<char>> value)
        => Add(argName, value.Select(text => text.ToString()));

    public override void AddAttribute(string argName, string[] value) => Add(argName, value);

    public override void AddAttribute(string argName, IEnumerable<string> value) => Add(argName, value);

    public override void AddAttribute(string argName, IEnumerable<bool> value)
        => Add(argName, value.Select(flag => flag ? 1L : 0L));

    public override void AddAttribute(string argName, Type t) => Add(argName, t);

    private void Add(string name, object value) => node.Attribute.Add(NodeAttribute.Of(name, value));
}

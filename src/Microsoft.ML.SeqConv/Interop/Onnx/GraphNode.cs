using System.Text;
using Google.Protobuf;
using Microsoft.ML.Model.OnnxConverter;
using Microsoft.ML.SeqConv.Onnx;
using AttributeType = Microsoft.ML.SeqConv.Onnx.AttributeProto.Types.AttributeType;

namespace Microsoft.ML.SeqConv;

/// <summary>A node of a <see cref="PipelineGraph"/>, as ML.NET's steps add attributes to it.</summary>
internal sealed class GraphNode(NodeProto node) : OnnxNode
{
    public override void AddAttribute(string argName, double value) => Add(argName, AttributeType.Float).F = (float)value;

    public override void AddAttribute(string argName, long value) => Add(argName, AttributeType.Int).I = value;

    public override void AddAttribute(string argName, ReadOnlyMemory<char> value) => AddAttribute(argName, value.ToString());

    public override void AddAttribute(string argName, string value) => Add(argName, AttributeType.String).S = ByteString.CopyFromUtf8(value);

    public override void AddAttribute(string argName, bool value) => AddAttribute(argName, value ? 1L : 0L);

    public override void AddAttribute(string argName, IEnumerable<double> value) => Add(argName, AttributeType.Floats).Floats.Add(value.Select(v => (float)v));

    public override void AddAttribute(string argName, IEnumerable<float> value) => Add(argName, AttributeType.Floats).Floats.Add(value);

    public override void AddAttribute(string argName, IEnumerable<long> value) => Add(argName, AttributeType.Ints).Ints.Add(value);

    public override void AddAttribute(string argName, IEnumerable<ReadOnlyMemory<char>> value) => AddAttribute(argName, value.Select(v => v.ToString()));

    public override void AddAttribute(string argName, string[] value) => AddAttribute(argName, (IEnumerable<string>)value);

    public override void AddAttribute(string argName, IEnumerable<string> value)
        => Add(argName, AttributeType.Strings).Strings
            .Add(value.Select(v => ByteString.CopyFrom(OnnxTypes.BytesOf(argName, v))));

    public override void AddAttribute(string argName, IEnumerable<bool> value) => AddAttribute(argName, value.Select(v => v ? 1L : 0L));

    public override void AddAttribute(string argName, Type t) => AddAttribute(argName, (long)OnnxTypes.Of(t));

    private AttributeProto Add(string name, AttributeType type)
    {
        var attribute = new AttributeProto { Name = name, Type = type };
        node.Attribute.Add(attribute);
        return attribute;
    }
}

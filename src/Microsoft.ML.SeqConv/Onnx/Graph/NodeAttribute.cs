using Google.Protobuf;
using Microsoft.ML.SeqConv.Onnx;
using AttributeType = Microsoft.ML.SeqConv.Onnx.AttributeProto.Types.AttributeType;

namespace Microsoft.ML.SeqConv;

/// <summary>Makes attributes of nodes.</summary>
internal static class NodeAttribute
{
    /// <summary>Makes an attribute.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">
    /// A long, float, string, byte[], <see cref="Type"/>, or sequence of longs, floats or strings.
    /// </param>
    /// <exception cref="ArgumentException">The value has another type.</exception>
    public static AttributeProto Of(string name, object value)
    {
        var attribute = new AttributeProto { Name = name };
        switch (value)
        {
            case long number:
                attribute.Type = AttributeType.Int;
                attribute.I = number;
                break;
            case float number:
                attribute.Type = AttributeType.Float;
                attribute.F = number;
                break;
            case string text:
                attribute.Type = AttributeType.String;
                attribute.S = ByteString.CopyFromUtf8(text);
                break;
            case byte[] bytes:
                attribute.Type = AttributeType.String;
                attribute.S = ByteString.CopyFrom(bytes);
                break;
            case TensorProto tensor:
                attribute.Type = AttributeType.Tensor;
                attribute.T = tensor;
                break;
            case Type type:
                attribute.Type = AttributeType.Int;
                attribute.I = (long)OnnxTypes.Of(type);
                break;
            case IEnumerable<long> numbers:
                attribute.Type = AttributeType.Ints;
                attribute.Ints.Add(numbers);
                break;
            case IEnumerable<float> numbers:
                attribute.Type = AttributeType.Floats;
                attribute.Floats.Add(numbers);
                break;
            case IEnumerable<string> texts:
                attribute.Type = AttributeType.Strings;
                attribute.Strings.Add(texts.Select(text => ByteString.CopyFrom(OnnxTypes.BytesOf(name, text))));
                break;
            default:
                throw new ArgumentException(
                    $"The attribute '{name}' has a value of type {value.GetType().Name}.", nameof(value));
        }

        return attribute;
    }
}

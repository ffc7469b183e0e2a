using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Microsoft.ML.SeqConv.Onnx;
using DataType = Microsoft.ML.SeqConv.Onnx.TensorProto.Types.DataType;

namespace Microsoft.ML.SeqConv;

/// <summary>Predicted labels of a graph as text: the names that classes have in the native pipeline.</summary>
internal static class OnnxLabels
{
    /// <summary>Whether labels of a type are read.</summary>
    public static bool CanRead(TensorElementType type) => type
        is TensorElementType.String or TensorElementType.Bool or TensorElementType.Float or TensorElementType.Double
        or TensorElementType.UInt8 or TensorElementType.Int8 or TensorElementType.UInt16 or TensorElementType.Int16
        or TensorElementType.UInt32 or TensorElementType.Int32 or TensorElementType.UInt64 or TensorElementType.Int64;

    /// <summary>One text a row.</summary>
    public static string[] Read(DisposableNamedOnnxValue labels) => labels.ElementType switch
    {
        TensorElementType.String => [.. labels.AsTensor<string>()],
        TensorElementType.Bool => [.. labels.AsTensor<bool>().Select(flag => flag.ToString())],
        TensorElementType.Float => Numbers<float>(labels),
        TensorElementType.Double => Numbers<double>(labels),
        TensorElementType.UInt8 => Numbers<byte>(labels),
        TensorElementType.Int8 => Numbers<sbyte>(labels),
        TensorElementType.UInt16 => Numbers<ushort>(labels),
        TensorElementType.Int16 => Numbers<short>(labels),
        TensorElementType.UInt32 => Numbers<uint>(labels),
        TensorElementType.Int32 => Numbers<int>(labels),
        TensorElementType.UInt64 => Numbers<ulong>(labels),
        _ => Numbers<long>(labels),
    };

    /// <summary>One text an entry of a constant; <see langword="null"/> where it is of another type.</summary>
    public static string[]? Read(TensorProto labels) => labels.DataType switch
    {
        DataType.String => [.. labels.StringData.Select(label => label.ToStringUtf8())],
        DataType.Bool => [.. labels.RawData.Select(flag => (flag != 0).ToString())],
        DataType.Float => Numbers<float>(labels),
        DataType.Double => Numbers<double>(labels),
        DataType.Uint8 => Numbers<byte>(labels),
        DataType.Int8 => Numbers<sbyte>(labels),
        DataType.Uint16 => Numbers<ushort>(labels),
        DataType.Int16 => Numbers<short>(labels),
        DataType.Uint32 => Numbers<uint>(labels),
        DataType.Int32 => Numbers<int>(labels),
        DataType.Uint64 => Numbers<ulong>(labels),
        DataType.Int64 => Numbers<long>(labels),
        _ => null,
    };

    private static string[] Numbers<T>(DisposableNamedOnnxValue labels)
        where T : IFormattable
        => [.. labels.AsTensor<T>().Select(Text)];

    // As this library writes them; other programs may choose other fields.
    private static string[]? Numbers<T>(TensorProto labels)
        where T : unmanaged, IFormattable
        => labels.RawData.IsEmpty
            ? null
            : [.. MemoryMarshal.Cast<byte, T>(labels.RawData.Span).ToArray().Select(Text)];

    private static string Text<T>(T number)
        where T : IFormattable
        => number.ToString(null, CultureInfo.InvariantCulture);
}

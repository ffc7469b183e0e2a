using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

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

    private static string[] Numbers<T>(DisposableNamedOnnxValue labels)
        where T : IFormattable
        => [.. labels.AsTensor<T>().Select(number => number.ToString(null, CultureInfo.InvariantCulture))];
}

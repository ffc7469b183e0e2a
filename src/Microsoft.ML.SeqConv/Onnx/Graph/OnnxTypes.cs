using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using Google.Protobuf;
using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.Kernels;
using Microsoft.ML.SeqConv.Onnx;
using DataType = Microsoft.ML.SeqConv.Onnx.TensorProto.Types.DataType;

namespace Microsoft.ML.SeqConv;

/// <summary>How .NET's and ML.NET's types are written as ONNX tensors.</summary>
internal static class OnnxTypes
{
    /// <summary>The element type of a tensor.</summary>
    /// <exception cref="NotSupportedException">ONNX has no such type.</exception>
    public static DataType Of(Type type)
    {
        if (type == typeof(float))
            return DataType.Float;
        if (type == typeof(double))
            return DataType.Double;
        if (type == typeof(bool))
            return DataType.Bool;
        if (type == typeof(string) || type == typeof(ReadOnlyMemory<char>))
            return DataType.String;
        if (type == typeof(sbyte))
            return DataType.Int8;
        if (type == typeof(byte))
            return DataType.Uint8;
        if (type == typeof(short))
            return DataType.Int16;
        if (type == typeof(ushort))
            return DataType.Uint16;
        if (type == typeof(int))
            return DataType.Int32;
        if (type == typeof(uint))
            return DataType.Uint32;
        if (type == typeof(long))
            return DataType.Int64;
        if (type == typeof(ulong))
            return DataType.Uint64;
        if (type == typeof(DateTime) || type == typeof(DateTimeOffset) || type == typeof(TimeSpan)
            || type == typeof(DataViewRowId))
            return DataType.String;     // the names of key values; see KeyLookup
        throw new NotSupportedException($"{type.Name} has no counterpart in ONNX.");
    }

    /// <summary>The version of the assembly that a type is in, as its package is versioned.</summary>
    public static string VersionOf(Type type)
        => (type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
            ?? "unknown").Split('+')[0];

    /// <summary>A constant of numbers.</summary>
    public static TensorProto Tensor<T>(string name, ReadOnlySpan<T> values, IEnumerable<long> dims)
        where T : unmanaged
    {
        var tensor = new TensorProto
        {
            Name = name,
            DataType = Of(typeof(T)),
            RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values))
        };
        tensor.Dims.Add(dims);
        return tensor;
    }

    /// <summary>A constant of texts.</summary>
    public static TensorProto Tensor(string name, IEnumerable<string> values, IEnumerable<long> dims)
    {
        var tensor = new TensorProto { Name = name, DataType = DataType.String };
        tensor.StringData.Add(values.Select(value => ByteString.CopyFrom(BytesOf(name, value))));
        tensor.Dims.Add(dims);
        return tensor;
    }

    internal static byte[] BytesOf(string name, string value)
    {
        try
        {
            return StrictUtf8.Encoding.GetBytes(value);
        }
        catch (EncoderFallbackException error)
        {
            throw new InvalidOperationException(
                $"A text of '{name}' has half of a surrogate pair and cannot be written to ONNX; "
                + $"correct the class or word '{value}'.",
                error);
        }
    }

    /// <summary>
    /// A column as an input or output of a graph: the batch first, then the column's dimensions, 1 for a scalar.
    /// Unknown dimensions are named.
    /// </summary>
    public static ValueInfoProto Column(string name, DataViewType type)
    {
        DataViewType item = type is VectorDataViewType vector ? vector.ItemType : type;
        long[] dimensions = type is VectorDataViewType shaped ? [.. shaped.Dimensions.Select(d => (long)d)] : [1];
        var shape = new TensorShapeProto();
        shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimParam = "N" });
        for (int i = 0; i < dimensions.Length; i++)
        {
            shape.Dim.Add(dimensions[i] > 0
                ? new TensorShapeProto.Types.Dimension { DimValue = dimensions[i] }
                : new TensorShapeProto.Types.Dimension { DimParam = i == dimensions.Length - 1 ? "T" : $"D{i}" });
        }

        return new ValueInfoProto
        {
            Name = name,
            Type = new TypeProto
            {
                TensorType = new TypeProto.Types.Tensor { ElemType = Of(item.RawType), Shape = shape }
            }
        };
    }
}

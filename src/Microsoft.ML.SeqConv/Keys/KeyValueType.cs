using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>A type of values that MapValueToKey makes keys of. The list of all is here and nowhere else.</summary>
internal abstract class KeyValueType
{
    private const string Seconds = "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF";      // the fraction is left out where it is zero

    private static readonly KeyValueType[] All =
    [
        new KeyValueType<ReadOnlyMemory<char>>(
            1, TextDataViewType.Instance, text => text.ToString(), WriteTexts, ReadTexts),
        Number<float>(2, NumberDataViewType.Single, float.NaN),
        Number<double>(3, NumberDataViewType.Double, double.NaN),
        Number<int>(4, NumberDataViewType.Int32),
        Number<uint>(5, NumberDataViewType.UInt32),
        Number<long>(6, NumberDataViewType.Int64),
        new KeyValueType<bool>(7, BooleanDataViewType.Instance, flag => flag.ToString(),
            (writer, flags) => writer.WriteArray<byte>([.. flags.Select(flag => (byte)(flag ? 1 : 0))]),
            reader => [.. reader.ReadArray<byte>().Select(flag => flag != 0)])
        { AddTable = (graph, name, flags) => graph.AddNumbers(flags, null, name) },
        Number<byte>(8, NumberDataViewType.Byte),
        Number<sbyte>(9, NumberDataViewType.SByte),
        Number<short>(10, NumberDataViewType.Int16),
        Number<ushort>(11, NumberDataViewType.UInt16),
        Number<ulong>(12, NumberDataViewType.UInt64),
        // ML.NET's model files keep no kind of a date, so its name has none.
        new KeyValueType<DateTime>(
            13, DateTimeDataViewType.Instance, date => date.ToString(Seconds, CultureInfo.InvariantCulture),
            (writer, dates) => writer.WriteArray<long>([.. dates.Select(date => date.Ticks)]),
            reader => [.. reader.ReadArray<long>().Select(ticks => new DateTime(ticks))]),
        new KeyValueType<DateTimeOffset>(
            14, DateTimeOffsetDataViewType.Instance,
            date => date.ToString($"{Seconds}zzz", CultureInfo.InvariantCulture), WriteOffsets, ReadOffsets),
        new KeyValueType<TimeSpan>(
            15, TimeSpanDataViewType.Instance, time => time.ToString("c", CultureInfo.InvariantCulture),
            (writer, times) => writer.WriteArray<long>([.. times.Select(time => time.Ticks)]),
            reader => [.. reader.ReadArray<long>().Select(ticks => new TimeSpan(ticks))]),
        new KeyValueType<DataViewRowId>(16, RowIdDataViewType.Instance, id => id.ToString(),
            (writer, ids) => writer.WriteArray<ulong>([.. ids.SelectMany(id => new[] { id.Low, id.High })]),
            reader => [.. reader.ReadArray<ulong>().Chunk(2).Select(RowIdOf)]),
    ];

    /// <summary>The type of a key column's values.</summary>
    /// <exception cref="InvalidOperationException">MapValueToKey does not make such keys.</exception>
    public static KeyValueType Of(DataViewSchema.Column column, DataViewType values)
        => Array.Find(All, type => type.Type.Equals(values)) ?? throw new InvalidOperationException(
            $"Column '{column.Name}' has keys whose values are of type {values}, which have no names; "
            + $"those of {string.Join(", ", All.Select(type => type.Type))} have. "
            + "Convert the column with mlContext.Transforms.Conversion.ConvertType before MapValueToKey.");

    /// <summary>The type that has a code in model files.</summary>
    /// <exception cref="FormatException">There is none.</exception>
    public static KeyValueType Of(byte code) => Array.Find(All, type => type.Code == code)
        ?? throw new FormatException($"Its classes have the unknown type {code}.");

    /// <summary>In model files; never changed.</summary>
    public abstract byte Code { get; }

    /// <summary>In data views.</summary>
    public abstract PrimitiveDataViewType Type { get; }

    /// <summary>The values behind a key column.</summary>
    public abstract LabelValues ValuesOf(DataViewSchema.Column column, string kind);

    /// <summary>Reads values that <see cref="LabelValues.Write"/> wrote.</summary>
    public abstract LabelValues Read(BinaryReader reader);

    private static KeyValueType<T> Number<T>(byte code, PrimitiveDataViewType type, T missing = default)
        where T : unmanaged, IFormattable
        => new(code, type, number => number.ToString(null, CultureInfo.InvariantCulture),
            (writer, numbers) => writer.WriteArray<T>(numbers), SavedArrays.ReadArray<T>)
        {
            Missing = missing,
            AddTable = (graph, name, numbers) => graph.AddNumbers(numbers, null, name),
        };

    private static void WriteTexts(BinaryWriter writer, ReadOnlyMemory<char>[] texts)
    {
        writer.Write(texts.Length);
        foreach (ReadOnlyMemory<char> text in texts)
            writer.Write(text.ToString());
    }

    private static ReadOnlyMemory<char>[] ReadTexts(BinaryReader reader)
    {
        int count = LabelValues.ReadCount(reader);
        var texts = new List<ReadOnlyMemory<char>>();
        while (texts.Count < count)
            texts.Add(reader.ReadText().AsMemory());
        return [.. texts];
    }

    private static DataViewRowId RowIdOf(ulong[] halves) => halves.Length == 2
        ? new DataViewRowId(halves[0], halves[1])
        : throw new FormatException("It has half a row identifier.");

    private static void WriteOffsets(BinaryWriter writer, DateTimeOffset[] dates)
    {
        writer.WriteArray<long>([.. dates.Select(date => date.Ticks)]);
        writer.WriteArray<short>([.. dates.Select(date => (short)date.TotalOffsetMinutes)]);
    }

    private static DateTimeOffset[] ReadOffsets(BinaryReader reader)
    {
        long[] ticks = reader.ReadArray<long>();
        short[] minutes = reader.ReadArray<short>();
        return ticks.Length == minutes.Length
            ? [.. ticks.Zip(minutes, (time, offset) => new DateTimeOffset(time, TimeSpan.FromMinutes(offset)))]
            : throw new FormatException($"It has {ticks.Length} dates and {minutes.Length} offsets.");
    }
}

/// <summary>A type of values that MapValueToKey makes keys of.</summary>
/// <param name="code">In model files.</param>
/// <param name="type">In data views.</param>
/// <param name="nameOf">The value as text: invariant, and no two values have the same.</param>
/// <param name="write">Writes values to a model file.</param>
/// <param name="read">Reads them.</param>
internal sealed class KeyValueType<T>(
    byte code, PrimitiveDataViewType type, Func<T, string> nameOf, Action<BinaryWriter, T[]> write,
    Func<BinaryReader, T[]> read) : KeyValueType
    where T : struct
{
    public override byte Code => code;

    public override PrimitiveDataViewType Type => type;

    /// <summary>What MapKeyToValue gives for the missing key.</summary>
    public T Missing { get; init; }

    /// <summary>
    /// Adds values to a graph as a constant; <see langword="null"/> where names stand for them, as for text and for
    /// types that ONNX lacks.
    /// </summary>
    public Func<PipelineGraph, string, T[], string>? AddTable { get; init; }

    public string NameOf(T value) => nameOf(value);

    public void Write(BinaryWriter writer, T[] values) => write(writer, values);

    public override LabelValues ValuesOf(DataViewSchema.Column column, string kind)
    {
        VBuffer<T> values = default;
        column.Annotations.GetValue(kind, ref values);
        return new LabelValues<T>(this, [.. values.DenseValues()]);
    }

    public override LabelValues Read(BinaryReader reader) => new LabelValues<T>(this, read(reader));
}

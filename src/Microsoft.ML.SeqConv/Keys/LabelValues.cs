using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// The values behind the keys of a column, in their own type, and their names. Everything that names classes or words
/// of keys asks here.
/// </summary>
internal abstract class LabelValues
{
    /// <summary>More classes than this are a hash or a row number that became a label by mistake.</summary>
    public const int MaxClasses = 100_000;

    /// <summary>One name a value, in the order of keys: the value as text, or its number from 1.</summary>
    public abstract string[] Names { get; }

    /// <summary>Whether the values are known; else they have numbers from 1.</summary>
    public virtual bool AreKnown => true;

    /// <summary>The values of a column of keys or of vectors of keys.</summary>
    /// <param name="column">The column.</param>
    /// <param name="max">The most values that are possible.</param>
    /// <exception cref="InvalidOperationException">There are more, or they have a type without names.</exception>
    public static LabelValues Of(DataViewSchema.Column column, int max = MaxClasses)
    {
        ulong count = ((KeyDataViewType)ItemTypeOf(column.Type)).Count;
        if (count > (ulong)max)
        {
            throw new InvalidOperationException(
                $"Column '{column.Name}' has {count} key values by its type; at most {max} are possible. "
                + "If it is a hash or a row number, make keys with MapValueToKey.");
        }

        const string kind = AnnotationKinds.KeyValues;
        if (column.Annotations.Schema.GetColumnOrNull(kind)?.Type is not VectorDataViewType annotation)
            return new UnknownValues((int)count);
        LabelValues values = KeyValueType.Of(column, annotation.ItemType).ValuesOf(column, kind);
        return values.Names.Length == (int)count ? values : throw new InvalidOperationException(
            $"Column '{column.Name}' has {count} key values by its type, but {values.Names.Length} by its annotation. "
            + "Make keys with MapValueToKey.");
    }

    /// <summary>Classes without values, which have numbers from 1.</summary>
    public static LabelValues Unknown(int count) => new UnknownValues(count);

    // *** Binary format ***
    // byte: 0 unknown, else the code of a KeyValueType: 1 to 7 are of the first version, the others of the second
    // unknown: int: classes; text: int: classes, then a string each; DateTimeOffset: two arrays; else an array
    public void Write(BinaryWriter writer)
    {
        writer.Write(Code);
        WriteValues(writer);
    }

    public static LabelValues Read(BinaryReader reader)
    {
        byte code = reader.ReadByte();
        LabelValues values = code == 0 ? new UnknownValues(ReadCount(reader)) : KeyValueType.Of(code).Read(reader);
        return values.Names.Length > 0 ? values : throw new FormatException("It has no classes.");
    }

    /// <summary>The type of one value of a column: of a slot, where it is a vector.</summary>
    public static DataViewType ItemTypeOf(DataViewType type)
        => type is VectorDataViewType vector ? vector.ItemType : type;

    /// <exception cref="FormatException">So many classes are not possible.</exception>
    public static int ReadCount(BinaryReader reader)
    {
        int count = reader.ReadInt32();
        return count is > 0 and <= MaxClasses
            ? count
            : throw new FormatException($"It has {count} classes; 1 to {MaxClasses} are possible.");
    }

    /// <summary>Adds the values as an annotation; unknown ones add none.</summary>
    public abstract void AddTo(DataViewSchema.Annotations.Builder annotations, string kind);

    /// <summary>Adds the values to a graph, by key: what the missing key stands for first.</summary>
    /// <param name="graph">Gets the constant.</param>
    /// <param name="name">Its name.</param>
    /// <param name="type">The type of the values; where ONNX has no such type, their names are in the graph.</param>
    /// <returns>The constant.</returns>
    public abstract string AddTo(PipelineGraph graph, string name, out PrimitiveDataViewType type);

    private protected abstract byte Code { get; }

    private protected abstract void WriteValues(BinaryWriter writer);

    private sealed class UnknownValues(int count) : LabelValues
    {
        public override string[] Names { get; }
            = [.. Enumerable.Range(1, count).Select(key => key.ToString(CultureInfo.InvariantCulture))];

        public override bool AreKnown => false;

        private protected override byte Code => 0;

        public override void AddTo(DataViewSchema.Annotations.Builder annotations, string kind)
        {
        }

        public override string AddTo(PipelineGraph graph, string name, out PrimitiveDataViewType type)
            => throw new NotSupportedException("Its keys have no values. Make keys with MapValueToKey.");

        private protected override void WriteValues(BinaryWriter writer) => writer.Write(count);
    }
}

/// <summary>Known values behind the keys of a column.</summary>
internal sealed class LabelValues<T>(KeyValueType<T> type, T[] values) : LabelValues
    where T : struct
{
    public override string[] Names { get; } = Array.ConvertAll(values, type.NameOf);

    private protected override byte Code => type.Code;

    public override void AddTo(DataViewSchema.Annotations.Builder annotations, string kind)
    {
        void Get(ref VBuffer<T> destination) => new VBuffer<T>(values.Length, values).CopyTo(ref destination);
        annotations.Add<VBuffer<T>>(kind, new VectorDataViewType(type.Type, values.Length), Get);
    }

    public override string AddTo(PipelineGraph graph, string name, out PrimitiveDataViewType valueType)
    {
        valueType = type.Type;
        return type.AddTable?.Invoke(graph, name, [type.Missing, .. values])
            ?? graph.Constant(name, ["", .. Names], values.Length + 1L);
    }

    private protected override void WriteValues(BinaryWriter writer) => type.Write(writer, values);
}

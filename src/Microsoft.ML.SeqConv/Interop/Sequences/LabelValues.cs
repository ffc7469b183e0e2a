using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML.SeqConv;

/// <summary>The values behind the keys of a label, in their own type, so that MapKeyToValue gives after a reload what it gave before.</summary>
internal abstract class LabelValues
{
    /// <summary>One name a class.</summary>
    public abstract string[] Names { get; }

    /// <summary>Whether the values are known; else classes have numbers from 1.</summary>
    public virtual bool AreKnown => true;

    public static LabelValues Of(DataViewSchema.Column label)
    {
        string[] names = KeyNames.Of(label);        // checks the number of classes
        DataViewSchema.Column? values = label.Annotations.Schema.GetColumnOrNull(AnnotationUtils.Kinds.KeyValues);
        return (values?.Type as VectorDataViewType)?.ItemType.RawType switch
        {
            Type type when type == typeof(ReadOnlyMemory<char>) => new TextValues(names),
            Type type when type == typeof(float) => new NumberValues<float>(Values<float>(label)),
            Type type when type == typeof(double) => new NumberValues<double>(Values<double>(label)),
            Type type when type == typeof(int) => new NumberValues<int>(Values<int>(label)),
            Type type when type == typeof(uint) => new NumberValues<uint>(Values<uint>(label)),
            Type type when type == typeof(long) => new NumberValues<long>(Values<long>(label)),
            Type type when type == typeof(bool) => new NumberValues<bool>(Values<bool>(label)),
            _ => new UnknownValues(names.Length),
        };
    }

    // *** Binary format ***
    // byte: 0 unknown, 1 text, 2 Single, 3 Double, 4 Int32, 5 UInt32, 6 Int64, 7 Boolean
    // unknown: int: classes; text: int: classes, then a string each; else an array
    public void Write(BinaryWriter writer)
    {
        writer.Write(Code);
        WriteValues(writer);
    }

    public static LabelValues Read(BinaryReader reader)
    {
        byte code = reader.ReadByte();
        LabelValues values = code switch
        {
            0 => new UnknownValues(ReadCount(reader)),
            1 => new TextValues([.. ReadTexts(reader, ReadCount(reader))]),
            2 => new NumberValues<float>(reader.ReadArray<float>()),
            3 => new NumberValues<double>(reader.ReadArray<double>()),
            4 => new NumberValues<int>(reader.ReadArray<int>()),
            5 => new NumberValues<uint>(reader.ReadArray<uint>()),
            6 => new NumberValues<long>(reader.ReadArray<long>()),
            7 => new NumberValues<bool>([.. reader.ReadArray<byte>().Select(value => value != 0)]),
            _ => throw new FormatException($"Its classes have the unknown type {code}."),
        };
        return values.Names.Length > 0 ? values : throw new FormatException("It has no classes.");
    }

    /// <summary>Adds the values as an annotation.</summary>
    public abstract void AddTo(DataViewSchema.Annotations.Builder annotations, string kind);

    private protected abstract byte Code { get; }

    private protected abstract void WriteValues(BinaryWriter writer);

    private static T[] Values<T>(DataViewSchema.Column label)
    {
        VBuffer<T> values = default;
        label.Annotations.GetValue(AnnotationUtils.Kinds.KeyValues, ref values);
        return [.. values.DenseValues()];
    }

    private static int ReadCount(BinaryReader reader)
    {
        int count = reader.ReadInt32();
        return count is > 0 and <= (int)KeyNames.MostClasses ? count : throw new FormatException($"It has {count} classes; 1 to {KeyNames.MostClasses} are possible.");
    }

    private static List<string> ReadTexts(BinaryReader reader, int count)
    {
        var texts = new List<string>();
        while (texts.Count < count)
            texts.Add(reader.ReadString());
        return texts;
    }

    private static void Add<T>(DataViewSchema.Annotations.Builder annotations, string kind, PrimitiveDataViewType type, T[] values)
        => annotations.Add(kind, new VectorDataViewType(type, values.Length), (ref VBuffer<T> destination) => new VBuffer<T>(values.Length, values).CopyTo(ref destination));

    private sealed class UnknownValues(int count) : LabelValues
    {
        public override string[] Names => [.. Enumerable.Range(1, count).Select(key => key.ToString(CultureInfo.InvariantCulture))];

        public override bool AreKnown => false;

        private protected override byte Code => 0;

        public override void AddTo(DataViewSchema.Annotations.Builder annotations, string kind)
        {
        }

        private protected override void WriteValues(BinaryWriter writer) => writer.Write(count);
    }

    private sealed class TextValues(string[] texts) : LabelValues
    {
        public override string[] Names => texts;

        private protected override byte Code => 1;

        public override void AddTo(DataViewSchema.Annotations.Builder annotations, string kind)
            => Add<ReadOnlyMemory<char>>(annotations, kind, TextDataViewType.Instance, [.. texts.Select(text => text.AsMemory())]);

        private protected override void WriteValues(BinaryWriter writer)
        {
            writer.Write(texts.Length);
            foreach (string text in texts)
                writer.Write(text);
        }
    }

    private sealed class NumberValues<T>(T[] values) : LabelValues
        where T : unmanaged
    {
        public override string[] Names => [.. values.Select(value => Convert.ToString(value, CultureInfo.InvariantCulture)!)];

        private protected override byte Code => Convert.GetTypeCode(default(T)) switch
        {
            TypeCode.Single => 2,
            TypeCode.Double => 3,
            TypeCode.Int32 => 4,
            TypeCode.UInt32 => 5,
            TypeCode.Int64 => 6,
            _ => 7,
        };

        public override void AddTo(DataViewSchema.Annotations.Builder annotations, string kind)
            => Add(annotations, kind, (PrimitiveDataViewType)ColumnTypeExtensions.PrimitiveTypeFromType(typeof(T)), values);

        private protected override void WriteValues(BinaryWriter writer)
        {
            if (values is bool[] flags)
                writer.WriteArray<byte>([.. flags.Select(flag => (byte)(flag ? 1 : 0))]);
            else
                writer.WriteArray<T>(values);
        }
    }
}

using System.Buffers;
using System.Globalization;
using System.Text;
using Microsoft.ML.Data;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Writes .ts files. The first pass finds classes and lengths for the header, the second writes rows.
/// </summary>
internal sealed class TsWriter
{
    private static readonly SearchValues<char> Unwritten = SearchValues.Create(":, " + ClassName.UnseenCharacters);

    private readonly IDataView _data;
    private readonly DataViewSchema.Column _series;
    private readonly DataViewSchema.Column _label;
    private readonly int _channels;
    private readonly SortedSet<string> _classes = new(StringComparer.Ordinal);
    private int _length;        // 0: rows differ
    private bool _hasMissing;

    private TsWriter(IDataView data, string seriesColumnName, string labelColumnName)
    {
        _data = data;
        _series = data.Schema.Find(seriesColumnName, "SaveAsTsFile writes it", nameof(seriesColumnName), nameof(data));
        _label = data.Schema.Find(labelColumnName, "SaveAsTsFile writes it", nameof(labelColumnName), nameof(data));
        _channels = SeriesShape.Of(seriesColumnName, _series.Type, numberOfChannels: null).Channels;
        bool isLabel = _label.Type is TextDataViewType or BooleanDataViewType || IsTarget
            || (_label.Type is KeyDataViewType
                && _label.Annotations.Schema.Any(annotation => annotation.Name == "KeyValues"
                    && annotation.Type is VectorDataViewType { ItemType: TextDataViewType }));
        if (!isLabel)
        {
            throw SchemaColumns.WrongType(_label, "a label must be text, Boolean, Single, Double or a key with text "
                + "values. Convert it, for example with mlContext.Transforms.Conversion.ConvertType.", nameof(data));
        }
    }

    private bool IsTarget
        => _label.Type is NumberDataViewType number
            && (number == NumberDataViewType.Single || number == NumberDataViewType.Double);

    public static void Write(IDataView data, string path, string seriesColumnName, string labelColumnName)
    {
        var writer = new TsWriter(data, seriesColumnName, labelColumnName);
        writer.Survey();
        AtomicFile.Write(path, stream =>
        {
            using var text =
                new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { NewLine = "\n" };
            writer.WriteHeader(text, Path.GetFileNameWithoutExtension(path));
            writer.WriteRows(text);
        });
    }

    private void Survey()
    {
        bool first = true;
        bool isEqual = true;
        ForEachRow((row, values, label) =>
        {
            int length = values.Length / _channels;
            if (values.Length == 0 || values.Length % _channels != 0)
                throw new FormatException($"Column '{_series.Name}' has {values.Length} values in row {row}, "
                    + $"which is not one or more points for each of {_channels} channels.");
            foreach (float value in values)
            {
                if (float.IsInfinity(value))
                    throw new FormatException(
                        $"Column '{_series.Name}' has {value.ToString(CultureInfo.InvariantCulture)} in row {row}; "
                        + "a .ts file holds finite numbers and missing values.");
                _hasMissing |= float.IsNaN(value);
            }

            isEqual &= first || length == _length;
            _length = length;
            first = false;
            if (!IsTarget && label.Length > 0)
                _classes.Add(CheckClass(label, row));
        });
        _length = isEqual ? _length : 0;
    }

    private string CheckClass(string label, long row)
    {
        int bad = label.AsSpan().IndexOfAny(Unwritten);
        if (bad < 0)
            bad = ClassName.IndexOfLoneSurrogate(label);
        if (bad >= 0)
        {
            bool isSeen = !ClassName.UnseenCharacters.Contains(label[bad], StringComparison.Ordinal)
                && !char.IsSurrogate(label[bad]);
            string what = isSeen ? $"'{label[bad]}'" : FormattableString.Invariant($"U+{(int)label[bad]:X4}");
            string shown = isSeen ? $" ('{label}')" : "";
            throw new FormatException(
                FormattableString.Invariant($"Column '{_label.Name}' holds {what} in row {row}{shown}; ")
                + "a class in a .ts file has no blank, comma, colon, control character or half of a surrogate pair. "
                + "Rename the class.");
        }

        if (label is "?" || label.Equals("nan", StringComparison.OrdinalIgnoreCase))
        {
            throw new FormatException(FormattableString.Invariant($"Column '{_label.Name}' is '{label}' in row {row}, ")
                + "which in a .ts file is a missing label. Rename the class, or leave the label empty.");
        }

        return ClassName.TryNormalize(label, out string normal, out string problem) ? normal
            : throw new FormatException(FormattableString.Invariant($"Column '{_label.Name}' in row {row}: {problem}"));
    }

    private void WriteHeader(StreamWriter text, string name)
    {
        text.WriteLine($"@problemName {string.Concat(name.Select(c => char.IsWhiteSpace(c) ? '_' : c))}");
        text.WriteLine("@timeStamps false");
        text.WriteLine($"@missing {(_hasMissing ? "true" : "false")}");
        text.WriteLine($"@univariate {(_channels == 1 ? "true" : "false")}");
        if (_channels > 1)
            text.WriteLine(FormattableString.Invariant($"@dimensions {_channels}"));
        text.WriteLine($"@equalLength {(_length > 0 ? "true" : "false")}");
        if (_length > 0)
            text.WriteLine(FormattableString.Invariant($"@seriesLength {_length}"));
        text.WriteLine(IsTarget ? "@targetLabel true" : $"@classLabel true {string.Join(' ', _classes)}");
        text.WriteLine("@data");
    }

    private void WriteRows(StreamWriter text) => ForEachRow((_, values, label) =>
    {
        int length = values.Length / _channels;
        for (int i = 0; i < values.Length; i++)
        {
            if (i > 0)
                text.Write(i % length == 0 ? ':' : ',');
            text.Write(Number(values[i]));
        }

        text.Write(':');
        text.WriteLine(label.Length == 0 ? "?" : ClassName.Normalized(label));
    });

    private static string Number(double value)
        => double.IsNaN(value) ? "?" : ((float)value).ToString("R", CultureInfo.InvariantCulture);

    private delegate void RowAction(long row, ReadOnlySpan<float> values, string label);

    private void ForEachRow(RowAction action)
    {
        using DataViewRowCursor cursor = _data.GetRowCursor([_series, _label]);
        ValueGetter<VBuffer<float>> getSeries = cursor.GetGetter<VBuffer<float>>(_series);
        Func<string> getLabel = LabelGetter(cursor);
        VBuffer<float> buffer = default;
        float[] values = [];
        while (cursor.MoveNext())
        {
            getSeries(ref buffer);
            if (values.Length < buffer.Length)
                values = new float[buffer.Length];
            buffer.CopyTo(values);
            action(cursor.Position, values.AsSpan(0, buffer.Length), getLabel());
        }
    }

    private Func<string> LabelGetter(DataViewRowCursor cursor)
    {
        switch (_label.Type)
        {
            case TextDataViewType:
                ValueGetter<ReadOnlyMemory<char>> getText = cursor.GetGetter<ReadOnlyMemory<char>>(_label);
                ReadOnlyMemory<char> text = default;
                return () =>
                {
                    getText(ref text);
                    return text.ToString();
                };
            case BooleanDataViewType:
                ValueGetter<bool> getFlag = cursor.GetGetter<bool>(_label);
                bool flag = false;
                return () =>
                {
                    getFlag(ref flag);
                    return flag ? bool.TrueString : bool.FalseString;
                };
            case KeyDataViewType:
                string[] names = LabelValues.Of(_label).Names;
                ValueGetter<uint> getKey = cursor.GetGetter<uint>(_label);
                uint key = 0;
                return () =>
                {
                    getKey(ref key);
                    return key == 0 ? "" : names[key - 1];
                };
            case NumberDataViewType number when number == NumberDataViewType.Single:
                ValueGetter<float> getSingle = cursor.GetGetter<float>(_label);
                float single = 0;
                return () =>
                {
                    getSingle(ref single);
                    return Number(single);
                };
            default:
                ValueGetter<double> getDouble = cursor.GetGetter<double>(_label);
                double value = 0;
                return () =>
                {
                    getDouble(ref value);
                    return Number(value);
                };
        }
    }
}
